"""The desks: who sits there, tablets, forms set aside."""

from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from random import Random

from surveys.models import (
    CommentTag,
    DeskOfficer,
    Kiosk,
    Questionnaire,
    Redaction,
    Response,
    SetAside,
    TaggedComment,
)

from .copying import Ids
from .people import Staff
from .tree import Office, Tree

_SET_ASIDE = (
    (SetAside.Reason.BURST, 9), (SetAside.Reason.NETWORK, 6), (SetAside.Reason.SPEED, 4),
    (SetAside.Reason.DEVICE, 3), (SetAside.Reason.STRAIGHT, 3),
)  # fmt: skip


def write_desks(tree: Tree, staff: Staff, ids: Ids, now: datetime, random: Random) -> None:
    """Officers at every desk, a tablet at every second commune, and in the cast's one that waits."""
    for office in tree.communes:
        _seat_officers(office, tree, staff, ids)
        if office.story in ("cast", "good") or random.random() < 0.4:
            _place_kiosk(office, staff, ids, now)
    cast = tree.communes[0]
    Kiosk.objects.create(
        point_id=ids.points[cast.points[-1].index], name="Máy tính bảng sảnh chờ",
        made_by_id=ids.people[staff.cast["quan"].index], made_at=now,
        pairing_hash=sha256(b"demo").hexdigest(), pairing_until=now + timedelta(hours=1),
    )  # fmt: skip


def _seat_officers(office: Office, tree: Tree, staff: Staff, ids: Ids) -> None:
    stop = office.one_stop
    if stop is None or not office.points:
        return
    serving = [post for post in staff.posts if post.unit == stop.index and post.serves_citizens]
    today = [post for post in serving if post.serves_in(tree.calendar.as_of, tree.calendar.as_of)]
    DeskOfficer.objects.bulk_create(
        DeskOfficer(
            point_id=ids.points[office.points[place % len(office.points)].index],
            posting_id=ids.posts[post.index],
            starts_on=max(post.starts_on, office.unit.valid_from),
        )
        for place, post in enumerate(today)
    )


def _place_kiosk(office: Office, staff: Staff, ids: Ids, now: datetime) -> None:
    """Silent for nine days at the one that has slipped; else used yesterday and awake."""
    head = staff.heads[office.unit.index]
    is_silent = office.story == "slipping"
    answered = now - timedelta(days=9 if is_silent else 1)
    Kiosk.objects.create(
        point_id=ids.points[office.points[0].index], name="Máy tính bảng quầy 1", made_by_id=ids.people[head],
        made_at=now - timedelta(days=200), paired_at=now - timedelta(days=200),
        seen_at=answered if is_silent else now - timedelta(minutes=20),
        answered_on=answered.date(), secret_hash=sha256(office.unit.code.encode()).hexdigest(),
    )  # fmt: skip


_TAGS = {"chờ": "Thời gian chờ", "hướng dẫn": "Hướng dẫn hồ sơ", "cán bộ": "Thái độ phục vụ"}


def sort_comments(tree: Tree, staff: Staff, ids: Ids, now: datetime) -> None:
    """The cast's office sorts its comments under three tags, and has blackened a word in one of them."""
    office = ids.units[tree.communes[0].unit.index]
    points = [ids.points[point.index] for point in tree.communes[0].points]
    said = Response.objects.filter(point_id__in=points).exclude(comment="").order_by("key")
    for word, name in _TAGS.items():
        tag = CommentTag.objects.create(agency_id=office, name=name)
        keys = said.filter(comment__icontains=word).values_list("pk", flat=True)[:25]
        TaggedComment.objects.bulk_create(TaggedComment(tag=tag, response_id=key) for key in keys)
    closed = said.filter(month__lt=tree.calendar.current.previous().first).order_by("-month", "key").first()
    if closed is not None:
        word = closed.comment.split()[0]
        blackened = "█" * len(word) + closed.comment[len(word) :]
        Response.objects.filter(pk=closed.pk).update(comment=blackened)
        Redaction.objects.create(
            response=closed, n_signs=len(word), reason="person", at=now,
            by_id=ids.people[staff.cast["tam"].index],
        )  # fmt: skip


def draft_questionnaire(tree: Tree, ids: Ids, now: datetime) -> None:
    """The cast's office prepares a questionnaire of its own out of the common one."""
    common = Questionnaire.objects.in_force(tree.calendar.as_of)
    if common is not None:
        Questionnaire.objects.create(
            code="hai-long-tai-xa", number=1, name="Mức độ hài lòng tại xã", asked_at="desk", state="draft",
            keeper_id=ids.units[tree.communes[0].unit.index], questions=common.questions,
            legal_basis=common.legal_basis, valid_from=tree.calendar.current.next().first, edited_at=now,
        )  # fmt: skip


def set_some_aside(tree: Tree, staff: Staff, ids: Ids, now: datetime) -> None:
    """Of the last three months of the cast's commune some forms are set aside; one counts again."""
    points = [ids.points[point.index] for point in tree.communes[0].points]
    by = ids.people[staff.cast["tam"].index]
    for month in tree.calendar.months[-3:]:
        forms = Response.objects.filter(point_id__in=points, month=month.first, is_verified=False)
        keys = iter(forms.order_by("key").values_list("pk", flat=True))
        for reason, number in _SET_ASIDE:
            some = islice(keys, number)
            SetAside.objects.bulk_create(SetAside(response_id=key, reason=reason) for key in some)
    again = SetAside.objects.filter(response__month=tree.calendar.current.first).order_by("pk").first()
    if again is not None:
        again.reinstated_by_id, again.reinstated_at = by, now
        again.why = "Buổi trả kết quả lưu động tại thôn, nhiều người gửi cùng lúc"
        again.save()
