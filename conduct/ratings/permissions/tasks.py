"""Who assigns, reports and excuses work of a sheet, and who keeps the list of kinds of work (Điều 13, 18)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from conduct.agencies.models import (
    Agency,
    AgencyQuerySet,
    Posting,
    PostingQuerySet,
    Role,
    RoleGrant,
    User,
    on_day,
)
from conduct.agencies.periods import check_month_is_open
from conduct.agencies.permissions import (
    LEADING,
    Led,
    Refused,
    check_holds,
    granted_ids,
    led_by,
    own_office_ids,
    reach_ids,
    visible_agency_ids,
)
from conduct.agencies.tree import lineages_of
from conduct.kernel.months import Month

from ..models import OfficeTerms, Sheet, WorkItem, WorkQuerySet
from ..rules.periods import Period

KEEPING = (Role.HEAD, Role.OFFICE_ADMIN)
_State = Sheet.State


@dataclass(frozen=True, slots=True)
class TaskRights:
    """How a reader stands to the tasks of a sheet: the person's own, or that of somebody they lead."""

    is_own: bool
    leads: bool
    state: str

    @property
    def may_report(self) -> bool:
        """Say what was done, and why something went wrong: the person, while the sheet is a draft."""
        return self.is_own and self.state == _State.DRAFT

    @property
    def may_assign(self) -> bool:
        """Assign and change tasks: whoever leads the person, until the sheet is reviewed."""
        return self.leads and self.state in (_State.DRAFT, _State.SUBMITTED)


def rights_on(user: User, sheet: Sheet, on: date) -> TaskRights:
    """The rights of a reader that day; nobody leads themselves."""
    if sheet.posting.person_id == user.pk:
        return TaskRights(True, False, sheet.state)
    return TaskRights(False, led_postings(user, on).filter(pk=sheet.posting_id).exists(), sheet.state)


def visible_sheet(user: User, sheet_id: int, on: date) -> tuple[Sheet, TaskRights]:
    """A sheet whose tasks the reader may see, and their rights on it; 404 for everybody else."""
    sheet = (
        Sheet.objects.select_related("posting__person", "posting__agency", "office", "scheme")
        .filter(pk=sheet_id)
        .first()
    )
    if sheet is None:
        raise Http404
    rights = rights_on(user, sheet, on)
    if not (rights.is_own or rights.leads):
        raise Http404
    return sheet, rights


def period_of_sheet(sheet: Sheet) -> Period:
    """The month or quarter of a sheet."""
    return Period(Month.of(sheet.period), 3 if sheet.kind == OfficeTerms.Kind.QUARTER else 1)


def check_can_report(user: User, sheet: Sheet, on: date) -> None:
    """The person reports on the own tasks while the sheet is a draft and the month is open."""
    rights = rights_on(user, sheet, on)
    if not rights.is_own:
        raise Refused(_("Only the person whose sheet it is reports what was done."))
    if not rights.may_report:
        raise Refused(_("The sheet has been submitted. It can be changed again after it is taken back."))
    check_month_is_open(sheet.office, period_of_sheet(sheet).last)


def check_can_assign(user: User, sheet: Sheet, on: date) -> None:
    """Whoever leads the person assigns, until the sheet is reviewed; nobody assigns their own tasks."""
    rights = rights_on(user, sheet, on)
    if rights.is_own:
        raise Refused(_("Nobody assigns or excuses their own tasks; whoever leads the unit does."))
    if not rights.leads:
        raise Refused(_("Tasks are assigned by whoever leads the unit or the office of the person."))
    if not rights.may_assign:
        raise Refused(_("The sheet has been reviewed, so its tasks stay as they are."))
    check_month_is_open(sheet.office, period_of_sheet(sheet).last)


def check_can_hand_back(user: User, sheet: Sheet, on: date) -> None:
    """The person, while the sheet is a draft; or whoever leads them."""
    if sheet.posting.person_id == user.pk:
        check_can_report(user, sheet, on)
    else:
        check_can_assign(user, sheet, on)


def led_agencies(user: User, on: date, led: Led | None = None) -> AgencyQuerySet:
    """The agencies among whose people this person assigns tasks, by a role or a delegation.

    ``led``: what they lead, for who has asked already.
    """
    led = led or led_by(user, on)
    return Agency.objects.in_force(on).filter(pk__in=led.as_head | led.as_supervisor)


def led_postings(user: User, on: date, led: Led | None = None) -> PostingQuerySet:
    """Whose tasks this person assigns: as Sheet.visible_to says, nobody those of whom they are led by."""
    led = led or led_by(user, on)
    leading = RoleGrant.objects.filter(on_day(on, "starts_on", "ends_on"), role__in=LEADING)
    above = leading.filter(agency_id__in=led.posts)
    heads = leading.filter(role=Role.HEAD, agency_id__in=led.roots)
    return Posting.objects.filter(
        Q(agency_id__in=led.as_head) & ~Q(person__in=heads.values("person"))
        | Q(agency_id__in=led.as_supervisor) & ~Q(person__in=above.values("person"))
    ).exclude(person=user)


def check_can_assign_in(user: User, agency: Agency, on: date) -> None:
    """Whoever supervises or heads the agency, or one above it, or stands in for them."""
    if not led_agencies(user, on).filter(pk=agency.pk).exists():
        raise Refused(_("Tasks are assigned by whoever leads the unit or the office of the person."))


def kept_agencies(user: User, on: date) -> AgencyQuerySet:
    """The agencies whose list of work this person keeps."""
    return Agency.objects.in_force(on).filter(pk__in=reach_ids(user, on, *KEEPING))


def check_can_keep_work(user: User, agency: Agency, on: date) -> None:
    """The head or the office administrator of the agency, or of one above it."""
    check_holds(user, agency, on, *KEEPING)


def readable_work(user: User, on: date) -> WorkQuerySet:
    """The lists of all agencies one sees, and of those above that reach the own office or granted ones."""
    below = lineages_of(own_office_ids(user, on) | granted_ids(user, on), on)
    above = {agency_id for lineage in below.values() for agency_id in lineage}
    return WorkItem.objects.filter(agency_id__in=visible_agency_ids(user, on) | above)
