"""Vì sao: who sees how far into which source, an office's ledger, and both as papers."""

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from conduct.agencies.models import Role, Succession
from conduct.scores.models import PersonScore
from conduct.scores.permissions import Depth, depth_of, sight_of
from conduct.scores.rules.evidence import Source
from conduct.scores.services.why_office import breaks_of
from surveys.models import DeskOfficer, ServicePoint
from tests.cast import Cast, make_cast
from tests.factories import DAY, START, grant, make_agency, make_posting, make_user
from tests.integration.scores.arrange import OCTOBER, answer, closing, fill, make_point, roll_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes")]

NONE, COUNTS, EVENTS = Depth.NOTHING, Depth.COUNTS, Depth.EVENTS
# Reader: citizen, supervisor, inspection, promise, self, journal. Nobody at all sees a citizen's event.
CLOSED = {
    "the person": (COUNTS, EVENTS, EVENTS, EVENTS, EVENTS, EVENTS),
    "the supervisor": (COUNTS, EVENTS, EVENTS, COUNTS, COUNTS, NONE),
    "the head": (COUNTS, EVENTS, EVENTS, COUNTS, COUNTS, NONE),
    "the province's head": (COUNTS, EVENTS, EVENTS, COUNTS, COUNTS, NONE),
    "a colleague": (NONE,) * 6,
    "an inspector": (NONE,) * 6,
    "an auditor": (NONE,) * 6,
    "another office": (NONE,) * 6,
}
SUPERVISORS_PART = (NONE, EVENTS, NONE, NONE, NONE, NONE)
OPEN = {
    **CLOSED,
    "the person": SUPERVISORS_PART,
    "the supervisor": SUPERVISORS_PART,
}
SOURCES = (
    Source.CITIZEN, Source.SUPERVISOR, Source.INSPECTION, Source.PROMISE, Source.SELF, Source.JOURNAL,
)  # fmt: skip


@pytest.fixture
def cast(schemes: None) -> Cast:
    cast = make_cast()
    fill(cast)
    roll_up()
    return cast


@pytest.mark.parametrize("state", ["open", "closed"])
@pytest.mark.parametrize("who", CLOSED)
def test_the_table_of_reader_source_and_month(cast: Cast, who: str, state: str) -> None:
    inspector, auditor = make_user("Thanh Tra"), make_user("Kiểm Toán")
    grant(inspector, cast.province, Role.INSPECTOR)
    grant(auditor, cast.province, Role.AUDITOR)
    readers = {
        "the person": cast.lan, "the supervisor": cast.minh, "the head": cast.tam, "a colleague": cast.quan,
        "the province's head": cast.phuong, "an inspector": inspector, "an auditor": auditor,
        "another office": cast.hoa,
    }  # fmt: skip
    score = PersonScore.objects.get(posting=cast.lan_posting, month=OCTOBER.first)
    sight = sight_of(readers[who], score, state, DAY)
    is_own = readers[who] == cast.lan
    seen = tuple(depth_of(sight, source, is_own=is_own) for source in SOURCES)
    assert seen == (OPEN if state == "open" else CLOSED)[who]


def close(cast: Cast) -> None:
    closing(cast.commune)
    roll_up()


def office_url(cast: Cast, name: str = "why_office") -> str:
    return reverse(f"scores:{name}", args=[OCTOBER, cast.commune.code])


@pytest.mark.parametrize(
    ("who", "state", "status", "sees"),
    [
        ("tam", "open", 200, True), ("phuong", "open", 200, True), ("minh", "open", 200, False),
        ("lan", "open", 200, False), ("minh", "closed", 200, True), ("lan", "closed", 200, True),
        ("hoa", "closed", 404, False),
    ],
)  # fmt: skip
def test_an_offices_month_is_the_heads_until_it_is_closed(
    cast: Cast, client: Client, who: str, state: str, status: int, sees: bool
) -> None:
    if state == "closed":
        close(cast)
    client.force_login(getattr(cast, who))
    response = client.get(office_url(cast))
    assert response.status_code == status
    assert ('id="ledger-head"' in response.content.decode()) is sees
    assert client.get(office_url(cast, "why_office_pdf")).status_code == (200 if sees else 404)


def test_an_offices_ledger_adds_up_and_says_who_brought_in_what(cast: Cast, client: Client) -> None:
    close(cast)
    client.force_login(cast.tam)
    ledger = client.get(office_url(cast)).context["ledger"]
    assert sum(row.part.earned for row in ledger.rows) == ledger.score.score
    for row in [*ledger.rows, *ledger.left_out]:
        shares = [share for _agency, share in row.branches if share]
        assert sum(share.judged for share in shares) == row.part.judged
        assert sum(share.kept for share in shares) == row.part.kept


