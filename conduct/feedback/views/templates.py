"""Pages of reply templates."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from ..forms.templates import TemplateForm
from ..models import ReplyTemplate
from ..permissions.cases import check_can_receive, entering_ids
from ..services.templates import delete_template as delete
from ..services.templates import save_template
from .acting import FORM_METHODS


def _kept(request: HttpRequest) -> set[int]:
    """The agencies whose templates the reader keeps."""
    user, today = signed_in(request), timezone.localdate()
    check_can_receive(user, today)
    return entering_ids(user, today)


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """The templates of the offices for which the reader receives feedback."""
    found = ReplyTemplate.objects.filter(agency_id__in=_kept(request)).select_related("agency")
    context = {"templates": found.order_by("agency__name", "kind", "title")[:500]}
    return render_page(request, "feedback/templates.html", context)


@require_http_methods(FORM_METHODS)
def add_template(request: HttpRequest) -> HttpResponse:
    """A new template."""
    kept = _kept(request)
    form = TemplateForm(request.POST or None, agencies=kept)
    if form.is_valid():
        save_template(by=signed_in(request), now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The template is stored."))
        return redirect("feedback:templates")
    status = 422 if request.method == "POST" else 200
    return render_page(request, "feedback/add_template.html", {"form": form}, status=status)


def _found(request: HttpRequest, template_id: int) -> ReplyTemplate:
    user, today = signed_in(request), timezone.localdate()
    found = ReplyTemplate.objects.filter(agency_id__in=entering_ids(user, today)).select_related("agency")
    return get_object_or_404(found, pk=template_id)


@require_http_methods(FORM_METHODS)
def edit_template(request: HttpRequest, template_id: int) -> HttpResponse:
    """Change a template; answers written with it stay as they are."""
    found = _found(request, template_id)
    initial = {"kind": found.kind, "title": found.title, "text": found.text}
    form = TemplateForm(request.POST or None, agencies=(), template=found, initial=initial)
    if form.is_valid():
        save_template(
            agency=found.agency, template=found, by=signed_in(request), now=timezone.now(),
            **form.cleaned_data,
        )  # fmt: skip
        messages.success(request, _("The template is stored."))
        return redirect("feedback:templates")
    status = 422 if request.method == "POST" else 200
    return render_page(
        request, "feedback/edit_template.html", {"form": form, "template": found}, status=status
    )


@require_POST
def delete_template(request: HttpRequest, template_id: int) -> HttpResponse:
    """Remove a template."""
    found = _found(request, template_id)
    if delete(template=found, by=signed_in(request), now=timezone.now()):
        messages.success(request, _("The template is deleted."))
    return redirect("feedback:templates")
