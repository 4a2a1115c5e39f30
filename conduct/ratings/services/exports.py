"""Results for the national database, and scores with counts of evidence for a province's own software."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.agencies.periods import closed_months
from conduct.agencies.permissions import Refused
from conduct.audit.services import record
from conduct.commitments.tallies.journal import tally_submitted_slips
from conduct.commitments.tallies.promises import tally_promises
from conduct.kernel.months import Month
from conduct.oversight.tallies.months import tally_breaches
from conduct.scores.models import PersonScore
from conduct.scores.rules.evidence import Source
from conduct.scores.rules.parts import person_from_data

from ..models import Result, ResultExport, YearRating
from ..permissions.exports import check_can_export
from ..rules.exports import VERSION, csv_bytes, json_bytes
from .year_results import decided_years

Target = ResultExport.Target
YEAR = "year"
FORMS = ("csv", "json")
_PERSON = ("person_code", "name", "post", "category", "unit_code", "unit")
NATIONAL_COLUMNS = (
    "office_code", "kind", "period", *_PERSON, "scheme", "common", "tasks", "total", "level",
    "result_number", "confirmed_at", "confirmed_by",
)  # fmt: skip
YEAR_COLUMNS = (
    "office_code", "kind", "period", *_PERSON, "scheme", "mean", "level", "no_class_reason",
    "result_number", "decision_number", "decided_on", "decided_by",
)  # fmt: skip
EVIDENCE = (
    "promises_due", "promises_kept", "slips_submitted", "breaches_confirmed", "judged", "judged_kept",
    "answers", "answers_kept",
)  # fmt: skip
PROVINCE_COLUMNS = (
    "office_code", "kind", "period", *_PERSON, "scheme", "criterion", "maximum", "self_points", "points",
    *EVIDENCE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file that left: its name, what it says, how many people it is about."""

    name: str
    content: bytes
    media_type: str
    n_rows: int


def results_in_force(office: Agency, kind: str, period: date) -> list[Result]:
    """The confirmed results of a period, by name; one query."""
    return list(
        Result.objects.filter(
            sheet__office=office, sheet__kind=kind, sheet__period=period, replaced_by__isnull=True
        )
        .select_related("sheet__posting__person", "sheet__posting__agency", "sheet__scheme", "by")
        .order_by("sheet__posting__person__name_order", "sheet__posting_id")
    )


@transaction.atomic
def export_results(
    *, office: Agency, kind: str, period: date, target: str, form: str, by: User, now: datetime
) -> ExportFile:
    """Make a file and note that it left, with its hash (Điều 26.1d). Raises Refused also when there is
    nothing to send."""
    check_can_export(by, office, timezone.localdate(now))
    head = {"version": VERSION, "target": target, "office_code": office.code, "office": office.name,
            "kind": kind, "period": period.isoformat(), "made_at": now.isoformat()}  # fmt: skip
    columns: tuple[str, ...]
    if kind == YEAR:
        columns, rows = YEAR_COLUMNS, [_year_row(row) for row in decided_years(office, period.year)]
    elif target == Target.PROVINCE:
        columns, rows = PROVINCE_COLUMNS, _province_rows(office, kind, period, now)
    else:
        columns = NATIONAL_COLUMNS
        rows = [_national_row(result) for result in results_in_force(office, kind, period)]
    if not rows or (kind == YEAR and target == Target.PROVINCE):
        raise Refused(_("There are no confirmed results of this kind to send."))
    people = {row["person_code"] for row in rows}
    content = _written(form, head, columns, rows)
    digest = hashlib.sha256(content).hexdigest()
    made = ResultExport.objects.create(
        office=office, target=target, kind=kind, period=period, form=form, n_rows=len(people),
        sha256=digest, by=by, at=now,
    )  # fmt: skip
    record(
        act="ratings.export_results", by=by, obj=made, agency=office, now=now,
        data={"target": target, "kind": kind, "period": period.isoformat(), "form": form,
              "n_rows": len(people), "sha256": digest},
    )  # fmt: skip
    name = f"ket-qua-{target}-{office.code.lower()}-{kind}-{period:%Y-%m}.{form}"
    media = "application/json" if form == "json" else "text/csv; charset=utf-8"
    return ExportFile(name, content, media, len(people))


def _written(
    form: str, head: Mapping[str, Any], columns: tuple[str, ...], rows: list[dict[str, Any]]
) -> bytes:
    common = {"office_code", "kind", "period"}
    if form == "json":
        bare = [{key: row.get(key) for key in columns if key not in common} for row in rows]
        return json_bytes({**head, "rows": bare})
    return csv_bytes(columns, [{**head, **row} for row in rows])


