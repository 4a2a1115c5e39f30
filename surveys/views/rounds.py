"""Survey rounds: the list, a new one, one with its units, closing it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import Refused, signed_in
from conduct.agencies.tree import lineage_ids
from conduct.documents.xlsx import Column, make_xlsx, xlsx_response
from conduct.kernel.names import fold
from conduct.kernel.pages import render_page
from conduct.kernel.wording import date_text

from ..forms.rounds import AgencyForm, RoundForm, RoundsForm
from ..models import Questionnaire, Round, RoundQuerySet, RoundUnit
from ..permissions.rounds import agencies_to_survey, field_ids, runs_round, sees_result
from ..rules.rounds import rate
from ..services import rounds as services
from ..tallies.rounds import tally_typed

ROWS_A_PAGE = 50


def find_round(request: HttpRequest, round_id: int, today: date) -> Round:
    """A round that the person may see, else 404."""
    visible = Round.objects.visible_to(signed_in(request), today)
    return get_object_or_404(visible.select_related("agency", "questionnaire", "made_by"), pk=round_id)


def _filtered(request: HttpRequest, form: RoundsForm, today: date) -> RoundQuerySet:
    found = Round.objects.visible_to(signed_in(request), today)
    if not form.is_valid():
        return found.none()
    if form.cleaned_data["state"]:
        found = found.filter(closed_at__isnull=form.cleaned_data["state"] == "open")
    for word in fold(form.cleaned_data["q"]).split():
        found = found.filter(Q(agency__search__contains=word) | Q(name__unaccent__icontains=word))
    return found.order_by("-starts_on", "-pk")


def _with_targets(rows: list[Round]) -> list[tuple[Round, int, int]]:
    """Each round with its units and the forms wanted of all of them; one query."""
    sums = RoundUnit.objects.filter(round__in=rows).values_list("round_id")
    totals = {pk: (n, wanted) for pk, n, wanted in sums.annotate(Count("pk"), Sum("target"))}
    return [(one, *totals.get(one.pk, (0, 0))) for one in rows]


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds of the reader's agencies, and those that ask in them."""
    user, today = signed_in(request), timezone.localdate()
    form = RoundsForm(request.GET)
    found = _filtered(request, form, today).select_related("agency")
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
        "page": page,
        "rows": _with_targets(list(page.object_list)),
        "today": today,
        "may_create": agencies_to_survey(user, today).exists(),
    }
    status = 200 if form.is_valid() else 422
    return render_page(request, "surveys/rounds.html", context, partials=("rounds",), status=status)


@require_safe
def rounds_xlsx(request: HttpRequest) -> HttpResponse:
    """The list as filtered."""
    today = timezone.localdate()
    columns = [
        Column(_("Name of the round"), width=44),
        Column(_("Agency"), width=32),
        Column(_("How people are asked"), width=20),
        Column(_("Asking from"), "day", 14),
        Column(_("Asking until"), "day", 14),
        Column(_("Offices asked"), "integer", 12),
        Column(_("Forms wanted"), "integer", 12),
        Column(_("Closed on"), "day", 14),
    ]
    rows = (
        (
            one.name,
            one.agency.name,
            one.get_mode_display(),
            one.starts_on,
            one.ends_on,
            n_units,
            wanted,
            timezone.localdate(one.closed_at) if one.closed_at else None,
        )
        for one, n_units, wanted in _with_targets(
            list(_filtered(request, RoundsForm(request.GET), today).select_related("agency"))
        )
    )
    content = make_xlsx(_("Survey rounds"), [_("As of %s") % date_text(today)], columns, rows)
    return xlsx_response("survey-rounds", content)


def _questionnaires(agency: Agency, today: date) -> QuerySet[Questionnaire]:
    """What a round of this agency can ask: published for rounds or desks, its own or the common ones."""
    keepers = Q(keeper=None) | Q(keeper_id__in=lineage_ids(agency.pk, today))
    found = Questionnaire.objects.filter(keepers, state="published", valid_from__lte=today)
    return found.exclude(asked_at="dossier").order_by("-asked_at", "name", "-number")


def _chosen_agency(request: HttpRequest, user: User, today: date) -> tuple[Agency, AgencyForm]:
    agencies = agencies_to_survey(user, today)
    if not agencies:
        raise Refused(_("Only the head and the office administrator set up survey rounds."))
    first, said = agencies[0], request.POST if request.method == "POST" else request.GET
    form = AgencyForm(said if "agency" in said else {"agency": first.pk}, agencies=agencies)
    return (form.cleaned_data["agency"] if form.is_valid() else first), form


