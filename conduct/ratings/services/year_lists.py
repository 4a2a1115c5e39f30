"""What a year is counted from: results, postings, absences, conclusions, what somebody heads, and the classes
of organisations. All lists name the person but the last."""

from collections.abc import Sequence
from datetime import date

from django.db.models import CharField, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from conduct.agencies.models import Posting, Role, RoleGrant, on_day

from ..models import Absence, Conclusion, OrganisationClass, Result, YearRating
from ..permissions.year import last_day
from ..tallies.gathered import Asked


def year_lists(ratings: Sequence[YearRating], today: date) -> dict[str, Asked]:
    """The lists for ratings of one year; what a person heads is that of today, or of the year's last day."""
    year, people = ratings[0].year, {rating.person_id for rating in ratings}
    places = {agency for rating in ratings for agency in (rating.office_id, rating.posting.agency_id)}
    first, last = date(year, 1, 1), date(year, 12, 31)
    results = Result.objects.filter(
        replaced_by__isnull=True, sheet__posting__person_id__in=people, sheet__posting__is_main=True,
        sheet__period__gte=first, sheet__period__lte=last,
    )  # fmt: skip
    postings = Posting.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=first), person_id__in=people, starts_on__lte=last
    )
    absences = Absence.objects.filter(person_id__in=people, starts_on__lte=last, ends_on__gte=first)
    conclusions = Conclusion.objects.filter(
        person_id__in=people, withdrawn_at__isnull=True, decided_on__lte=last
    )
    led = RoleGrant.objects.filter(
        on_day(last_day(year, today), "starts_on", "ends_on"), person_id__in=people, role=Role.HEAD,
        agency_id__in=places,
    )  # fmt: skip
    classes = OrganisationClass.objects.filter(agency_id__in=places, year=year, replaced_by__isnull=True)
    result: dict[str, str | Combinable] = {
        "pk": "pk", "person": "sheet__posting__person_id", "kind": "sheet__kind", "period": "sheet__period",
        "total": Cast("total", CharField()), "office": "sheet__office_id", "name": "sheet__office__name",
    }  # fmt: skip
    conclusion = {name: name for name in ("pk", "kind", "number", "decided_on", "by_authority", "act_key")}
    span = {"person": "person_id", "starts_on": "starts_on", "ends_on": "ends_on"}
    agency = {"agency": "agency_id", "name": "agency__name"}
    return {
        "results": (results, result),
        "postings": (postings, span),
        "absences": (absences, {**span, "kind": "kind"}),
        "conclusions": (conclusions, {**conclusion, **agency, "person": "person_id"}),
        "led": (led, {"person": "person_id", "agency": "agency_id"}),
        "classes": (classes, {**agency, "level": "level", "number": "number"}),
    }
