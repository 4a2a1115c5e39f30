"""Opening the sheet of a period and filling it, with a watch on who writes second."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Posting, User
from conduct.agencies.permissions import Refused
from conduct.agencies.tree import office_of
from conduct.audit.services import record

from ..models import OfficeTerms, Sheet, SheetLine
from ..permissions.authority import authority_of
from ..permissions.sheets import check_can_fill
from ..rules.periods import Period
from ..rules.scheme import Scheme
from ..tallies.late import days_away, days_from
from .reading import rules_of
from .schemes import NoScheme, scheme_for, terms_of

WORDS_MOST = 4000
NOTE_MOST = 1000
SITTING = timedelta(minutes=30)


class SheetChanged(Exception):
    """Somebody wrote the sheet after it was read; ``sheet`` is how it stands now. Nothing was written."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(f"sheet {sheet.pk} is at revision {sheet.revision}")
        self.sheet = sheet


@dataclass(frozen=True, slots=True)
class OwnView:
    """What a person says about the own month: points and notes by criterion, d/đ/e in percent, words."""

    points: Mapping[str, Decimal | None]
    notes: Mapping[str, str] = field(default_factory=dict)
    leading: Mapping[str, int | None] = field(default_factory=dict)
    strengths: str = ""
    shortcomings: str = ""


def lock_sheet(sheet_id: int, revision: int | None) -> Sheet:
    """The sheet, held until the transaction ends; SheetChanged when it is not at ``revision`` any more.

    ``revision`` None holds it as it stands (for acts that do not depend on what was read).
    """
    sheet = (
        Sheet.objects.select_for_update(of=("self",))
        .select_related("posting__person", "posting__agency", "office", "scheme")
        .get(pk=sheet_id)
    )
    if revision is not None:
        check_revision(sheet, revision)
    return sheet


def check_revision(sheet: Sheet, revision: int) -> None:
    """SheetChanged when somebody wrote this held sheet after it was read at ``revision``."""
    if sheet.revision != revision:
        raise SheetChanged(sheet)


def touch_sheet(sheet: Sheet, by: User, now: datetime, *fields: str) -> None:
    """Store these fields of a held sheet and raise its revision."""
    sheet.revision += 1
    sheet.changed_by, sheet.changed_at = by, now
    sheet.save(update_fields=[*fields, "revision", "changed_by", "changed_at"])


@transaction.atomic
def open_sheet(*, posting: Posting, period: Period, by: User, now: datetime) -> Sheet:
    """The sheet of a posting's period; made as a draft with empty lines when there is none yet.

    Opened by the person, or by whoever reviews it (to assign tasks). Raises NoScheme for whom no scheme
    speaks to, Refused with the reason: no right, not begun, not served at the end of the period, away for all
    of it, or the office rates by another period.
    """
    today = timezone.localdate(now)
    if by.pk != posting.person_id and by.pk not in authority_of(posting, today).reviewers:
        raise Refused(_("A sheet is opened by the person it is about, or by whoever reviews it."))
    found = Sheet.objects.filter(posting=posting, kind=kind_of(period), period=period.first.first).first()
    if found is not None:
        return found
    last = period.last.last
    office = office_of(posting.agency, min(last, today))
    reason = why_no_sheet(posting, period, office=office, today=today)
    if reason:
        raise Refused(reason)
    sheet, is_new = Sheet.objects.get_or_create(
        posting=posting, kind=kind_of(period), period=period.first.first,
        defaults={
            "office": office, "scheme": scheme_for(posting, last), "changed_by": by, "changed_at": now,
        },
    )  # fmt: skip
    if is_new:
        lines = [SheetLine(sheet=sheet, criterion=one.code) for one in rules_of(sheet).criteria]
        SheetLine.objects.bulk_create(lines)
        record(act="ratings.open_sheet", by=by, obj=sheet, agency=office, now=now)
    return sheet


def kind_of(period: Period) -> str:
    """How the length of a period is stored."""
    kinds = OfficeTerms.Kind
    return (kinds.MONTH if period.n_months == 1 else kinds.QUARTER).value


