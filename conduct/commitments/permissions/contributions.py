"""Who plans savings, who keeps the ledger and reads the lines of persons, and who may have given."""

from datetime import date

from django.db.models import Q, QuerySet

from conduct.agencies.models import Agency, AgencyQuerySet, Posting, Role, User
from conduct.agencies.permissions import check_holds, holds, reach_ids
from conduct.agencies.tree import subtree_ids
from conduct.kernel.months import Month

PLANNING = (Role.HEAD, Role.OFFICE_ADMIN, Role.TREASURER)


def check_can_plan_savings(user: User, agency: Agency, on: date) -> None:
    """The head, the administrator or the treasurer of the agency, or of one above."""
    check_holds(user, agency, on, *PLANNING)


def plans_savings(user: User, agency: Agency, on: date) -> bool:
    """Whether the person may change the plan of this agency."""
    return holds(user, agency, on, *PLANNING)


def agencies_to_plan_for(user: User, on: date) -> AgencyQuerySet:
    """The agencies for which the person may make a savings plan."""
    return Agency.objects.in_force(on).filter(pk__in=reach_ids(user, on, *PLANNING)).order_by("search")


def check_keeps_ledger(user: User, agency: Agency, on: date) -> None:
    """The treasurer alone: no other role reads or writes lines of persons."""
    check_holds(user, agency, on, Role.TREASURER)


def keeps_ledger(user: User, agency: Agency, on: date) -> bool:
    """Whether the person is the treasurer of this agency."""
    return holds(user, agency, on, Role.TREASURER)


def givers(agency: Agency, month: Month) -> QuerySet[Posting]:
    """One posting for each person who serves in the agency or below it in that month, by name."""
    serving = Posting.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=month.first),
        agency_id__in=subtree_ids([agency.pk], month.last),
        starts_on__lte=month.last,
    )
    one_each = serving.order_by("person_id", "-is_main", "-starts_on", "pk").distinct("person_id")
    return (
        Posting.objects.filter(pk__in=one_each.values("pk"))
        .select_related("person", "agency")
        .order_by("person__name_order", "person_id")
    )
