"""A unit of a survey round: its sample, its field work, typing in its forms; and the result of the round."""

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.permissions import Refused, signed_in
from conduct.documents.xlsx import Cell, Column, make_xlsx, xlsx_response
from conduct.kernel.pages import render_page
from conduct.kernel.wording import date_text, percent_text

from ..asking import read_asked
from ..forms.citizens import ResponseForm
from ..forms.rounds import DrawForm, EntryForm, FieldWorkForm
from ..models import Round, RoundUnit
from ..permissions.rounds import check_can_do_field_work, field_ids, sees_result
from ..rules.keys import read_key, sign_key
from ..rules.questions import read_answers
from ..rules.rounds import LEAST, Counts, Mark, rate
from ..services import rounds as services
from ..services.round_results import Part, Result, read_result, read_sheet
from ..tallies.rounds import tally_typed
from .rounds import find_round


def _unit(request: HttpRequest, round_id: int, unit_id: int, today: date) -> RoundUnit:
    """A unit of a round that the person may see, else 404; without the right to its field work, 403."""
    found = find_round(request, round_id, today)
    units = RoundUnit.objects.select_related("agency", "point", "round__agency", "round__questionnaire")
    unit = get_object_or_404(units, round=found, pk=unit_id)
    check_can_do_field_work(signed_in(request), unit, today)
    return unit


@require_http_methods(["GET", "HEAD", "POST"])
def round_unit(request: HttpRequest, round_id: int, unit_id: int) -> HttpResponse:
    """One unit: its sample, and how the field work stands."""
    now = timezone.now()
    unit = _unit(request, round_id, unit_id, timezone.localdate(now))
    form = _field_form(unit, request)
    if request.method == "POST" and form.is_valid():
        said = {"n_frame": unit.n_frame, "n_drawn": unit.n_drawn, **form.cleaned_data}
        try:
            services.record_field_work(unit=unit, by=signed_in(request), now=now, **said)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The field work is noted."))
            return redirect("surveys:round_unit", round_id, unit_id)
    return _draw_unit(request, unit, form, DrawForm(initial={"n_people": max(unit.target, unit.n_drawn)}))


def _field_form(unit: RoundUnit, request: HttpRequest) -> FieldWorkForm:
    first = {name: getattr(unit, name) for name in ("target", "n_frame", "n_drawn", "n_reached", "n_refused")}
    is_drawn_here = unit.round.frame == Round.Frame.DOSSIERS
    said = request.POST if request.method == "POST" and "target" in request.POST else None
    return FieldWorkForm(said, initial=first, is_drawn_here=is_drawn_here)


def _draw_unit(
    request: HttpRequest, unit: RoundUnit, form: FieldWorkForm, draw_form: DrawForm
) -> HttpResponse:
    n_forms = tally_typed(unit.round_id).get(unit.point_id, 0)
    context = {
        "unit": unit,
        "round": unit.round,
        "form": form,
        "draw_form": draw_form,
        "is_drawn_here": unit.round.frame == Round.Frame.DOSSIERS,
        "seed": [unit.seed[at : at + 8] for at in range(0, len(unit.seed), 8)],
        "n_forms": n_forms,
        "rate": rate(n_forms, unit.n_drawn),
        "entries": unit.entries.select_related("by").order_by("-n_forms", "by__full_name"),
        "has_begun": unit.round.starts_on <= timezone.localdate(),
    }
    status = 422 if form.errors or draw_form.errors else 200
    return render_page(request, "surveys/round_unit.html", context, status=status)