def _person_cells(parts: Mapping[str, Any], result: Result) -> dict[str, Any]:
    posting = result.sheet.posting
    person, scheme = parts["person"], parts["scheme"]
    return {
        "person_code": posting.person.username,
        "name": person["name"],
        "post": person["title"],
        "category": person["category"],
        "unit_code": posting.agency.code,
        "unit": person["agency"],
        "scheme": f"{scheme['code']}/{scheme['number']}",
    }


def _national_row(result: Result) -> dict[str, Any]:
    return {
        **_person_cells(result.parts, result),
        "common": plain(result.common),
        "tasks": plain(result.tasks),
        "total": plain(result.total),
        "level": result.level,
        "result_number": result.number,
        "confirmed_at": result.at.isoformat(),
        "confirmed_by": result.by.full_name,
    }


def _year_row(rating: YearRating) -> dict[str, Any]:
    decision = rating.decision
    return {
        "person_code": rating.person.username,
        "name": rating.person.full_name,
        "post": rating.posting.title,
        "category": rating.posting.category,
        "unit_code": rating.posting.agency.code,
        "unit": rating.posting.agency.name,
        "scheme": f"{rating.scheme.code}/{rating.scheme.number}",
        "mean": plain(rating.mean),
        "level": rating.level or None,
        "no_class_reason": rating.no_class_reason or None,
        "result_number": rating.number,
        "decision_number": decision.number if decision else None,
        "decided_on": decision.decided_on.isoformat() if decision else None,
        "decided_by": decision.signed_by.full_name if decision else None,
    }


def plain(value: object) -> str | None:
    """A decimal as text with a point, without needless zeros; exact."""
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _province_rows(office: Agency, kind: str, period: date, now: datetime) -> list[dict[str, Any]]:
    """One row for each person and criterion; the evidence of the period stands in each."""
    results = results_in_force(office, kind, period)
    first = Month.of(period)
    months = list(first.until(first.plus(2))) if kind == "quarter" else [first]
    evidence = count_evidence(office, [result.sheet.posting_id for result in results], months, now)
    return [
        {
            **_person_cells(result.parts, result),
            "criterion": line["code"],
            "maximum": plain_text(line["maximum"]),
            "self_points": plain_text(line["self"]),
            "points": plain_text(line["points"]),
            **evidence[result.sheet.posting_id],
        }
        for result in results
        for group in result.parts["groups"]
        for line in group["lines"]
    ]


def plain_text(text: str | None) -> str | None:
    """A number written as text, without needless zeros."""
    if text is None or "." not in text:
        return text
    return text.rstrip("0").rstrip(".")


def count_evidence(
    office: Agency, posting_ids: Collection[int], months: Collection[Month], now: datetime
) -> dict[int, dict[str, int | None]]:
    """Counts by posting; never an event, a name or a word of a citizen.

    What citizens and supervisors said stands there only when every month is closed, else it is None: an open
    month's counts are nobody's outside the office's head.
    """
    counts: dict[int, Counter[str]] = {pk: Counter() for pk in posting_ids}
    zone = timezone.get_default_timezone()
    for month in months:
        for promise in tally_promises(posting_ids, month, zone, until=now):
            counts[promise.posting_id].update(promises_due=promise.judged, promises_kept=promise.kept)
        for slip in tally_submitted_slips(posting_ids, month):
            counts[slip.posting_id]["slips_submitted"] += 1
        for breach in tally_breaches(posting_ids, month):
            counts[breach.posting_id]["breaches_confirmed"] += 1
    closed = closed_months([office.pk])
    is_closed = all((office.pk, month) in closed for month in months)
    if is_closed:
        _count_heard(counts, months)
    heard = {"judged", "judged_kept", "answers", "answers_kept"}
    return {
        pk: {name: None if name in heard and not is_closed else found[name] for name in EVIDENCE}
        for pk, found in counts.items()
    }


def _count_heard(counts: dict[int, Counter[str]], months: Collection[Month]) -> None:
    """Answers of citizens and judged items of closed months; an item that two models share counts once."""
    scores = PersonScore.objects.filter(posting_id__in=counts, month__in=[month.first for month in months])
    seen: set[tuple[int, date, int, Source]] = set()
    for posting_id, month, parts in scores.order_by("pk").values_list("posting_id", "month", "parts"):
        for item in person_from_data(parts).items:
            for part in item.sources:
                key = (posting_id, month, item.key, part.source)
                if key in seen:
                    continue
                seen.add(key)
                if part.source is Source.CITIZEN:
                    counts[posting_id].update(answers=part.judged, answers_kept=part.kept)
                elif part.source is Source.SUPERVISOR:
                    counts[posting_id].update(judged=part.judged, judged_kept=part.kept)