@require_http_methods(["GET", "HEAD", "POST"])
def new_round(request: HttpRequest) -> HttpResponse:
    """Set up a round: first the agency, then what it asks of which offices."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    agency, agency_form = _chosen_agency(request, user, today)
    offices = services.offices_below(agency, today).order_by("search")
    initial: dict[str, Any] = {
        "mode": "interview", "frame": "dossiers", "target": services.TARGET,
        "frame_from": today.replace(month=1, day=1), "frame_to": today, "starts_on": today,
        "units": [] if request.method == "POST" else [one.pk for one in offices],
    }  # fmt: skip
    form = RoundForm(
        request.POST if request.method == "POST" else None,
        offices=offices,
        questionnaires=_questionnaires(agency, today),
        initial=initial,
    )
    if request.method == "POST" and agency_form.is_valid() and form.is_valid():
        said = dict(form.cleaned_data)
        targets = {office.pk: said["target"] for office in said.pop("units")}
        del said["target"]
        try:
            made, created = services.create_round(
                outline=services.Outline(agency=agency, **said), targets=targets, by=user, now=now
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if created:
                messages.success(request, _("The round is set up. Now each office draws its sample."))
            return redirect("surveys:round", made.pk)
    context = {"form": form, "agency_form": agency_form, "agency": agency}
    status = 422 if form.errors or agency_form.errors else 200
    return render_page(request, "surveys/new_round.html", context, status=status)


type Row = tuple[RoundUnit, int, float | None]


def _rows(found: Round) -> list[Row]:
    """Each unit with the forms that came in and its response rate: of all people drawn."""
    typed = tally_typed(found.pk)
    units = found.units.select_related("agency").order_by("agency__search", "pk")
    return [
        (unit, typed.get(unit.point_id, 0), rate(typed.get(unit.point_id, 0), unit.n_drawn)) for unit in units
    ]


@require_safe
def round(request: HttpRequest, round_id: int) -> HttpResponse:
    """One round: its units with frame, sample, field work and response rate."""
    user, today = signed_in(request), timezone.localdate()
    found = find_round(request, round_id, today)
    every = _rows(found)
    page = Paginator(every, ROWS_A_PAGE).get_page(request.GET.get("page"))
    n_forms, n_drawn = sum(row[1] for row in every), sum(row[0].n_drawn for row in every)
    context = {
        "round": found,
        "page": page,
        "rows": page.object_list,
        "n_forms": n_forms,
        "target": sum(row[0].target for row in every),
        "rate": rate(n_forms, n_drawn),
        "field": field_ids(user, today),
        "runs": runs_round(user, found, today),
        "sees_result": sees_result(user, found, today),
        "has_begun": found.starts_on <= today,
        "is_over": found.ends_on < today,
        "typing_days": services.TYPING_TIME.days,
    }
    return render_page(request, "surveys/round.html", context)


@require_safe
def round_xlsx(request: HttpRequest, round_id: int) -> HttpResponse:
    """The units of a round."""
    today = timezone.localdate()
    found = find_round(request, round_id, today)
    columns = [
        Column(_("Office"), width=36),
        Column(_("Forms wanted"), "integer", 12),
        Column(_("In the frame"), "integer", 12),
        Column(_("Drawn"), "integer", 12),
        Column(_("Reached"), "integer", 12),
        Column(_("Refused"), "integer", 12),
        Column(_("Forms"), "integer", 12),
    ]
    rows = (
        (
            unit.agency.name,
            unit.target,
            unit.n_frame,
            unit.n_drawn,
            unit.n_reached,
            unit.n_refused,
            n_forms,
        )
        for unit, n_forms, _rate in _rows(found)
    )
    lines = [_("As of %s") % date_text(today)]
    return xlsx_response(f"survey-round-{found.pk}", make_xlsx(found.name, lines, columns, rows))


@require_POST
def close_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """Take no more forms and forget whom the round drew."""
    now = timezone.now()
    found = find_round(request, round_id, timezone.localdate(now))
    if services.close_round(found=found, by=signed_in(request), now=now):
        messages.success(request, _("The round is closed. The lists of people drawn are deleted."))
    return redirect("surveys:round", found.pk)
