"""Hoa, who leads another office, opens every page with Lan's objects in it and learns nothing of her."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from conduct.agencies.models import Period, Role, User
from conduct.commitments.models import Campaign, NotSigning
from conduct.judgements.models import JudgementSheet
from conduct.notices.services import Message, push
from surveys.models import Questionnaire, Response
from tests.cast import Cast, make_cast
from tests.factories import NOW, grant, make_posting, make_user
from tests.integration.commitments.arrange import HOUSEHOLD, help_a_household, save_together
from tests.integration.commitments.journaling import REMEDY_WORDS, SLIP_WORDS, item_of, write_slip
from tests.integration.commitments.papers import made_print
from tests.integration.commitments.promising import CONTACT, NAME, promises_of
from tests.integration.commitments.scans import enter
from tests.integration.models_catalog.drafting import next_draft, unknown_model
from tests.integration.scores.arrange import OCTOBER, fill, make_questionnaire, roll_up
from tests.integration.surveys.arrange import hang
from tests.routes import VISITS, unknown_addresses, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes", "questionnaires")]
BACKEND = "django.contrib.auth.backends.ModelBackend"

EXCUSE = "Điều trị dài ngày tại bệnh viện tỉnh"
COMMENT, REPLY = "Chờ hai buổi vì cô cán bộ đi vắng", "Hôm đó tôi đi họp theo giấy mời"
NOTICE, SUBMITTED = "Nhắc ký cam kết trước ngày 30", "Nóng giận với người nộp hồ sơ"
# Of Lan, her colleagues, her office, and what was said about her and by her.
SECRETS = (
    "Thảo Lan",
    "Hữu Minh",
    "Thị Tâm",
    "Anh Quân",
    "Ký Giấy",
    "Xã An Thuận",
    "Phòng Văn hóa – Xã hội",
    COMMENT,
    REPLY,
    EXCUSE,
    NOTICE,
    SLIP_WORDS,
    REMEDY_WORDS,
    SUBMITTED,
    "trễ hẹn",
    HOUSEHOLD,
    NAME,
    CONTACT,
)
# Citizens see the name of the office whose poster they stand before; nothing else of it.
FOR_CITIZENS = ("commitments:verify", "surveys:respond", "surveys:thanks")


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Cast:
    """A whole month of Lan's: pledge, judgement with reply, answers with a comment, scores, closed."""
    cast = make_cast()
    point = fill(cast)
    NotSigning.objects.create(
        campaign=Campaign.objects.get(agency=cast.commune), posting=cast.tam_posting, kind="excused",
        reason=EXCUSE, stated_by=cast.quan, stated_at=NOW,
    )  # fmt: skip
    made_print(Campaign.objects.get(agency=cast.commune), cast.tam)
    help_a_household(cast)
    save_together(cast)
    hang(cast)
    promises_of(cast.lan_posting, timezone.now())
    next_draft(cast)
    unknown_model()
    item = item_of(cast.adoption)
    write_slip(cast.lan_posting, item)
    write_slip(cast.lan_posting, item, text=SUBMITTED, remedy="Tự kiềm chế", submitted_at=NOW)
    JudgementSheet.objects.update(reply=REPLY, replied_at=NOW)
    push(messages=[Message(cast.lan.pk, "reminder", NOTICE)], now=NOW)
    Response.objects.create(
        key=uuid4(),
        agency=point.agency,
        point=point,
        questionnaire=make_questionnaire(),
        month=OCTOBER.first,
        channel="qr",
        cluster=1,
        overall=1,
        factors=[None] * 5,
        comment=COMMENT,
    )
    # Made for scoring; citizens are asked the real one.
    Questionnaire.objects.filter(code="sipas").update(valid_from=date(2099, 1, 1))
    roll_up()
    Period.objects.create(office=cast.commune, month=OCTOBER.first, state="closed", closed_at=NOW)
    settings.MEDIA_ROOT = tmp_path
    on_paper = make_posting(make_user("Nguyễn Ký Giấy"), cast.one_stop)
    campaign = Campaign.objects.get(agency=cast.commune)
    enter(campaign, on_paper, by=cast.quan, signed_on=date(2026, 10, 15))
    return cast


def learned(content: bytes, address: tuple[str, int]) -> list[str]:
    page = content.decode(errors="replace")
    return [secret for secret in SECRETS if secret in page and not (
        secret == "Xã An Thuận" and address[0] in FOR_CITIZENS
    )]  # fmt: skip


def test_every_address_has_its_object() -> None:
    assert unknown_addresses() == set()


def told(client: Client, user: User | None = None) -> dict[str, object]:
    """What each address gives away to this reader, by GET and by an empty POST; nothing may fail."""
    found: dict[str, object] = {}
    for address in VISITS:
        url = url_of(address)
        if user:  # anew, since one of the addresses signs out
            client.force_login(user, BACKEND)
        for response in (client.get(url, follow=True), client.post(url, {}, follow=True)):
            if response.status_code >= 500:
                found[url] = response.status_code
            elif words := learned(response.content, address):
                found[url] = words
    return found


def test_hoa_learns_nothing(client: Client, cast: Cast) -> None:
    assert told(client, cast.hoa) == {}


def test_a_visitor_learns_nothing(client: Client, cast: Cast) -> None:
    assert told(client) == {}


def test_a_journal_is_read_by_its_writer_alone(client: Client, cast: Cast) -> None:
    """Whoever leads, runs or looks at the office opens every page; only what was submitted is read."""
    inspector = make_user(username="thanhtra")
    for role in (Role.INSPECTOR, Role.AUDITOR, Role.SYSTEM_ADMIN):
        grant(inspector, cast.province, role)
    found: set[str] = set()
    for user in (cast.minh, cast.tam, cast.quan, cast.phuong, inspector):
        for address in VISITS:
            client.force_login(user, BACKEND)
            found |= set(learned(client.get(url_of(address), follow=True).content, address))
    assert SUBMITTED in found
    assert not found & {SLIP_WORDS, REMEDY_WORDS}


def test_lan_herself_finds_what_hoa_must_not(client: Client, cast: Cast) -> None:
    """The test of the test: the same words are found on pages of those who may read them."""
    found: set[str] = set()
    for user in (cast.lan, cast.quan):
        client.force_login(user, BACKEND)
        for address in VISITS:
            found |= set(learned(client.get(url_of(address), follow=True).content, address))
    assert found == set(SECRETS) - {COMMENT}
