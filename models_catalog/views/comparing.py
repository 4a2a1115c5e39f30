"""Two versions of a model, item by item."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from ..comparing import compare_versions
from ..forms.exchange import CompareForm
from ..models import ConductModel, ModelVersion


@require_safe
def compare(request: HttpRequest, key: str) -> HttpResponse:
    """What became of each item between two versions that the reader may see; the newest two, if not said."""
    user, today = signed_in(request), timezone.localdate()
    model = get_object_or_404(ConductModel.objects.visible_to(user, today), key=key)
    seen = ModelVersion.objects.visible_to(user, today).filter(model=model).select_related("model")
    versions = list(seen.order_by("-number"))
    newest = {"before": versions[:2][-1].number, "after": versions[0].number} if versions else {}
    asked = {name: request.GET.get(name, str(number)) for name, number in newest.items()}
    form = CompareForm(asked, versions=versions)
    chosen = {row.number: row for row in versions}
    context = {"model": model, "form": form, "versions": versions, "diff": None}
    if form.is_valid():
        before, after = (chosen[form.cleaned_data[side]] for side in ("before", "after"))
        context |= {"before": before, "after": after, "diff": compare_versions(before, after)}
    status = 422 if versions and not form.is_valid() else 200
    return render_page(request, "models_catalog/compare.html", context, status=status)
