"""Pages of answering: the answer, forwarding, closing without an answer, making public."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Agency
from conduct.agencies.permissions import signed_in
from conduct.agencies.tree import office_of
from conduct.kernel.pages import render_page

from ..forms.cases import ForwardForm, PublishForm, ReasonForm, ReplyForm
from ..models import Case, ReplyTemplate
from ..permissions.cases import (
    check_act,
    check_can_handle,
    check_can_publish,
    check_can_sort,
    check_is_readable,
)
from ..rules.cases import Act
from ..services import handling, publishing, replies
from ..services.outbox import reply_address
from ..services.reading import read_sealed
from .acting import FORM_METHODS, act_page, listed_case

ANSWERS_A_PAGE = 20
_UPHELD: dict[bool | None, str] = {True: "yes", False: "no"}


def _for_handling(request: HttpRequest, case_id: int, act: Act) -> Case:
    """The case, when the reader may begin this act now; a form that is sent is checked by the act itself.

    Answering shows the words also after a form that was not stored, so it asks for the right each time.
    """
    found = listed_case(request, case_id)
    if request.method != "POST" or act is Act.REPLY:
        check = check_can_sort if act is Act.FORWARD else check_can_handle
        check(signed_in(request), found, timezone.localdate())
    if request.method != "POST":
        check_is_readable(found)
        check_act(act, found)
    return found


@sensitive_post_parameters("answer")
@never_cache
@require_http_methods(FORM_METHODS)
def reply_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """The answer to the citizen, begun with a template if wanted."""
    found, user, now = _for_handling(request, case_id, Act.REPLY), signed_in(request), timezone.now()
    templates, asked = list(_templates(found)), _number(request.GET.get("template", ""))
    chosen = next((one for one in templates if one.pk == asked), None)
    answer = chosen.text if chosen else read_sealed(found, found.sealed_answer)
    initial = {
        "answer": answer,
        "revision": found.revision,
        "corrective_action": found.corrective_action,
        "is_upheld": _UPHELD.get(found.is_upheld, ""),
    }
    form = ReplyForm(request.POST or None, case=found, initial=initial)
    return act_page(
        request,
        "feedback/reply_case.html",
        found,
        form,
        lambda: replies.reply_case(case=found, by=user, now=now, **form.said()),
        _("The answer is stored; the citizen can read it."),
        text=read_sealed(found, found.sealed_text),
        templates=templates,
        chosen=chosen,
        by_mail=reply_address(found) is not None,
    )


def _templates(case: Case) -> QuerySet[ReplyTemplate]:
    """Those of the agency that has the case, and of the one that it is about, for its kind."""
    agencies = {case.agency_id, case.concerns_id}
    return ReplyTemplate.objects.filter(agency_id__in=agencies, kind=case.kind).order_by("title", "pk")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@never_cache
@require_http_methods(FORM_METHODS)
def forward_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """A complaint or denunciation under the law: where it belongs and how it is filed."""
    found, user, now = _for_handling(request, case_id, Act.FORWARD), signed_in(request), timezone.now()
    text = render_to_string("feedback/how_to_file.txt", {"case": found})
    form = ForwardForm(request.POST or None, initial={"text": text.strip(), "revision": found.revision})
    return act_page(
        request,
        "feedback/forward_case.html",
        found,
        form,
        lambda: handling.forward_case(case=found, by=user, now=now, **form.cleaned_data),
        _("Forwarded; the citizen reads how to file it."),
    )


@require_http_methods(FORM_METHODS)
def close_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Praise, or what says too little, ends without an answer."""
    found, user, now = _for_handling(request, case_id, Act.CLOSE), signed_in(request), timezone.now()
    form = ReasonForm(request.POST or None, initial={"revision": found.revision})
    return act_page(
        request,
        "feedback/close_case.html",
        found,
        form,
        lambda: handling.close_case(case=found, by=user, now=now, **form.cleaned_data),
        _("The remark is closed."),
    )


@never_cache
@require_http_methods(FORM_METHODS)
def publish_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Remark and answer for everybody, in words of their own."""
    found, user, now = listed_case(request, case_id), signed_in(request), timezone.now()
    check_can_publish(user, found, timezone.localdate(now))
    if request.method != "POST":
        check_is_readable(found)
        check_act(Act.PUBLISH, found)
    initial = {
        "question": found.public_question or found.summary,
        "answer": found.public_answer,
        "revision": found.revision,
    }
    form = PublishForm(request.POST or None, initial=initial)
    return act_page(
        request,
        "feedback/publish_case.html",
        found,
        form,
        lambda: publishing.publish_case(case=found, by=user, now=now, **form.cleaned_data),
        _("Remark and answer are public now."),
        sealed_answer=read_sealed(found, found.sealed_answer),
    )


@require_http_methods(FORM_METHODS)
def unpublish_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Take a public answer down."""
    found, user, now = listed_case(request, case_id), signed_in(request), timezone.now()
    if request.method != "POST":
        check_can_publish(user, found, timezone.localdate(now))
        check_act(Act.UNPUBLISH, found)
    form = ReasonForm(request.POST or None, initial={"revision": found.revision})
    return act_page(
        request,
        "feedback/unpublish_case.html",
        found,
        form,
        lambda: publishing.unpublish_case(case=found, by=user, now=now, **form.cleaned_data),
        _("The answer is not public any more."),
    )


@login_not_required
@require_safe
def public_answers(request: HttpRequest, code: str) -> HttpResponse:
    """What an office answered in public, the newest first; for everybody."""
    agency = get_object_or_404(Agency.objects.in_force(timezone.localdate()), code=code)
    office = office_of(agency, timezone.localdate())
    found = Case.objects.filter(agency=office, published_on__isnull=False, erased_at=None)
    page = Paginator(found.order_by("-published_on", "-pk"), ANSWERS_A_PAGE).get_page(request.GET.get("page"))
    return render_page(request, "feedback/public_answers.html", {"office": office, "page": page})