def why_no_sheet(posting: Posting, period: Period, *, office: Agency, today: date) -> str:
    """Why this posting needs no sheet for the period, in the reader's language; "" when it needs one."""
    last = period.last.last
    if period.first.first > today:
        return _("The period has not begun.")
    if not posting.is_main:
        return _("The sheet is kept for the main post; work in another post is among its tasks.")
    if posting.starts_on > last or (posting.ends_on is not None and posting.ends_on < last):
        return _("The sheet of a period is kept where the person serves on its last day.")
    first = period.first.first
    if days_away(posting.person_id, first, last) >= days_from(first, last):
        return _("The person is away for the whole period, so no sheet is needed.")
    if terms_of(office, last).kind != kind_of(period):
        return _("%(office)s does not rate by periods of this length.") % {"office": office.name}
    try:
        scheme_for(posting, last)
    except NoScheme:
        return _(
            "No rating scheme speaks to this post here. Police and army are rated by rules of their own."
        )
    return ""


def own_view_of(sheet: Sheet) -> OwnView:
    """What the person has said so far; one query."""
    lines = list(sheet.lines.all())
    return OwnView(
        {line.criterion: line.self_points for line in lines},
        {line.criterion: line.self_note for line in lines},
        dict(sheet.self_leading),
        sheet.strengths,
        sheet.shortcomings,
    )


def mark_of(view: OwnView) -> str:
    """A short mark of what a person said: equal marks, equal words."""
    points = sorted((code, "" if said is None else f"{said:.2f}") for code, said in view.points.items())
    notes = sorted(view.notes.items())
    said = [points, notes, sorted(view.leading.items()), view.strengths, view.shortcomings]
    return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


@transaction.atomic
def save_self(
    *, sheet_id: int, revision: int, view: OwnView, seen: str = "", by: User, now: datetime
) -> Sheet:
    """Store what the person typed into a draft; half-filled is fine. Returns the sheet as it stands.

    ``seen`` is the mark of the own words that the writer began from: while these stand, a change elsewhere on
    the sheet (a task was assigned) is no conflict. The same words once more change nothing, whatever their
    revision (a repeated request). One audit row a sitting, not one a keystroke. Raises Refused, SheetChanged,
    and ValidationError by field (``points_<criterion>``) for points outside the scheme.
    """
    sheet = lock_sheet(sheet_id, None)
    check_can_fill(by, sheet, timezone.localdate(now))
    scheme = rules_of(sheet)
    _check_view(scheme, view)
    before = own_view_of(sheet)
    lines = {line.criterion: line for line in sheet.lines.all()}
    changed = [line for code, line in lines.items() if _put(line, view, code)]
    words = _words_of(view, scheme)
    fields = [name for name, value in words.items() if getattr(sheet, name) != value]
    if not changed and not fields:
        return sheet
    if not seen or seen != mark_of(before):
        check_revision(sheet, revision)
    SheetLine.objects.bulk_update(changed, ["self_points", "self_note"])
    for name in fields:
        setattr(sheet, name, words[name])
    if sheet.changed_by_id != by.pk or now - sheet.changed_at >= SITTING:
        record(act="ratings.fill_sheet", by=by, obj=sheet, agency=sheet.office, now=now)
    touch_sheet(sheet, by, now, *fields)
    return sheet


def _put(line: SheetLine, view: OwnView, code: str) -> bool:
    points, note = view.points.get(code), view.notes.get(code, "").strip()
    if (line.self_points, line.self_note) == (points, note):
        return False
    line.self_points, line.self_note = points, note
    return True


def _words_of(view: OwnView, scheme: Scheme) -> dict[str, Any]:
    rule = scheme.tasks
    known = [component.value for component in rule.leading] if rule else []
    return {
        "strengths": view.strengths.strip(),
        "shortcomings": view.shortcomings.strip(),
        "self_leading": {name: view.leading[name] for name in known if view.leading.get(name) is not None},
    }


def _check_view(scheme: Scheme, view: OwnView) -> None:
    """Points within 0 and the maximum, in the scheme's steps; d, đ, e are 100 or 50."""
    known = {criterion.code: criterion for criterion in scheme.criteria}
    errors: dict[str, str] = {}
    for code, points in view.points.items():
        if code not in known:
            raise ValidationError(_("The form asks for something else now. Open the page again."))
        if points is None:
            continue
        if not points.is_finite() or not 0 <= points <= known[code].maximum or points % scheme.step:
            errors[f"points_{code}"] = _("Choose one of the points that the scheme gives.")
    for name, percent in view.leading.items():
        if percent not in (None, 50, 100):
            errors[f"leading_{name}"] = _("This is 100 % or 50 %.")
    if errors:
        raise ValidationError(errors)
