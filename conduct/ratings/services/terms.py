"""Setting the terms of an office's rating, from a period on that has no sheets yet."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.agencies.tree import subtree_ids
from conduct.audit.services import record
from conduct.kernel.months import Month

from ..models import OfficeTerms, Sheet
from ..permissions.terms import check_can_set_terms
from .schemes import terms_of

Kind = OfficeTerms.Kind


@dataclass(frozen=True, slots=True)
class TermsValues:
    """What the form sets."""

    valid_from: date
    kind: str
    self_day: int
    review_day: int
    approve_day: int
    cap_base: str
    legal_act: str


@transaction.atomic
def set_terms(*, office: Agency, values: TermsValues, by: User, now: datetime) -> bool:
    """Store the terms from a day on; returns whether they are new (False: those of that day were replaced).

    Raises Refused, ValidationError for a day that begins no period, or from which there are sheets already.
    """
    check_can_set_terms(by, office, timezone.localdate(now))
    Agency.objects.select_for_update().get(pk=office.pk)
    _check_beginning(office, values)
    given = asdict(values)
    terms, created = OfficeTerms.objects.update_or_create(
        office=office, valid_from=given.pop("valid_from"), defaults={**given, "set_by": by}
    )
    said = {name: str(value) for name, value in asdict(values).items()}
    record(act="ratings.set_terms", by=by, obj=terms, agency=office, now=now, data=said)
    return created


def _check_beginning(office: Agency, values: TermsValues) -> None:
    day = values.valid_from
    if day.day != 1:
        raise ValidationError({"valid_from": _("Terms begin on the first day of a month.")})
    before = terms_of(office, Month.of(day).previous().last)
    if Kind.QUARTER in (values.kind, before.kind) and before.kind != values.kind and day.month % 3 != 1:
        raise ValidationError(
            {"valid_from": _("Between months and quarters one changes on the first day of a quarter.")}
        )
    if values.kind == Kind.QUARTER and day.month % 3 != 1:
        raise ValidationError({"valid_from": _("With quarters, terms begin on the first day of a quarter.")})
    if has_sheets_from(office, day):
        raise ValidationError(
            {
                "valid_from": _(
                    "There are sheets from that day on already; choose the first day of a later period."
                )
            }
        )


def has_sheets_from(office: Agency, day: date) -> bool:
    """Whether a sheet of the office or below it belongs to a period that reaches that day or later."""
    sheets = Sheet.objects.filter(office_id__in=subtree_ids({office.pk}, day))
    two_before = Month.of(day).plus(-2).first
    return (
        sheets.filter(period__gte=day).exists()
        or sheets.filter(kind=Kind.QUARTER, period__gte=two_before).exists()
    )
