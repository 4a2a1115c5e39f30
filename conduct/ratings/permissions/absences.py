"""Who notes absences and conclusions of an office's people, and who may read them."""

from datetime import date

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Posting, User
from conduct.agencies.permissions import Refused, reach_ids
from conduct.agencies.tree import subtree_ids

from ..models import Absence, Conclusion
from .year import PREPARING, check_not_own, check_prepares


def people_of(office: Agency, on: date) -> QuerySet[User]:
    """Who serves in the office or below it that day, or did so before."""
    serving = Posting.objects.filter(agency_id__in=subtree_ids([office.pk], on), starts_on__lte=on)
    return User.objects.filter(pk__in=serving.values("person_id")).order_by("name_order", "pk")


def person_to_note(user: User, person_id: int, office: Agency, on: date) -> User:
    """One of the people of an office whose year the user prepares; 404 for others, Refused for oneself."""
    person = get_object_or_404(people_of(office, on), pk=person_id)
    check_not_own(user, person.pk)
    return person


def check_can_note(user: User, person: User, office: Agency, on: date) -> None:
    """Those who prepare the year, about the office's people, never about themselves."""
    check_prepares(user, office, on)
    check_not_own(user, person.pk)
    if not people_of(office, on).filter(pk=person.pk).exists():
        raise Refused(_("This person does not serve in the office."))


def visible_absences(user: User, on: date) -> QuerySet[Absence]:
    """The own ones, and those of the offices that one prepares."""
    return Absence.objects.filter(Q(person=user) | Q(office_id__in=reach_ids(user, on, *PREPARING)))


def visible_conclusions(user: User, on: date) -> QuerySet[Conclusion]:
    """The own ones, those of the offices that one prepares, and those about people who serve there now."""
    reached = reach_ids(user, on, *PREPARING)
    serving = Posting.objects.in_force(on).filter(agency_id__in=reached)
    return Conclusion.objects.filter(
        Q(person=user) | Q(agency_id__in=reached) | Q(person_id__in=serving.values("person_id"))
    )


def check_can_withdraw(user: User, conclusion: Conclusion, on: date) -> None:
    """Those who read it because they prepare somebody's year; never about themselves."""
    check_not_own(user, conclusion.person_id)
    if not visible_conclusions(user, on).filter(pk=conclusion.pk).exists():
        raise Refused(_("Only the head or an office administrator prepares the classes of the year."))
