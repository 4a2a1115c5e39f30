"""The desks: who sits there, tablets, forms set aside."""

from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from random import Random

from surveys.models import DeskOfficer, Kiosk, Response, SetAside

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
    """Silent for five days at one that has slipped; else used yesterday."""
    head = staff.heads[office.unit.index]
    answered = now - timedelta(days=9 if office.story == "slipping" else 1)
    Kiosk.objects.create(
        point_id=ids.points[office.points[0].index], name="Máy tính bảng quầy 1", made_by_id=ids.people[head],
        made_at=now - timedelta(days=200), paired_at=now - timedelta(days=200), seen_at=answered,
        answered_on=answered.date(), secret_hash=sha256(office.unit.code.encode()).hexdigest(),
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
