"""Who may file, read, answer and take back a petition (Điều 22); rights are those of the day of the act."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from conduct.agencies.models import Posting, Role, RoleGrant, User, on_day
from conduct.agencies.permissions import LEADING, Refused
from conduct.agencies.tree import lineage_ids, subtree_ids

from ..models import Petition, Result, Sheet, YearRating
from .authority import Authority, authority_of

_CONFIRMED = (Sheet.State.APPROVED, Sheet.State.ACKNOWLEDGED)


def check_can_file(user: User, about: Result | YearRating) -> None:
    """The person against the own result in force, once it is confirmed or decided."""
    posting = about.sheet.posting if isinstance(about, Result) else about.posting
    if posting.person_id != user.pk:
        raise Refused(_("Only %(name)s can file a petition: it is their result.") % {"name": posting.person})
    if about.replaced_by_id is not None:
        raise Refused(_("This result has been replaced. File a petition against the one in force."))
    is_final = (
        about.sheet.state in _CONFIRMED
        if isinstance(about, Result)
        else about.state == YearRating.State.DECIDED
    )
    if not is_final:
        raise Refused(_("There is no confirmed result yet that a petition could be filed against."))


def authority_over(petition: Petition, on: date) -> Authority:
    """Who is competent that day: whoever confirms the person's results, or acts in that place."""
    return authority_of(petition.posting, on)


def check_can_answer(user: User, petition: Petition, on: date) -> int | None:
    """The competent person or a delegate; returns in whose place a delegate acts."""
    if petition.filed_by_id == user.pk:
        raise Refused(_("Nobody answers a petition of their own."))
    authority = authority_over(petition, on)
    if user.pk not in authority.approvers:
        raise Refused(_("This petition is answered by the person who confirms this result."))
    return authority.stands_in_for(user.pk, authority.approvers)


def involved_ids(petition: Petition) -> set[int]:
    """Who reviewed, confirmed or decided what the petition is about."""
    if petition.result is not None:
        sheet = petition.result.sheet
        found = {sheet.reviewer_id, sheet.approver_id, petition.result.by_id}
    else:
        decision = petition.year_rating.decision if petition.year_rating else None
        found = {decision.signed_by_id if decision else None}
    return {pk for pk in found if pk is not None}


def needs_reader(petition: Petition, user: User, stands_in_for: int | None) -> bool:
    """Whether this answerer rated or confirmed what is petitioned against, so that a second one reads it."""
    return bool({user.pk, stands_in_for} & involved_ids(petition))


def is_read(petition: Petition, user: User) -> bool:
    """Whether somebody else has given an opinion."""
    return petition.read_at is not None and petition.reader_id != user.pk


def readers_for(petition: Petition, user: User, on: date) -> QuerySet[User]:
    """Who may be asked for a second opinion: leaders of the office and heads above it, nobody involved."""
    below = subtree_ids([petition.office.pk], on)
    above = lineage_ids(petition.office.pk, on)
    granted = RoleGrant.objects.filter(
        on_day(on, "starts_on", "ends_on"),
        Q(agency_id__in=below, role__in=LEADING) | Q(agency_id__in=above, role=Role.HEAD),
    )
    leading = Posting.objects.in_force(on).filter(agency_id__in=below, is_leader=True)
    return User.objects.filter(
        Q(pk__in=granted.values("person_id")) | Q(pk__in=leading.values("person_id")), is_active=True
    ).exclude(pk__in={user.pk, petition.filed_by_id, *involved_ids(petition)})


def check_can_read(user: User, petition: Petition) -> None:
    """Only whoever was asked gives the second opinion."""
    if petition.reader_id != user.pk:
        raise Refused(_("Only the second reader who was asked gives this opinion."))


def check_can_withdraw(user: User, petition: Petition) -> None:
    """Only whoever filed it takes a petition back."""
    if petition.filed_by_id != user.pk:
        raise Refused(_("Only whoever filed a petition takes it back."))
