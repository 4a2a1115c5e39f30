"""Pages of undertakings: which there are, whom one helps, and its report."""

from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.permissions import Refused, signed_in
from conduct.documents.xlsx import Column, make_xlsx, xlsx_response
from conduct.kernel.names import fold
from conduct.kernel.pages import render_page
from conduct.kernel.wording import date_text

from ..forms.undertakings import (
    BeneficiariesForm,
    Entries,
    SinceForm,
    UndertakingForm,
    UndertakingsForm,
    YearForm,
    said_rows,
)
from ..models import Beneficiary, Support, Undertaking
from ..permissions.undertakings import (
    agencies_to_run_for,
    check_can_run_undertaking,
    runs_undertaking,
    units_of,
)
from ..rules.undertakings import Span, spans
from ..services import undertakings as services
from ..tallies.undertakings import By, Helped, tally_helped

UNDERTAKINGS_A_PAGE = 20
BENEFICIARIES_A_PAGE = 50


def visible_undertaking(request: HttpRequest, undertaking_id: int) -> Undertaking:
    """The undertaking, 404 when the reader may not see it."""
    visible = Undertaking.objects.visible_to(signed_in(request), timezone.localdate())
    return get_object_or_404(visible.select_related("agency"), pk=undertaking_id)


def noun_of(undertaking: Undertaking) -> str:
    """What its beneficiaries are called, after a number."""
    return {
        Undertaking.Kind.VILLAGE: _("villages and neighbourhoods"),
        Undertaking.Kind.POOR_HOUSEHOLD: _("poor households"),
        Undertaking.Kind.POLICY_FAMILY: _("policy families"),
    }[Undertaking.Kind(undertaking.kind)]


@require_safe
def undertakings(request: HttpRequest) -> HttpResponse:
    """The undertakings that concern the reader."""
    user, today = signed_in(request), timezone.localdate()
    form = UndertakingsForm(request.GET)
    valid = form.is_valid()
    found = Undertaking.objects.visible_to(user, today).select_related("agency")
    if valid:
        for word in form.words():
            found = found.filter(Q(name__unaccent__icontains=word) | Q(agency__search__contains=fold(word)))
        if form.cleaned_data["kind"]:
            found = found.filter(kind=form.cleaned_data["kind"])
    counted = found.annotate(
        n_beneficiaries=Count("beneficiaries", distinct=True),
        n_units=Count("beneficiaries__supports__unit", distinct=True),
    )
    ordered = counted.order_by("-starts_on", "agency__search", "name", "pk")
    context = {
        "form": form,
        "filtered": valid and any(form.cleaned_data.values()),
        "page": Paginator(ordered, UNDERTAKINGS_A_PAGE).get_page(request.GET.get("page")),
        "may_open": agencies_to_run_for(user, today).exists(),
        "today": today,
    }
    return render_page(request, "commitments/undertakings.html", context, partials=("undertakings",))