@require_POST
def draw_sample(request: HttpRequest, round_id: int, unit_id: int) -> HttpResponse:
    """Draw people from the frame."""
    now = timezone.now()
    unit = _unit(request, round_id, unit_id, timezone.localdate(now))
    form = DrawForm(request.POST)
    if form.is_valid():
        try:
            added = services.draw_sample(unit=unit, by=signed_in(request), now=now, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("n_people", error)
        else:
            words = _("The sample is drawn.") if added else _("Nobody was added: see the frame.")
            messages.success(request, words)
            return redirect("surveys:round_unit", round_id, unit_id)
    return _draw_unit(request, unit, _field_form(unit, request), form)


@require_safe
def round_sheet(request: HttpRequest, round_id: int, unit_id: int) -> HttpResponse:
    """The people of the sample for interviewers, with names; who fetched it is written down."""
    now = timezone.now()
    unit = _unit(request, round_id, unit_id, timezone.localdate(now))
    people = read_sheet(unit=unit, by=signed_in(request), now=now)
    columns = [
        Column(_("Name"), width=32),
        Column(_("Telephone"), width=18),
        Column(_("E-mail"), width=28),
        Column(_("Procedure"), width=44),
    ]
    lines = [
        f"{unit.agency.name} · {unit.round.name}",
        _("Contains personal data: for the interviews of this round alone, then to be destroyed."),
        _("Write nothing on a form that leads back to this list: no name, no number, no order."),
    ]
    rows = [(one.name, one.phone, one.email, one.procedure) for one in people]
    return xlsx_response(f"sample-{unit.pk}", make_xlsx(_("People to ask"), lines, columns, rows))


@require_http_methods(["GET", "HEAD", "POST"])
def enter_round_answer(request: HttpRequest, round_id: int, unit_id: int) -> HttpResponse:
    """Type in one form that was answered in an interview, on paper, by telephone or by mail."""
    now = timezone.now()
    today = timezone.localdate(now)
    unit = _unit(request, round_id, unit_id, today)
    if unit.round.closed_at is not None:
        raise Refused(_("This round is closed."))
    desk = read_asked(unit.point, unit.round.questionnaire, today)
    if desk.sheet is None:
        raise ValueError("a round always asks")
    place, language = f"u{unit.pk}", get_language() or "vi"
    said = request.POST if request.method == "POST" else None
    entry = EntryForm(said, today=today)
    answers_form = ResponseForm(desk.sheet, today, language)
    key = sign_key(uuid4(), place, settings.SECRET_KEY)
    if said is not None:
        values = {field: value for field, value in said.items() if isinstance(value, str)}
        reading = read_answers(values, desk.sheet)
        known = read_key(values.get("key", ""), place, settings.SECRET_KEY)
        if known is not None:
            key = values["key"]
        answers_form = ResponseForm(desk.sheet, today, language, values, reading.problems)
        if entry.is_valid() and reading.answers is not None and known is not None:
            try:
                created = services.enter_round_answer(
                    unit=unit, key=known, answers=reading.answers, by=signed_in(request), now=now,
                    **entry.cleaned_data,
                )  # fmt: skip
            except ValidationError as error:
                entry.add_error(None, error)
            else:
                words = _("The form is stored.") if created else _("This form was stored before.")
                messages.success(request, words)
                return redirect("surveys:enter_round_answer", round_id, unit_id)
    context = {
        "unit": unit,
        "round": unit.round,
        "form": entry,
        "answers": answers_form,
        "key": key,
        "n_forms": tally_typed(unit.round_id).get(unit.point_id, 0),
    }
    return render_page(
        request, "surveys/enter_round_answer.html", context, status=200 if said is None else 422
    )


def _result(request: HttpRequest, round_id: int) -> tuple[Round, Result]:
    today = timezone.localdate()
    found = find_round(request, round_id, today)
    if not sees_result(signed_in(request), found, today):
        if found.closed_at is None:
            raise Refused(_("The result appears when the round is closed."))
        raise Refused(_("The result appears when the month in which the round ended is closed."))
    return found, read_result(found)


@require_safe
def round_result(request: HttpRequest, round_id: int) -> HttpResponse:
    """What the round found out: with response rate and interval, by kind of respondent and by unit."""
    found, result = _result(request, round_id)
    overall = result.whole.overall
    context = {
        "round": found,
        "result": result,
        "overall": overall,
        "factors": list(zip(factor_names(), result.whole.factors, strict=True)),
        "field": field_ids(signed_in(request), timezone.localdate()),
        "least": LEAST,
    }
    return render_page(request, "surveys/round_result.html", context)


def factor_names() -> tuple[str, ...]:
    """The five factors of SIPAS (domain.md 2.1) by their short names."""
    return (
        _("Access to the service"),
        _("Administrative procedure"),
        _("The officer"),
        _("Result of the service"),
        _("Handling of suggestions"),
    )


@require_safe
def round_result_xlsx(request: HttpRequest, round_id: int) -> HttpResponse:
    """The result as a sheet: what the page shows, nothing that it hides."""
    found, result = _result(request, round_id)
    columns = [
        Column(_("Part"), width=36),
        Column(_("Forms"), "integer", 10),
        Column(_("Satisfied"), "integer", 10),
        Column(_("Satisfied share"), width=14),
        *(Column(name, width=18) for name in factor_names()),
    ]
    lines = [
        _("Asked from %(first)s to %(last)s")
        % {"first": date_text(found.starts_on), "last": date_text(found.ends_on)},
        _("Response rate: %(share)s of %(drawn)s people drawn")
        % {"share": percent_text(result.response_rate), "drawn": result.n_drawn},
        _("A share is that of the marks 4 and 5. Parts with fewer than 5 forms are not shown."),
    ]
    content = make_xlsx(found.name, lines, columns, list(_sheet_rows(result)))
    return xlsx_response(f"survey-result-{found.pk}", content)


def _sheet_rows(result: Result) -> Iterator[list[Cell]]:
    yield _row(_("All"), result.whole, is_hidden=not result.has_enough)
    for part in (*result.by_kind, *result.by_unit):
        yield _part_row(part)


def _part_row(part: Part) -> list[Cell]:
    return _row(part.name, part.counts, is_hidden=part.is_hidden)


def _row(name: str, counts: Counts, *, is_hidden: bool) -> list[Cell]:
    if is_hidden:
        return [name, *[None] * 8]
    marks: list[Mark] = [counts.overall, *counts.factors]
    shares = [percent_text(mark.share) if mark.share is not None else None for mark in marks]
    return [name, counts.overall.n, counts.overall.kept, *shares]
