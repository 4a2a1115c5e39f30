"""Papers to download: the signed pledge."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from conduct.agencies.permissions import signed_in

from ..models import Pledge
from ..services import papers


@require_safe
def pledge_pdf(request: HttpRequest, pledge_id: int) -> HttpResponse:
    """The signed pledge as an official paper, for those who may read the page of the pledge."""
    visible = Pledge.objects.visible_to(signed_in(request), timezone.localdate())
    found = get_object_or_404(
        visible.select_related("posting__agency", "entered_by").distinct(), pk=pledge_id
    )
    headers = {
        "Content-Disposition": f'inline; filename="cam-ket-{found.code}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(papers.pledge_pdf(found), content_type="application/pdf", headers=headers)