@require_http_methods(["GET", "HEAD", "POST"])
def open_undertaking(request: HttpRequest) -> HttpResponse:
    """Begin a programme of an agency that the reader heads or administers."""
    user, now = signed_in(request), timezone.now()
    agencies = agencies_to_run_for(user, timezone.localdate(now))
    if not agencies.exists():
        raise Refused(_("Only the head or the office administrator of an agency can open an undertaking."))
    form = UndertakingForm(request.POST if request.method == "POST" else None, agencies=agencies)
    if request.method == "POST" and form.is_valid():
        try:
            made, _created = services.open_undertaking(**form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The undertaking is open: enter whom it helps."))
            return redirect("commitments:undertaking", made.pk)
    status = 422 if request.method == "POST" else 200
    return render_page(request, "commitments/open_undertaking.html", {"form": form}, status=status)


def _all_spans(undertaking: Undertaking) -> list[Span]:
    return spans(undertaking.starts_on, undertaking.ends_on, timezone.localdate())


def _total(undertaking: Undertaking, years: list[Span]) -> Helped:
    return next(iter(tally_helped(undertaking.pk, years, By.ALL)), Helped(""))


def _filtered(undertaking: Undertaking, form: BeneficiariesForm) -> QuerySet[Beneficiary]:
    """The beneficiaries that fit the filters, with their units."""
    found = Beneficiary.objects.filter(undertaking=undertaking)
    if form.is_valid():
        units = Support.objects.filter(beneficiary=OuterRef("pk"))
        for word in form.words():
            named = Exists(units.filter(unit__search__contains=word))
            found = found.filter(
                Q(named) | Q(code__unaccent__icontains=word) | Q(village__unaccent__icontains=word)
            )
        state = form.cleaned_data["state"]
        if state == form.NO_UNIT:
            found = found.filter(~Exists(units))
        elif state:
            found = found.filter(outcome=state)
    supports = Support.objects.select_related("unit").order_by("starts_on", "unit__search")
    return found.prefetch_related(Prefetch("supports", supports)).order_by("code", "pk")


@require_safe
def undertaking(request: HttpRequest, undertaking_id: int) -> HttpResponse:
    """What an undertaking has reached, and whom it helps."""
    found, user = visible_undertaking(request, undertaking_id), signed_in(request)
    form = BeneficiariesForm(request.GET)
    page = Paginator(_filtered(found, form), BENEFICIARIES_A_PAGE).get_page(request.GET.get("page"))
    years = _all_spans(found)
    context = {
        "undertaking": found,
        "noun": noun_of(found),
        "total": _total(found, years),
        "first": found.starts_on,
        "last": years[0].last if years else None,
        "form": form,
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
        "page": page,
        "may_run": runs_undertaking(user, found.agency, timezone.localdate()),
    }
    return render_page(request, "commitments/undertaking.html", context, partials=("beneficiaries",))


@require_safe
def undertaking_xlsx(request: HttpRequest, undertaking_id: int) -> HttpResponse:
    """The list as filtered, without names, needs and notes."""
    found = visible_undertaking(request, undertaking_id)
    columns = [
        Column(_("Code"), width=14),
        Column(_("Village or neighbourhood"), width=32),
        Column(_("Units that help"), width=48),
        Column(_("Outcome"), width=18),
        Column(_("From the day"), "day", 14),
    ]
    rows = (
        (
            one.code,
            one.village,
            "; ".join(support.unit.name for support in one.supports.all()),
            one.get_outcome_display(),
            one.outcome_on,
        )
        for one in _filtered(found, BeneficiariesForm(request.GET))
    )
    lines = [
        found.agency.name,
        _("As of %s. Names of households are not exported.") % date_text(timezone.localdate()),
    ]
    return xlsx_response(f"undertaking-{found.pk}", make_xlsx(found.name, lines, columns, rows))


@require_http_methods(["GET", "HEAD", "POST"])
def add_beneficiaries(request: HttpRequest, undertaking_id: int) -> HttpResponse:
    """Enter several villages or households at once."""
    found, user, now = visible_undertaking(request, undertaking_id), signed_in(request), timezone.now()
    today = timezone.localdate(now)
    check_can_run_undertaking(user, found.agency, today)
    posted = request.POST if request.method == "POST" else None
    units = [(unit.pk, unit.name) for unit in units_of(found.agency, today)]
    since = SinceForm(posted, initial={"starts_on": found.starts_on}, prefix="since")
    entries = Entries(posted, prefix="rows", form_kwargs={"kind": found.kind, "units": units})
    if request.method == "POST" and since.is_valid() and entries.is_valid():
        said = said_rows(entries)
        try:
            n_new = services.add_beneficiaries(
                undertaking=found,
                entries=[form.entry() for form in said],
                starts_on=since.cleaned_data["starts_on"],
                by=user,
                now=now,
            )
        except ValidationError as error:
            for place, words in error.message_dict.items():
                if place.isdigit():
                    said[int(place)].add_error("code", words)
                else:
                    since.add_error(place, words)
        else:
            messages.success(request, _("Newly entered: %d.") % n_new)
            return redirect("commitments:undertaking", found.pk)
    context = {"undertaking": found, "noun": noun_of(found), "since": since, "entries": entries}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "commitments/add_beneficiaries.html", context, status=status)


def _chosen(request: HttpRequest, found: Undertaking) -> tuple[YearForm, list[Span], list[Span]]:
    """The form, every year of the undertaking, and the years that the report speaks of."""
    every = _all_spans(found)
    form = YearForm(request.GET, years=[span.year for span in every])
    year = form.chosen()
    return form, every, [span for span in every if year is None or span.year == year]


@require_safe
def undertaking_report(request: HttpRequest, undertaking_id: int) -> HttpResponse:
    """The figures of an undertaking: in all, by year, by unit and by village."""
    found = visible_undertaking(request, undertaking_id)
    form, every, chosen = _chosen(request, found)
    by_year = {row.name: row for row in tally_helped(found.pk, every, By.YEAR)}
    context = {
        "undertaking": found,
        "noun": noun_of(found),
        "form": form,
        "years": [(span, by_year.get(str(span.year), Helped(str(span.year)))) for span in every],
        "total": _total(found, chosen),
        "first": chosen[-1].first if chosen else None,
        "last": chosen[0].last if chosen else None,
        "units": tally_helped(found.pk, chosen, By.UNIT),
        "villages": tally_helped(found.pk, chosen, By.VILLAGE),
    }
    return render_page(request, "commitments/undertaking_report.html", context)


@require_safe
def undertaking_report_xlsx(request: HttpRequest, undertaking_id: int) -> HttpResponse:
    """The same figures as one table, without names of households."""
    found = visible_undertaking(request, undertaking_id)
    _form, _every, chosen = _chosen(request, found)
    columns = [
        Column(_("Counted by"), width=12),
        Column(_("Unit, village or year"), width=44),
        *(
            Column(heading, "integer", 14)
            for heading in (
                _("Units that help"),
                _("Helped"),
                _("Left poverty"),
                _("Goal reached"),
                _("Stopped"),
                _("Going on"),
                _("Times help was given"),
            )
        ),
        Column(_("Value in đồng"), "money", 18),
    ]
    lines = [found.agency.name, noun_of(found).capitalize()]
    if chosen:
        lines.append(f"{date_text(chosen[-1].first)} – {date_text(chosen[0].last)}")
    return xlsx_response(
        f"undertaking-{found.pk}-report", make_xlsx(found.name, lines, columns, _rows(found, chosen))
    )


def _rows(found: Undertaking, chosen: list[Span]) -> Iterator[tuple[str | int, ...]]:
    parts = ((_("All"), By.ALL), (_("Year"), By.YEAR), (_("Unit"), By.UNIT), (_("Village"), By.VILLAGE))
    for label, by in parts:
        for row in tally_helped(found.pk, chosen, by):
            yield (
                label,
                row.name,
                row.n_units,
                row.n_beneficiaries,
                row.n_left_poverty,
                row.n_reached,
                row.n_stopped,
                row.n_going_on,
                row.n_helps,
                row.value,
            )
