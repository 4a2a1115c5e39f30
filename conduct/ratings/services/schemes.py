"""Rating schemes and terms: loaded from files, found for a posting and a period."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from conduct.agencies.models import Agency, Posting, on_day
from conduct.agencies.tree import lineage_ids
from conduct.kernel.workdays import is_working_day

from ..models import OfficeTerms, RatingScheme
from ..rules import scheme as rules
from ..rules.periods import Dates, Period
from ..tallies.terms import nearest_terms

FOLDER = Path(__file__).resolve().parent.parent / "schemes"
_FIELDS = (
    "code", "number", "name", "legal_basis", "categories", "leaders", "excluded_kinds", "valid_from",
    "valid_to", "document",
)  # fmt: skip


@transaction.atomic
def load_schemes(folder: Path = FOLDER) -> int:
    """Load and publish every file that is not there yet; returns how many were added.

    A published scheme never changes: a changed rule is a file with a new number. SchemeError names the file
    and the entry, and nothing is loaded.
    """
    added = 0
    for path in sorted(folder.glob("*.yaml")):
        fields = _read(path)
        code, number = fields.pop("code"), fields.pop("number")
        old = RatingScheme.objects.filter(code=code, number=number).first()
        if old is None:
            published = {
                "state": RatingScheme.State.PUBLISHED,
                "published_at": _midnight(fields["valid_from"]),
            }
            RatingScheme.objects.create(code=code, number=number, **fields, **published)
            added += 1
        elif old.document != fields["document"]:
            raise rules.SchemeError(path.name, f"{code} {number} is published and says something else")
    return added


def _read(path: Path) -> dict[str, Any]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        rules.parse_scheme(data["document"])
        fields = {name: data[name] for name in _FIELDS}
    except KeyError as missing:
        raise rules.SchemeError(path.name, f"{missing.args[0]} is missing") from missing
    except rules.SchemeError as error:
        raise rules.SchemeError(f"{path.name}: {error.place}", error.why) from error
    if not isinstance(fields["valid_from"], date):
        raise rules.SchemeError(path.name, "valid_from must be a date")
    return fields


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


class NoScheme(LookupError):
    """No published scheme speaks to this posting on that day."""


def scheme_for(posting: Posting, on: date, lineage: list[int] | None = None) -> RatingScheme:
    """The scheme of a posting on a day: by category, post and kind of agency; the nearest keeper's wins.

    Raises NoScheme: not everybody is rated here (police and army by rules of their own).
    """
    above = lineage_ids(posting.agency_id, on) if lineage is None else lineage
    leaders = RatingScheme.Leaders
    fits = RatingScheme.objects.filter(
        on_day(on),
        Q(keeper__isnull=True) | Q(keeper_id__in=above),
        state=RatingScheme.State.PUBLISHED,
        categories__contains=[posting.category],
        leaders__in=(leaders.BOTH, leaders.ONLY if posting.is_leader else leaders.NONE),
    )
    kinds = set(Agency.objects.filter(pk__in=above).values_list("kind", flat=True))
    found = [scheme for scheme in fits if not kinds & set(scheme.excluded_kinds)]
    if not found:
        raise NoScheme(f"no rating scheme speaks to {posting}")
    places = {agency_id: place for place, agency_id in enumerate(above)}

    def order(scheme: RatingScheme) -> tuple[int, int, int]:
        near = len(above) if scheme.keeper_id is None else places[scheme.keeper_id]
        return near, -scheme.valid_from.toordinal(), -scheme.number

    return min(found, key=order)


def terms_of(office: Agency, on: date) -> OfficeTerms:
    """The terms under which an office rates on a day: its own or the nearest above; else the usual ones."""
    return nearest_terms(office.pk, on) or OfficeTerms(office=office, valid_from=on)


def dates_of(terms: OfficeTerms, period: Period) -> Dates:
    """By when a period's sheets are due; day 0 is the last working day of the period's last month."""
    month = period.last

    def day(number: int) -> date:
        if number:
            return month.first.replace(day=min(number, month.last.day))
        return next(
            month.first.replace(day=n) for n in range(month.last.day, 0, -1)
            if is_working_day(month.first.replace(day=n))
        )  # fmt: skip

    return Dates(day(terms.self_day), day(terms.review_day), day(terms.approve_day))
