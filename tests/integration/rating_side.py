"""What the decree's sheets and the year leave behind at Lan's office, for the crawls over every page."""

from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from conduct.kernel.months import Month
from conduct.ratings.models import SheetTask, WorkItem, YearMeeting, YearRating
from conduct.ratings.rules.periods import Period
from conduct.ratings.services.absences import note_absence
from conduct.ratings.services.conclusions import note_conclusion
from conduct.ratings.services.meeting import keep_meeting, sign_meeting
from conduct.ratings.services.petitions import file_petition
from conduct.ratings.services.scheme_editing import copy_scheme
from conduct.ratings.services.task_files import take_tasks_file
from conduct.ratings.services.year_decisions import list_decision, publish_decision, sign_decision
from conduct.ratings.services.year_steps import open_year, propose
from tests.cast import Cast
from tests.factories import NOW, PASSWORD, START, make_posting, make_user
from tests.integration.citizens_side import Words
from tests.integration.ratings.arrange import OCTOBER, delegate, make_sheet, reviewed_sheet, submitted_sheet
from tests.integration.ratings.petitioning import confirmed, read

YEAR = 2026
HELD_ON = date(2026, 10, 15)


def rate_everything(cast: Cast, words: Words) -> None:
    """A sheet at every step, a petition that waits, and a year with one class decided."""
    call_command("load_rating_schemes", verbosity=0)
    WorkItem.objects.create(
        agency=cast.commune, code="HT01", name=words.work, unit="hồ sơ", group=2, factor=Decimal("1.5"),
        valid_from=START,
    )  # fmt: skip
    colleague = make_posting(make_user("Nông Thị Cùng Phòng"), cast.one_stop)
    result = confirmed(cast, strengths=words.strengths)
    read(cast, file_petition(about=result, text=words.petition, wish="", by=cast.lan, now=NOW)[0])
    draft = make_sheet(cast.lan_posting, OCTOBER.next())
    SheetTask.objects.create(sheet=draft, place=1, name=words.task, assigned=Decimal(4))
    submitted_sheet(colleague, OCTOBER)
    reviewed_sheet(colleague, cast.minh, OCTOBER.previous())
    reviewed_sheet(cast.minh_posting, cast.tam, OCTOBER.previous())
    confirmed(cast, month=Month(YEAR, 8))
    delegate(cast.minh, cast.tam, cast.one_stop)
    rows = "Tên đăng nhập;Nhiệm vụ;Được giao\nlan;Tiếp công dân;4\n".encode()
    take_tasks_file(
        office=cast.one_stop, period=Period(OCTOBER), file=SimpleUploadedFile("giao-viec.csv", rows),
        by=cast.minh, now=NOW,
    )  # fmt: skip
    copy_scheme(scheme=draft.scheme, keeper=cast.province, by=cast.hanh, now=NOW)
    _year(cast, words)


def _year(cast: Cast, words: Words) -> None:
    """Lan's class is decided, Minh's is being prepared; somebody was ill."""
    note_absence(
        person=cast.minh, office=cast.commune, kind="sick", starts_on=date(2026, 3, 2),
        ends_on=date(2026, 3, 20), by=cast.tam, now=NOW,
    )  # fmt: skip
    fault = {
        "kind": "disciplined", "number": "05/QĐ-KL", "happened_on": date(2026, 2, 3),
        "decided_on": date(2026, 4, 1), "by_authority": "UBND tỉnh", "summary": "Vi phạm quy chế làm việc",
    }  # fmt: skip
    note_conclusion(
        person=cast.minh, office=cast.commune, where=cast.commune, said=fault, same_as=None, by=cast.tam,
        now=NOW,
    )  # fmt: skip
    open_year(office=cast.commune, year=YEAR, by=cast.tam, now=NOW)
    said = {
        "held_on": HELD_ON, "place": "Hội trường", "chair": cast.tam, "secretary": cast.quan, "n_called": 12,
        "n_present": 11, "minutes": words.minutes,
    }  # fmt: skip
    meeting, _later = (_meeting(cast, said) for _ in range(2))
    sign_meeting(meeting=meeting, revision=meeting.revision, password=PASSWORD, by=cast.tam, now=NOW)
    lan = YearRating.objects.get(person=cast.lan, year=YEAR)
    propose(
        rating=lan, revision=lan.revision, level="httnv", reason="Còn hai lần trễ hẹn", handling="", group="",
        by=cast.tam, now=NOW,
    )  # fmt: skip
    found = list_decision(cast.commune, YEAR, cast.tam, NOW.date())
    decision = sign_decision(
        office=cast.commune, year=YEAR, number="12/QĐ-UBND", decided_on=NOW.date(), sha256=found.sha256,
        password=PASSWORD, by=cast.tam, now=NOW,
    )  # fmt: skip
    publish_decision(decision=decision, by=cast.tam, now=NOW)


def _meeting(cast: Cast, said: dict[str, object]) -> YearMeeting:
    """A meeting whose minutes are not signed."""
    made = YearMeeting(office=cast.commune, year=YEAR)
    return keep_meeting(meeting=made, revision=0, said=said, opinions={}, by=cast.tam, now=NOW)
