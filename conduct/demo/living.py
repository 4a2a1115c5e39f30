"""Promises to citizens and the journal: months of promises as evidence, and what Lan wrote for herself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from conduct.commitments.models import JournalEntry, Promise, PromiseChange
from conduct.kernel.sealing import seal
from conduct.kernel.workdays import add_working_hours

from .acts import some_moment
from .calendar import open_days
from .copying import Ids, copy_rows, new_ids
from .people import Post, Staff
from .pledging import AdoptionPlan
from .stories import Level
from .tree import Tree

_WHAT = (
    "Trả bản sao trích lục khai sinh", "Gọi lại báo kết quả thẩm tra hồ sơ đất đai",
    "Xác nhận tình trạng hôn nhân", "Hướng dẫn bổ sung giấy tờ còn thiếu", "Trả giấy phép xây dựng nhà ở",
    "Trả lời về mức trợ cấp bảo trợ xã hội", "Liên hệ bộ phận chuyên môn về hồ sơ chậm",
    "Mang kết quả đến nhà cho người già yếu",
)  # fmt: skip
_APOLOGY = "Xin lỗi ông/bà vì đã không giữ đúng lời hẹn; tôi chưa theo dõi hồ sơ sát sao."
_WITHDRAWAL = "Ông/bà báo không cần nữa vì đã nộp lại hồ sơ trực tuyến"
_A_MONTH = 2
_HOURS = (4, 8, 16, 24)


@dataclass(frozen=True)
class PromisePlan:
    """A promise of a posting; ``outcome`` is one of ``Promise.Outcome``."""

    post: Post
    what: str
    dossier: str
    made_at: datetime
    due_at: datetime
    outcome: str
    ended_at: datetime | None
    name: str = ""
    contact: str = ""
    asked_at: datetime | None = None


def write_promises(
    tree: Tree, staff: Staff, levels: Mapping[int, Level], ids: Ids, now: datetime, random: Random
) -> None:
    """None to two promises a month of whoever serves citizens, and the cast's own of these days."""
    plans = [*_months_of_promises(tree, staff, levels, now, random), *_promises_of_lan(staff, now)]
    keys = new_ids(Promise, len(plans))
    copy_rows(
        Promise,
        "id posting what dossier_code name_sealed contact_sealed made_at due_at outcome ended_at apology "
        "withdrawal_code withdrawal_asked_at withdrawal_reason was_broken",
        (_promise_row(key, plan, ids) for key, plan in zip(keys, plans, strict=True)),
    )
    copy_rows(
        PromiseChange,
        "promise before after at by by_code reason",
        (
            (key, "open", plan.outcome, plan.ended_at, ids.people[plan.post.person], False, _said(plan))
            for key, plan in zip(keys, plans, strict=True)
            if plan.ended_at is not None
        ),
    )


def _promise_row(key: int, plan: PromisePlan, ids: Ids) -> tuple[object, ...]:
    return (
        *(key, ids.posts[plan.post.index], plan.what, plan.dossier, seal(plan.name), seal(plan.contact)),
        *(plan.made_at, plan.due_at, plan.outcome, plan.ended_at),
        *(_said(plan), "", plan.asked_at, _WITHDRAWAL if plan.asked_at else "", plan.outcome == "broken"),
    )


def _said(plan: PromisePlan) -> str:
    return _APOLOGY if plan.outcome == "broken" else ""


def _months_of_promises(
    tree: Tree, staff: Staff, levels: Mapping[int, Level], now: datetime, random: Random
) -> Iterator[PromisePlan]:
    number = 0
    for post in (post for post in staff.posts if post.serves_citizens):
        for month in tree.calendar.months:
            days = open_days(month.first, tree.calendar.last_day(month))
            served = [
                day
                for day in days
                if post.starts_on <= day <= (post.ends_on or day) and day <= now.date() - timedelta(days=10)
            ]
            level = levels[post.unit].at(month) + staff.people[post.person].offset
            for _place in range(random.randint(0, _A_MONTH) if served else 0):
                number += 1
                yield _drawn(post, random.choice(served), level, f"MG-{number:06d}", random)


