"""The office's pages about invitations: the batches, a new one with its preview, one on its way."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused, signed_in
from conduct.documents.xlsx import Column, make_xlsx, xlsx_response
from conduct.kernel.names import fold
from conduct.kernel.pages import render_page
from conduct.kernel.publishing import publish
from conduct.kernel.wording import date_text

from ..forms.invitations import BatchesForm, BatchForm
from ..models import BatchQuerySet, InvitationBatch
from ..permissions.invitations import agencies_to_invite, check_can_invite, points_to_invite
from ..rules.strata import BUSY, SMALLEST, Cell
from ..services import invitations as services
from ..services.sending import can_remind
from ..services.strata import Plan, has_mail, lines_of, plan_batch
from ..sms import sms_backend
from ..tasks.invitations import send_batch

ROWS_A_PAGE = 50
_ON_ITS_WAY = ("waiting", "sending", "reminding")


def _check_may_invite(user: User, today: date) -> None:
    if not agencies_to_invite(user, today).exists():
        raise Refused(_("Only the head and the office administrator invite people after their dossier."))


def _visible(user: User, today: date) -> BatchQuerySet:
    found = InvitationBatch.objects.visible_to(user, today).select_related("agency", "point", "made_by")
    return found.annotate(n_answered=Count("spent") + F("n_spent"))


def _filtered(request: HttpRequest, form: BatchesForm, today: date) -> BatchQuerySet:
    found = _visible(signed_in(request), today)
    if not form.is_valid():
        return found.none()
    if form.cleaned_data["state"]:
        found = found.filter(state=form.cleaned_data["state"])
    for word in fold(form.cleaned_data["q"]).split():
        found = found.filter(Q(agency__search__contains=word) | Q(point__name__unaccent__icontains=word))
    return found.order_by("-month", "-made_at", "-pk")


def shown_answers(batch: InvitationBatch) -> int | None:
    """How many have answered; None while so few have that a watcher could guess who."""
    n_answered: int = getattr(batch, "n_answered", 0)
    return n_answered if n_answered >= SMALLEST else None


@require_safe
def invitations(request: HttpRequest) -> HttpResponse:
    """The batches of the reader's agencies."""
    user, today = signed_in(request), timezone.localdate()
    _check_may_invite(user, today)
    form = BatchesForm(request.GET)
    page = Paginator(_filtered(request, form, today), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
        "page": page,
        "rows": [(one, shown_answers(one)) for one in page.object_list],
        "least": SMALLEST,
    }
    status = 200 if form.is_valid() else 422
    return render_page(request, "surveys/invitations.html", context, partials=("batches",), status=status)


@require_safe
def invitations_xlsx(request: HttpRequest) -> HttpResponse:
    """The list as filtered."""
    user, today = signed_in(request), timezone.localdate()
    _check_may_invite(user, today)
    columns = [
        Column(_("Agency"), width=32),
        Column(_("Service point"), width=32),
        Column(_("Dossiers finished in"), width=16),
        Column(_("State"), width=18),
        Column(_("Links work until"), "day", 16),
        Column(_("Invited"), "integer", 12),
        Column(_("Sent"), "integer", 12),
        Column(_("Not delivered"), "integer", 14),
        Column(_("Answered"), "integer", 12),
    ]
    rows = (
        (
            one.agency.name,
            one.point.name,
            f"{one.month:%m/%Y}",
            one.get_state_display(),
            one.expires_on,
            one.n_dossiers,
            one.n_sent,
            one.n_failed,
            shown_answers(one),
        )
        for one in _filtered(request, BatchesForm(request.GET), today)
    )
    lines = [_("As of %s") % date_text(today), _("Fewer than 5 answers are not shown.")]
    return xlsx_response("invitations", make_xlsx(_("Invitations"), lines, columns, rows))


@require_http_methods(["GET", "HEAD", "POST"])
def new_batch(request: HttpRequest) -> HttpResponse:
    """Choose agency, point and month; see who would be invited and in which strata; then invite them."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    _check_may_invite(user, today)
    form = BatchForm(
        request.POST if request.method == "POST" else None,
        agencies=agencies_to_invite(user, today),
        points=points_to_invite(user, today),
        today=today,
    )
    plan: Plan | None = None
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            services.check_batch(**chosen, today=today)
            plan = plan_batch(chosen["agency"], chosen["month"])
            if "confirmed" in request.POST:
                batch, created = services.create_batch(**chosen, by=user, now=now)
                if created:
                    publish(send_batch, batch_id=batch.pk)
                    messages.success(request, _("The invitations are on their way."))
                return redirect("surveys:batch", batch.pk)
        except ValidationError as error:
            form.add_error(None, error)
    context = {
        "form": form,
        "plan": plan,
        "lines": lines_of(plan) if plan else [],
        "least": SMALLEST,
        "busy": BUSY,
        "has_mail": has_mail(),
        "has_sms": sms_backend() is not None,
    }
    return render_page(request, "surveys/new_batch.html", context, status=422 if form.errors else 200)


def _batch(request: HttpRequest, batch_id: int, today: date) -> InvitationBatch:
    """A batch that the person may see, else 404; without the right to invite, 403."""
    user = signed_in(request)
    found = get_object_or_404(_visible(user, today).select_related("questionnaire"), pk=batch_id)
    check_can_invite(user, found.agency, today)
    return found


@require_safe
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One batch: how far it is, how many answered, its strata, and the reminder."""
    today = timezone.localdate()
    found = _batch(request, batch_id, today)
    return _draw(request, found, today)


def _draw(request: HttpRequest, found: InvitationBatch, today: date, refusal: str = "") -> HttpResponse:
    strata = (
        found.invited.order_by()
        .values_list("stratum__procedure_group", "stratum__posting__person__full_name")
        .annotate(n_people=Count("pk"))
        .order_by("stratum__procedure_group", "stratum__posting__person__full_name")
    )
    answered = shown_answers(found)
    context = {
        "batch": found,
        "is_running": found.state in _ON_ITS_WAY,
        "answered": answered,
        "rate": answered / found.n_sent if found.n_sent and answered is not None else None,
        "strata": [(Cell(group), officer, n_people) for group, officer, n_people in strata],
        "may_remind": can_remind(found, today),
        "is_over": found.expires_on < today,
        "least": SMALLEST,
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return render_page(request, "surveys/batch.html", context, partials=("progress",), status=status)


@require_POST
def remind_batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Remind everybody of the batch."""
    now = timezone.now()
    found = _batch(request, batch_id, timezone.localdate(now))
    try:
        asked = services.remind_batch(batch=found, by=signed_in(request), now=now)
    except ValidationError as error:
        return _draw(request, found, timezone.localdate(now), " ".join(error.messages))
    if asked:
        publish(send_batch, batch_id=found.pk)
        messages.success(request, _("The reminder is on its way to everybody of this batch."))
    return redirect("surveys:batch", found.pk)
