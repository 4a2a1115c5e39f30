"""Who is reminded of what: on working days, one message a person a day, never after the signature."""

from datetime import UTC, date, datetime

import pytest

from conduct.agencies.models import Posting
from conduct.commitments.models import Campaign, NotSigning, Pledge
from conduct.commitments.services.reminders import remind_unsigned
from conduct.commitments.tasks.reminders import morning
from conduct.notices.models import Notice
from models_catalog.models import ModelVersion
from tests.cast import Cast
from tests.factories import NOW, adopt, make_posting, make_user, make_version


def at(day: date, hour: int = 0) -> datetime:
    """7:30 in Hà Nội (or some hours later)."""
    return datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)


def told(day: date) -> set[str]:
    """The user names of those who get a message that morning."""
    before = set(Notice.objects.values_list("pk", flat=True))
    remind_unsigned(now=at(day))
    return set(Notice.objects.exclude(pk__in=before).values_list("recipient__username", flat=True))


def sign(campaign: Campaign, posting: Posting) -> None:
    Pledge.objects.create(
        campaign=campaign, posting=posting, text="x", sha256="0" * 64, method="password", signed_at=NOW
    )


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    """From Monday 5/10/2026 to Friday 30/10/2026."""
    return Campaign.objects.create(
        agency=cast.commune, adoption=cast.adoption, year=2026, opens_on=date(2026, 10, 5),
        due_on=date(2026, 10, 30), opened_by=cast.tam, opened_at=NOW,
    )  # fmt: skip


def test_everybody_in_scope_is_reminded_on_the_days_of_the_campaign(cast: Cast, campaign: Campaign) -> None:
    everybody = {"lan", "minh", "tam", "quan"}
    heard = {day: told(date(2026, 10, day)) for day in range(5, 32)}
    assert {day for day, people in heard.items() if people} == {6, 21, 27, 29, 30}
    assert {frozenset(people) for people in heard.values() if people} == {frozenset(everybody)}


def test_a_reminder_says_what_and_until_when_in_vietnamese(cast: Cast, campaign: Campaign) -> None:
    remind_unsigned(now=at(date(2026, 10, 6)))
    notice = Notice.objects.get(recipient=cast.lan)
    assert notice.title == "Có 1 bản cam kết chờ ký"
    assert notice.text == "“2 không, 1 biết” năm 2026, hạn ký 30/10/2026."
    assert notice.url == f"/commitments/{campaign.pk}/sign/{cast.lan_posting.pk}/"


def test_who_signed_is_excused_or_declined_hears_nothing(cast: Cast, campaign: Campaign) -> None:
    sign(campaign, cast.lan_posting)
    for posting, kind in ((cast.minh_posting, "excused"), (cast.tam_posting, "declined")):
        NotSigning.objects.create(
            campaign=campaign, posting=posting, kind=kind, reason="Đi học", stated_by=cast.tam, stated_at=NOW
        )
    assert told(date(2026, 10, 6)) == {"quan"}
    NotSigning.objects.filter(kind="excused").update(withdrawn_at=NOW, withdrawn_by=cast.tam)
    assert told(date(2026, 10, 21)) == {"quan", "minh"}


def test_only_the_audience_is_reminded(cast: Cast, campaign: Campaign) -> None:
    cast.adoption.audience = "front_desk"
    cast.adoption.save()
    assert told(date(2026, 10, 6)) == {"lan"}
    cast.adoption.audience, cast.adoption.categories = "categories", ["vien_chuc"]
    cast.adoption.save()
    assert told(date(2026, 10, 21)) == set()


def test_several_campaigns_make_one_message(cast: Cast, campaign: Campaign) -> None:
    other = adopt(cast.one_stop, make_version(name="4 xin, 4 luôn"))
    Campaign.objects.create(
        agency=cast.one_stop, adoption=other, year=2026, opens_on=date(2026, 10, 5),
        due_on=date(2026, 11, 30), opened_at=NOW,
    )  # fmt: skip
    remind_unsigned(now=at(date(2026, 10, 6)))
    notice = Notice.objects.get(recipient=cast.lan)
    assert notice.title == "Có 2 bản cam kết chờ ký"
    assert "“2 không, 1 biết”" in notice.text
    assert "“4 xin, 4 luôn” năm 2026, hạn ký 30/11/2026" in notice.text
    assert notice.url == "/commitments/"


def test_a_second_run_on_the_same_day_reminds_nobody_again(cast: Cast, campaign: Campaign) -> None:
    remind_unsigned(now=at(date(2026, 10, 6)))
    remind_unsigned(now=at(date(2026, 10, 6), hour=5))
    assert Notice.objects.count() == 4


def test_nobody_is_reminded_over_tet(cast: Cast) -> None:
    """Due in the middle of Tết 2026 (off from 14 to 22 February): the last word is on Friday the 13th."""
    Campaign.objects.create(
        agency=cast.commune, adoption=cast.adoption, year=2026, opens_on=date(2026, 1, 12),
        due_on=date(2026, 2, 18), opened_at=NOW,
    )  # fmt: skip
    heard = [day for day in range(10, 29) if told(date(2026, 2, day))]
    assert heard == [10, 12, 13, 27]


def test_newcomers_are_told_once_when_they_are_asked(cast: Cast, campaign: Campaign) -> None:
    """Posted on Saturday the 10th: told on Monday, then reminded with the others."""
    new = make_user("Hồ Văn Mới", username="moi")
    make_posting(new, cast.department, starts_on=date(2026, 10, 10))
    assert told(date(2026, 10, 9)) == set()
    assert told(date(2026, 10, 10)) == set()
    assert told(date(2026, 10, 12)) == {"moi"}
    assert told(date(2026, 10, 13)) == set()
    assert "moi" in told(date(2026, 10, 21))


def test_a_newcomer_hears_once_on_a_day_of_reminders(cast: Cast, campaign: Campaign) -> None:
    new = make_user("Hồ Văn Mới", username="moi")
    make_posting(new, cast.department, starts_on=date(2026, 10, 21))
    for hour in (0, 3):
        remind_unsigned(now=at(date(2026, 10, 21), hour))
    assert Notice.objects.filter(recipient=new).count() == 1


def test_overdue_is_reminded_each_week_until_the_year_ends(cast: Cast, campaign: Campaign) -> None:
    assert told(date(2026, 11, 6)) == {"lan", "minh", "tam", "quan"}
    assert told(date(2026, 11, 9)) == set()
    assert told(date(2027, 1, 4)) == set()


def test_nobody_is_asked_for_what_is_no_longer_kept(cast: Cast, campaign: Campaign) -> None:
    cast.adoption.valid_to = date(2026, 10, 5)
    cast.adoption.save()
    assert told(date(2026, 10, 6)) == set()
    cast.adoption.valid_to = None
    cast.adoption.save()
    cast.adoption.version.state = ModelVersion.State.RETIRED
    cast.adoption.version.save()
    assert told(date(2026, 10, 21)) == set()


def test_the_timetable_reminds(cast: Cast, campaign: Campaign) -> None:
    """It is Tuesday 20/10/2026: on its due day the campaign is reminded of."""
    Campaign.objects.update(due_on=date(2026, 10, 20))
    morning()
    assert Notice.objects.count() == 4


def test_many_people_ask_no_more_questions(
    cast: Cast, campaign: Campaign, django_assert_max_num_queries: object
) -> None:
    for number in range(40):
        make_posting(make_user(f"Người {number}"), cast.department)
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert remind_unsigned(now=at(date(2026, 10, 6))) == 44
