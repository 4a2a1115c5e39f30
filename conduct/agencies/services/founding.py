"""The first steps of an installation: agencies and the first administrator, before anybody can sign in."""

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.audit.services import record

from ..models import Agency, AgencyParent, Role, RoleGrant, User


@transaction.atomic
def enter_agency(
    *,
    code: str,
    name: str,
    kind: str,
    valid_from: date,
    parent: Agency | None,
    by: User | None,
    now: datetime,
) -> tuple[Agency, bool]:
    """Enter an agency below another, or at the top. Returns it and whether this call made it.

    ``by`` is None when the operator of the server acts. Raises ValidationError for a bad code or kind, and
    for a code that names another agency.
    """
    known = Agency.objects.filter(code=code).first()
    if known is not None:
        if (known.name, known.kind, known.valid_from) == (name, kind, valid_from):
            return known, False
        raise ValidationError(
            _("The code %(code)s belongs to %(agency)s."),
            code="taken",
            params={"code": code, "agency": known.name},
        )
    if parent is not None and valid_from < parent.valid_from:
        raise ValidationError(
            _("%(agency)s does not exist on that day.") % {"agency": parent.name}, code="day"
        )
    agency = Agency(code=code, name=name, kind=kind, place=name, valid_from=valid_from)
    agency.full_clean()
    agency.save()
    if parent is not None:
        AgencyParent.objects.create(agency=agency, parent=parent, valid_from=valid_from)
    record(
        act="agencies.enter_agency", by=by, obj=agency, agency=agency, now=now,
        data={"parent": parent.pk if parent else None, "valid_from": valid_from.isoformat()},
    )  # fmt: skip
    return agency, True


@transaction.atomic
def enter_administrator(
    *, agency: Agency, username: str, full_name: str, password: str, by: User | None, now: datetime
) -> tuple[User, bool]:
    """Enter the person who administers this agency and everything below it. Returns whether this call did.

    Raises ValidationError for a weak password or a user name that is taken; a known administrator keeps the
    password that is set.
    """
    known = User.objects.filter(username=username).first()
    if known is not None:
        if known.grants.filter(agency=agency, role=Role.SYSTEM_ADMIN).exists():
            return known, False
        raise ValidationError({"username": _("This user name is taken.")}, code="taken")
    person = User(username=username, full_name=" ".join(full_name.split()))
    validate_password(password, person)
    person.set_password(password)
    person.full_clean(exclude=("password",))
    person.save()
    RoleGrant.objects.create(
        person=person, agency=agency, role=Role.SYSTEM_ADMIN, starts_on=timezone.localdate(now), granted_by=by
    )
    record(act="agencies.enter_administrator", by=by, obj=person, agency=agency, now=now)
    return person, True
