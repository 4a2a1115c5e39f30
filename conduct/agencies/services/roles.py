"""Granting and ending roles."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.audit.services import record

from ..models import Agency, Role, RoleGrant, User
from ..permissions import check_can_grant_role


@transaction.atomic
def grant_role(
    *,
    person: User,
    agency: Agency,
    role: Role,
    starts_on: date,
    ends_on: date | None,
    by: User,
    now: datetime,
) -> bool:
    """Grant a role in an agency and everything below it. Returns whether this call granted it.

    Raises Refused without the right or for oneself, ValidationError for days in disorder or an overlap
    with the same role.
    """
    today = timezone.localdate(now)
    check_can_grant_role(by, person, agency, role, today)
    if RoleGrant.objects.filter(
        person=person, agency=agency, role=role, starts_on=starts_on, ends_on=ends_on
    ).exists():
        return False
    if not today - timedelta(days=366) <= starts_on <= today + timedelta(days=366):
        raise ValidationError({"starts_on": _("At most one year back or ahead.")}, code="absurd")
    if ends_on is not None and ends_on < starts_on:
        raise ValidationError({"ends_on": _("The last day lies before the first.")}, code="order")
    try:
        with transaction.atomic():
            grant = RoleGrant.objects.create(
                person=person, agency=agency, role=role, starts_on=starts_on, ends_on=ends_on, granted_by=by
            )
    except IntegrityError as error:
        raise ValidationError(
            _("%(name)s already holds this role in %(agency)s in these days.")
            % {"name": person.full_name, "agency": agency.name},
            code="overlap",
        ) from error
    record(
        act="agencies.grant_role", by=by, obj=grant, agency=agency, now=now,
        data={
            "role": role.value,
            "starts_on": starts_on.isoformat(),
            "ends_on": ends_on.isoformat() if ends_on else None,
        },
    )  # fmt: skip
    return True


@transaction.atomic
def end_role(*, grant: RoleGrant, ends_on: date, by: User, now: datetime) -> bool:
    """Let a role end with ``ends_on``. Returns whether this call ended it.

    Raises Refused without the right or for oneself, ValidationError for a day before the first or when it
    already ends earlier.
    """
    check_can_grant_role(by, grant.person, grant.agency, Role(grant.role), timezone.localdate(now))
    grant = (
        RoleGrant.objects.select_for_update(of=("self",)).select_related("agency", "person").get(pk=grant.pk)
    )
    if grant.ends_on == ends_on:
        return False
    if grant.ends_on is not None and grant.ends_on < ends_on:
        raise ValidationError(
            {"ends_on": _("This role already ends on %(day)s.") % {"day": f"{grant.ends_on:%d/%m/%Y}"}},
            code="ended",
        )
    if ends_on < grant.starts_on:
        raise ValidationError(
            {"ends_on": _("The role begins on %(day)s.") % {"day": f"{grant.starts_on:%d/%m/%Y}"}},
            code="order",
        )
    grant.ends_on = ends_on
    grant.save(update_fields=["ends_on"])
    record(
        act="agencies.end_role", by=by, obj=grant, agency=grant.agency, now=now,
        data={"role": grant.role, "ends_on": ends_on.isoformat()},
    )  # fmt: skip
    return True
