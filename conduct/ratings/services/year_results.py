"""Decided years for papers, lists and other systems: what stands, its history, its words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conduct.agencies.models import Agency

from ..models import Absence, Level, YearDecision, YearRating
from ..rules.papers import figure
from .year_facts import Counted, count_year


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A line of Mẫu số 02, I. ``total`` is exact; ``shown`` as papers write it, empty without one."""

    month: int
    total: Decimal | None
    shown: str
    note: str


@dataclass(frozen=True, slots=True)
class YearForm:
    """Everything that Mẫu số 02 says. Levels are codes of Level; empty while unknown."""

    rating: YearRating
    months: tuple[MonthLine, ...]
    mean: Decimal | None
    mean_shown: str
    self_level: str
    level: str
    no_class: str
    handling: str


def year_form(rating: YearRating, today: date) -> YearForm:
    """A year as Mẫu số 02 shows it; what is not decided yet as it stands today."""
    counted = count_year(rating, today)
    return YearForm(
        rating,
        month_lines(counted.months),
        counted.mean,
        figure(counted.mean),
        rating.self_level,
        rating.level,
        no_class_words(rating.no_class_reason),
        rating.handling,
    )


def month_lines(months: Collection[Mapping[str, Any]]) -> tuple[MonthLine, ...]:
    """The twelve months with their notes, in the language in force."""
    return tuple(
        MonthLine(
            row["month"],
            None if row["total"] is None else Decimal(row["total"]),
            figure(row["total"]),
            "; ".join(_notes(row)),
        )
        for row in months
    )


def _notes(row: Mapping[str, Any]) -> list[str]:
    words = [str(Absence.Kind(kind).label) for kind in row["leaves"]]
    if row["office"]:
        words.append(_("rated in %(office)s") % {"office": row["office"]})
    if row["by_quarter"]:
        words.append(_("total of the quarter"))
    if row["state"] == "missing":
        words.append(_("no confirmed sheet"))
    elif row["state"] == "away":
        words.append(_("not serving yet or no longer"))
    elif row["state"] == "ahead":
        words.append(_("not over yet"))
    return words


def no_class_words(reason: str) -> str:
    """Why a year has no class, in words; empty when it has one."""
    return {
        "under_six_months": _("Under six months of work in the year (Điều 11.1)."),
        "no_points": _("No month of the year has a confirmed total."),
        "other_rules": _("Rated under other rules than decree 335/2025."),
    }.get(reason, "")


def bound_words(counted: Counted) -> list[str]:
    """What holds the class below the points, and what was looked at and does not."""
    words = [_fault_words(fault) for fault in counted.basis.get("faults", ())]
    organisation = counted.basis.get("organisation")
    if organisation:
        words.append(
            _("Heads %(name)s, classed “%(level)s” (%(number)s): not above that (Điều 20.6).")
            % {**organisation, "level": Level(organisation["level"]).label}
        )
    if counted.waits_for_organisation:
        words.append(_("The class of the organisation comes before that of its head (Điều 20.6)."))
    return words


def _fault_words(fault: Mapping[str, Any]) -> str:
    head = _("%(number)s of %(day)s, %(by)s.") % {
        "number": fault["number"], "by": fault["by"],
        "day": f"{date.fromisoformat(fault['decided_on']):%d/%m/%Y}",
    }  # fmt: skip
    why = {
        "counts": _("It makes the year “not completed” (Điều 20.4, 11.3)."),
        "same_act": _("Same act as an earlier conclusion: counted once only (Điều 11.3a, b)."),
        "old_office": _("It happened in %(office)s and stays there (Điều 11.3c).") % fault,
        "no_leader": _("It touches leaders only (Điều 20.4d)."),
    }[fault["why"]]
    return f"{head} {why}"


def time_words(counted: Counted) -> str:
    """How many months were worked and rated."""
    return ngettext(
        "Mean of %(n)s month with a total; %(counted)s months of work count.",
        "Mean of %(n)s months with a total; %(counted)s months of work count.",
        counted.basis["n_months"],
    ) % {"n": counted.basis["n_months"], "counted": figure(str(counted.basis["counted"]))}


def decided_years(office: Agency, year: int) -> QuerySet[YearRating]:
    """The decided ratings in force of an office's people, its head too, by name."""
    return (
        YearRating.objects.filter(
            office=office, year=year, state=YearRating.State.DECIDED, replaced_by__isnull=True
        )
        .select_related("person", "posting__agency", "office", "scheme", "decision__signed_by", "decision")
        .order_by("person__name_order", "pk")
    )


def history_of(rating: YearRating) -> list[YearRating]:
    """Every version of a person's year, the newest first, with the decisions."""
    rows = YearRating.objects.filter(person_id=rating.person_id, year=rating.year)
    return list(rows.select_related("decision__signed_by").order_by("-number"))


def office_decisions(office: Agency, year: int) -> QuerySet[YearDecision]:
    """Decisions about people of an office, newest first."""
    found = YearDecision.objects.filter(ratings__office=office, year=year).distinct()
    return found.select_related("signed_by", "office").order_by("-signed_at")
