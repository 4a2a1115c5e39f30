"""The meeting of the year: who is heard, the minutes, the signature of the chair (Điều 21.1b, 21.2b)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Posting, User
from conduct.agencies.permissions import Refused
from conduct.agencies.tree import subtree_ids
from conduct.audit.services import record
from conduct.commitments.services.signing import confirm_password

from ..models import YearMeeting, YearRating
from ..permissions.year import check_can_keep_meeting, check_can_sign_minutes

State = YearRating.State


class MeetingChanged(Exception):
    """Somebody else wrote the minutes in between."""


def who_is_heard(agency: Agency, year: int, on: date) -> QuerySet[YearRating]:
    """The people of the office or unit whose year was not heard yet."""
    rows = YearRating.objects.filter(
        Q(office=agency) | Q(posting__agency_id__in=subtree_ids([agency.pk], on)),
        year=year,
        state__in=(State.DRAFT, State.SELF_RATED),
        replaced_by__isnull=True,
    )
    if agency.is_office:
        rows = rows.filter(office=agency)
    return rows.select_related("person", "posting__agency").order_by("person__name_order", "pk")


def who_attends(agency: Agency, on: date) -> QuerySet[User]:
    """Whom the meeting may name as chair or secretary: who serves in the agency or below."""
    serving = Posting.objects.in_force(on).filter(agency_id__in=subtree_ids([agency.pk], on))
    return User.objects.filter(pk__in=serving.values("person_id")).order_by("name_order", "pk")


@transaction.atomic
def keep_meeting(
    *,
    meeting: YearMeeting,
    revision: int,
    said: Mapping[str, Any],
    opinions: Mapping[int, str],
    by: User,
    now: datetime,
) -> YearMeeting:
    """Store the draft of the minutes: ``said`` are the fields of the form, ``opinions`` by rating.

    A new meeting has no key yet. Raises Refused once signed, MeetingChanged, ValidationError.
    """
    check_can_keep_meeting(by, meeting.office, timezone.localdate(now))
    _check_said(said, timezone.localdate(now))
    if meeting.pk:
        meeting = YearMeeting.objects.select_for_update(of=("self",)).select_related("office").get(
            pk=meeting.pk
        )  # fmt: skip
        _check_unsigned(meeting)
        if meeting.revision != revision:
            raise MeetingChanged
        meeting.revision += 1
    for name, value in said.items():
        setattr(meeting, name, value)
    meeting.noted_by = by
    meeting.save()
    rows = list(_heard_in(meeting, timezone.localdate(now)).select_for_update(of=("self",)))
    for row in rows:
        row.meeting_opinion = opinions.get(row.pk, row.meeting_opinion)
    YearRating.objects.bulk_update(rows, ["meeting_opinion"])
    record(
        act="ratings.keep_meeting", by=by, obj=meeting, agency=meeting.office, now=now,
        data={"year": meeting.year, "revision": meeting.revision},
    )  # fmt: skip
    return meeting


def _check_said(said: Mapping[str, Any], today: date) -> None:
    if said["held_on"] > today:
        raise ValidationError({"held_on": _("This day has not come yet.")})
    if said["n_present"] > said["n_called"]:
        raise ValidationError({"n_present": _("No more can be present than were called.")})
    if said["chair"] == said["secretary"]:
        raise ValidationError({"secretary": _("The chair does not write the minutes.")})


def _check_unsigned(meeting: YearMeeting) -> None:
    if meeting.signed_at is not None:
        raise Refused(_("The minutes are signed and never change."))


def _heard_in(meeting: YearMeeting, on: date) -> QuerySet[YearRating]:
    return who_is_heard(meeting.office, meeting.year, on)


def sign_meeting(*, meeting: YearMeeting, revision: int, password: str, by: User, now: datetime) -> bool:
    """The chair signs the minutes: they freeze, and whoever was not heard before is heard.

    Returns whether this call signed. Raises Refused, MeetingChanged, ValidationError for a wrong password.
    """
    check_can_sign_minutes(by, meeting)
    if YearMeeting.objects.filter(pk=meeting.pk, signed_at__isnull=False).exists():
        return False
    confirm_password(user=by, password=password)
    with transaction.atomic():
        held = YearMeeting.objects.select_for_update(of=("self",)).select_related("office").get(pk=meeting.pk)
        check_can_sign_minutes(by, held)
        if held.signed_at is not None:
            return False
        if held.revision != revision:
            raise MeetingChanged
        today = timezone.localdate(now)
        keys = list(_heard_in(held, today).select_for_update(of=("self",)).values_list("pk", flat=True))
        if not keys:
            raise ValidationError(_("Nobody's year waits to be heard at this meeting."))
        n_heard = 0
        for row in YearRating.objects.filter(pk__in=keys):
            row.meeting, row.state, row.revision = held, State.HEARD, row.revision + 1
            row.save(update_fields=["meeting", "state", "revision"])
            n_heard += 1
        held.signed_at = now
        held.save(update_fields=["signed_at"])
        record(
            act="ratings.sign_meeting", by=by, obj=held, agency=held.office, now=now,
            data={"year": held.year, "heard": n_heard},
        )  # fmt: skip
    return True
