"""Entering people, with or without a login."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.audit.services import record

from ..models import Agency, Posting, User
from ..permissions import Refused, check_can_manage_people
from ..rules import Post
from .postings import add_posting


@transaction.atomic
def add_person(
    *, agency: Agency, full_name: str, username: str, password: str, post: Post, by: User, now: datetime
) -> tuple[User, bool]:
    """Enter a person with a main posting; an empty password means: without a login.

    Entering the same person (user name, name, agency, first day) again changes nothing and returns False.
    Raises Refused without the right, ValidationError for a taken user name, a weak password or an absurd day.
    """
    check_can_manage_people(by, agency, timezone.localdate(now))
    person = User(username=username, full_name=" ".join(full_name.split()))
    known = Posting.objects.filter(
        person__username=username, person__full_name=person.full_name, agency=agency, starts_on=post.starts_on
    ).select_related("person")
    if (posting := known.first()) is not None:
        return posting.person, False
    if password:
        _check_password(password, person)
    person.set_password(password or None)
    person.full_clean(exclude=("password",))
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise ValidationError({"username": _("This user name is taken.")}, code="taken") from error
    posting, _is_new = add_posting(person=person, agency=agency, post=post, by=by, now=now)
    record(
        act="agencies.add_person", by=by, obj=person, agency=agency, now=now,
        data={"posting": posting.pk, "starts_on": post.starts_on.isoformat(), "has_login": bool(password)},
    )  # fmt: skip
    return person, True


def _check_password(password: str, person: User) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error


@transaction.atomic
def give_login(*, person: User, agency: Agency, password: str, by: User, now: datetime) -> bool:
    """Give a first password to someone who has no login. Returns whether this call gave it.

    An existing password is never replaced here: whoever could do that could sign and judge in another's name.
    """
    today = timezone.localdate(now)
    check_can_manage_people(by, agency, today)
    person = User.objects.select_for_update().get(pk=person.pk)
    if not Posting.objects.in_force(today).filter(person=person, agency=agency).exists():
        raise Refused(
            _("%(name)s does not serve in %(agency)s.") % {"name": person.full_name, "agency": agency.name}
        )
    if person.has_usable_password():
        return False
    _check_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    record(act="agencies.give_login", by=by, obj=person, agency=agency, now=now)
    return True