def _drawn(post: Post, day: date, level: float, dossier: str, random: Random) -> PromisePlan:
    made_at = some_moment(random, day)
    due_at, chance = add_working_hours(made_at, random.choice(_HOURS)), random.random()
    what = random.choice(_WHAT)
    if chance < level:
        ended_at = max(made_at, due_at - timedelta(minutes=random.randint(5, 180)))
        return PromisePlan(post, what, dossier, made_at, due_at, "kept", ended_at)
    late = due_at + timedelta(days=random.randint(1, 4))
    return PromisePlan(post, what, dossier, made_at, due_at, "kept_late" if chance < 0.97 else "broken", late)


def _promises_of_lan(staff: Staff, now: datetime) -> Iterator[PromisePlan]:
    """Overdue, due today, due later, and one whose withdrawal waits for a second person."""
    lan = staff.cast["lan"].index
    post = next(post for post in staff.posts if post.person == lan)
    morning = now.replace(hour=8, minute=30, second=0, microsecond=0)
    citizen, phone = "Phùng Thị Hạ Vi", "0900 000 123"
    for what, dossier, made, due, asked in (
        ("Gọi lại báo kết quả thẩm tra hồ sơ đất đai", "MG-900001", 5, -1, None),
        ("Trả bản sao trích lục khai sinh", "MG-900002", 3, 8, None),
        ("Mang kết quả đến nhà cho người già yếu", "", 2, 24, None),
        ("Trả lời về mức trợ cấp bảo trợ xã hội", "MG-900003", 4, 40, 1),
    ):
        due_at = add_working_hours(morning, due) if due > 0 else morning - timedelta(days=-due)
        yield PromisePlan(
            post, what, dossier, morning - timedelta(days=made), due_at, "open", None,
            name=citizen, contact="" if dossier else phone,
            asked_at=None if asked is None else morning - timedelta(days=asked),
        )  # fmt: skip


_LOOKS = (
    (True, "Giải thích đủ giấy tờ cho ông/bà đến lần đầu, không phải đi lại.", "", None),
    (False, "Để người dân chờ 40 phút vì mải nghe điện thoại.", "Nhờ đồng nghiệp trực máy.", True),
    (False, "Hẹn trả kết quả buổi sáng, quên báo khi hồ sơ chậm.", "Ghi sổ hẹn, báo trước một ngày.", None),
    (True, "Lắng nghe góp ý về biển chỉ dẫn và cảm ơn.", "", None),
)  # fmt: skip


_COLLEAGUE = (
    False,
    "Trả lời cộc lốc khi người dân hỏi lại lần thứ hai.",
    "Xin lỗi ông/bà; soạn sẵn hướng dẫn bằng giấy.",
    None,
)


_STILL_OPEN = (False, "Để thất lạc một bản sao, phải tìm lại.", "Đánh số, ghi sổ giao nhận hồ sơ.", None)


def write_journal(staff: Staff, adoptions: list[AdoptionPlan], ids: Ids, now: datetime) -> None:
    """What Lan wrote about herself these weeks; slips of hers and a colleague's went to the supervisor."""
    lan = staff.cast["lan"].index
    post = next(post for post in staff.posts if post.person == lan)
    colleague = next(
        one for one in staff.posts
        if one.unit == post.unit and one.serves_citizens and one.ends_on is None and one is not post
    )  # fmt: skip
    items = next(
        plan.version.items for plan in adoptions if post.unit in plan.units and plan.version.judges_persons
    )
    looks = [(post, look, bool(look[3])) for look in _LOOKS]
    looks += [(colleague, _COLLEAGUE, True), (post, _STILL_OPEN, True)]
    for place, (writer, (kept, text, remedy, done), submitted) in enumerate(looks):
        on = now.date() - timedelta(days=18 - 4 * place)
        due = None if kept else on + timedelta(days=5) if done else now.date()
        JournalEntry.objects.create(
            posting_id=ids.posts[writer.index], item_id=items[(place + 1) % len(items)].id, on=on,
            was_kept=kept, text=text, remedy=remedy, remedy_by=due, was_remedied=done,
            followed_up_on=due if done else None,
            follow_up="Đã có lịch trực điện thoại, người dân không phải chờ." if done else "",
            written_at=now - timedelta(days=18 - 4 * place),
            submitted_at=now - timedelta(days=1) if submitted else None,
        )  # fmt: skip