def test_few_answers_of_one_desk_are_hidden_from_all_but_the_head(cast: Cast, client: Client) -> None:
    answer(make_point(cast.department, "ban2"), [1, 1])
    close(cast)
    for who, hidden in ((cast.tam, False), (cast.minh, True)):
        client.force_login(who)
        rows = client.get(office_url(cast)).context["ledger"].rows
        voices = next(row for row in rows if row.part.component == "satisfied").branches
        assert [share is None for _agency, share in voices] == [hidden, hidden]


def test_the_papers_say_what_the_pages_say(cast: Cast, client: Client) -> None:
    close(cast)
    client.force_login(cast.lan)
    own = reverse("scores:why_pdf", args=[OCTOBER, cast.lan_posting.pk, cast.adoption.pk])
    for url, words in ((own, cast.lan.full_name), (office_url(cast, "why_office_pdf"), "Cam kết đã ký")):
        response = client.get(url)
        assert response.headers["Content-Type"] == "application/pdf"
        text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)
        assert words in " ".join(text.split())
        assert "không phải kết quả xếp loại" in " ".join(text.split())


@pytest.mark.parametrize(("who", "status"), [("lan", 404), ("minh", 404), ("tam", 200), ("hoa", 404)])
def test_the_paper_of_an_open_month_is_the_heads(cast: Cast, client: Client, who: str, status: int) -> None:
    client.force_login(getattr(cast, who))
    url = reverse("scores:why_pdf", args=[OCTOBER, cast.lan_posting.pk, cast.adoption.pk])
    assert client.get(url).status_code == status


def test_a_reform_is_marked_in_the_row_of_months(cast: Cast, client: Client) -> None:
    gone = make_agency("Xã Cũ", parent=cast.province)
    Succession.objects.create(
        predecessor=gone, successor=cast.commune, kind="merge", on=date(2026, 7, 1), legal_act="NQ 1"
    )
    assert [one.on for one in breaks_of(cast.commune, OCTOBER.plus(-11), OCTOBER)] == [date(2026, 7, 1)]
    client.force_login(cast.tam)
    page = client.get(office_url(cast)).content.decode()
    assert "Xã Cũ" in page
    assert 'class="break"' in page


def test_a_month_to_come_and_an_office_unknown_are_not_there(cast: Cast, client: Client) -> None:
    client.force_login(cast.tam)
    assert client.get(reverse("scores:why_office", args=["2031-01", cast.commune.code])).status_code == 404
    assert client.get(reverse("scores:why_office", args=[OCTOBER, "NOWHERE"])).status_code == 404


def test_an_office_without_figures_says_so(cast: Cast, client: Client) -> None:
    client.force_login(cast.tam)
    page = client.get(reverse("scores:why_office", args=[OCTOBER.plus(-3), cast.commune.code]))
    assert page.status_code == 200
    assert page.context["ledger"] is None


def test_a_department_of_one_officer_is_not_read_by_colleagues(cast: Cast, client: Client) -> None:
    """Nor from what the others brought in: its neighbour is hidden with it, and the paper does not exist."""
    DeskOfficer.objects.create(
        point=ServicePoint.objects.get(slug="banmot"), posting=cast.lan_posting, starts_on=START
    )
    shared = make_point(cast.department, "ban2")
    colleague = make_user(username="dong-nghiep")
    for posting in (make_posting(colleague, cast.one_stop), cast.minh_posting):
        DeskOfficer.objects.create(point=shared, posting=posting, starts_on=START)
    answer(shared, [5] * 9 + [1] * 3)
    close(cast)
    for who, sees, sees_above in (
        (colleague, False, False), (cast.lan, True, True), (cast.tam, True, True),
        (cast.minh, True, False),  # leads the department alone
    ):  # fmt: skip
        client.force_login(who)
        page = client.get(reverse("scores:why_office", args=[OCTOBER, cast.one_stop.code]))
        assert (page.context["ledger"] is not None) is sees, who
        assert ("Đây là số liệu của một người" in page.content.decode()) is not sees
        paper = client.get(reverse("scores:why_office_pdf", args=[OCTOBER, cast.one_stop.code]))
        assert paper.status_code == (200 if sees else 404)
        rows = client.get(office_url(cast)).context["ledger"].rows
        voices = next(row for row in rows if row.part.component == "satisfied").branches
        assert [share is not None for _agency, share in voices] == [sees_above] * 2, who
