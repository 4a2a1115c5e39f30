"""Comments of citizens: which may be read, sorting them by tags, blackening words in them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.agencies.periods import closed_months
from conduct.agencies.tree import office_of
from conduct.audit.services import record
from conduct.kernel.months import Month

from ..models import CommentTag, Redaction, Response, TaggedComment
from ..permissions.comments import check_can_blacken, check_can_read_comments
from ..rules.minimum import ENOUGH
from ..rules.redaction import blacken, count_blackened, state_of
from ..tallies.comments import Comment, Wanted, list_comments, tally_months

MOST_TAGS = 100  # of an agency


class CommentChanged(Exception):
    """Somebody blackened words of the comment in between; nothing was written."""


@dataclass(frozen=True, slots=True)
class Span:
    """The months asked for: those whose comments can be read, and those that have too few answers."""

    readable: Sequence[Month]
    too_few: Sequence[Month]


def months_with_comments(agency: Agency, closed: Iterable[Month]) -> Span:
    """Which of these closed months have enough answers."""
    months = sorted(closed)
    counts = tally_months(agency.pk, [month.first for month in months])
    readable = [month for month in months if counts.get(month.first, 0) >= ENOUGH]
    return Span(readable, [month for month in months if month not in readable])


def office_at(agency: Agency, on: date) -> Agency:
    """The office that keeps the agency's months and tags; the last one of an agency that is gone."""
    return office_of(agency, max(agency.valid_from, min(on, agency.valid_to or on)))


def closed_span(office: Agency) -> list[Month]:
    """Every closed month of an office, the latest first."""
    return sorted((month for _office, month in closed_months([office.pk])), reverse=True)


def read_comments(agency: Agency, months: Sequence[Month], wanted: Wanted, reader: User) -> list[Comment]:
    """The comments that may be read, in an order of the reader's own that tells nothing of when they came."""
    told = f"comments:{settings.SECRET_KEY}:{reader.pk}:{agency.pk}"
    seed = sha256(told.encode()).hexdigest()
    return list_comments(agency.pk, [month.first for month in months], wanted, seed)


def find_comment(agency: Agency, key: UUID, reader: User, on: date) -> Comment | None:
    """One comment that may be read; None otherwise, whatever the reason."""
    month = Response.objects.filter(pk=key).values_list("month", flat=True).first()
    if month is None:
        return None
    span = months_with_comments(agency, {Month.of(month)}.intersection(closed_span(office_at(agency, on))))
    return next(iter(read_comments(agency, span.readable, Wanted(keys=[key]), reader)), None)


def _readable_keys(agency: Agency, keys: Collection[UUID], by: User, on: date) -> list[UUID]:
    """Those of these comments that the person may read now."""
    check_can_read_comments(by, agency, on)
    days = Response.objects.filter(pk__in=keys).values_list("month", flat=True)
    months = {Month.of(day) for day in days}
    span = months_with_comments(agency, months.intersection(closed_span(office_at(agency, on))))
    return [comment.key for comment in read_comments(agency, span.readable, Wanted(keys=keys), by)]


@transaction.atomic
def tag_comments(
    *, agency: Agency, keys: Collection[UUID], name: str, by: User, now: datetime
) -> tuple[CommentTag, int]:
    """Put comments under a tag, which is made when it is new; returns it and how many are new under it.

    Comments that the person may not read are left out. Raises Refused without the right, ValidationError
    without a comment or when there are too many tags.
    """
    chosen = _readable_keys(agency, keys, by, timezone.localdate(now))
    if not chosen:
        raise ValidationError(_("Choose at least one comment."), code="none")
    office = office_at(agency, timezone.localdate(now))
    tags = CommentTag.objects.filter(agency=office)
    tag = tags.filter(name__iexact=name).first()
    if tag is None and tags.count() >= MOST_TAGS:
        raise ValidationError(_("There are %(n)d tags already.") % {"n": MOST_TAGS}, code="many")
    tag = tag or CommentTag.objects.get_or_create(agency=office, name=name)[0]
    known = TaggedComment.objects.filter(tag=tag, response_id__in=chosen).count()
    rows = (TaggedComment(tag=tag, response_id=key) for key in chosen)
    TaggedComment.objects.bulk_create(rows, ignore_conflicts=True)
    n_new = len(chosen) - known
    if n_new:
        data = {"tag": tag.pk, "n_comments": n_new}
        record(act="surveys.tag_comments", by=by, obj=None, agency=agency, now=now, data=data)
    return tag, n_new


@transaction.atomic
def untag_comments(
    *, agency: Agency, keys: Collection[UUID], tag: CommentTag, by: User, now: datetime
) -> int:
    """Take a tag off comments; a tag without comments is gone. Returns from how many it was taken."""
    chosen = _readable_keys(agency, keys, by, timezone.localdate(now))
    tagged = TaggedComment.objects.filter(tag=tag, response_id__in=chosen)
    n_removed, _by_model = tagged.delete()
    if n_removed:
        data = {"tag": tag.pk, "n_comments": n_removed}
        record(act="surveys.untag_comments", by=by, obj=None, agency=agency, now=now, data=data)
    if not TaggedComment.objects.filter(tag=tag).exists():
        CommentTag.objects.filter(pk=tag.pk).delete()
    return n_removed


def check_redaction(comment: Comment, by: User, on: date) -> None:
    """Raise Refused without the right, and for whoever sat at the desk in the month of the comment."""
    check_can_blacken(by, comment.point_id, comment.month, Month.of(comment.month).next().first, on)


@transaction.atomic
def redact_comment(
    *,
    agency: Agency,
    key: UUID,
    numbers: Collection[int],
    reason: str,
    state: str,
    by: User,
    now: datetime,
) -> int:
    """Blacken words of a comment for ever; returns how many signs. The words are nowhere afterwards.

    Raises Refused without the right or for whoever sat at the desk, CommentChanged when the comment is no
    longer as the page showed it (``rules.redaction.state_of``), ValidationError when no word is chosen.
    """
    today = timezone.localdate(now)
    comment = find_comment(agency, key, by, today)
    row = Response.objects.select_for_update().filter(pk=key).first()
    if comment is None or row is None:
        raise ValidationError(_("This comment cannot be read."), code="gone")
    check_redaction(comment, by, today)
    after = blacken(row.comment, numbers)
    n_signs = count_blackened(row.comment, after)
    if state_of(row.comment) != state:
        raise CommentChanged
    if not n_signs:
        raise ValidationError(_("Choose at least one word that is not black yet."), code="none")
    Response.objects.filter(pk=key).update(comment=after)
    Redaction.objects.create(response_id=key, n_signs=n_signs, reason=reason, by=by, at=now)
    data = {"response": str(key), "n_signs": n_signs, "reason": reason}
    record(act="surveys.redact_comment", by=by, obj=None, agency=agency, now=now, data=data)
    return n_signs
