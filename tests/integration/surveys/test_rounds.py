"""Survey rounds: who sets one up, the list, the samples, typing in, closing."""

import io
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from conduct.agencies.models import Agency, Period, User
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.dossiers.models import Dossier
from surveys.models import Drawn, Questionnaire, Response, Round, RoundEntry, RoundUnit, ServicePoint
from surveys.rules.questions import Answers
from surveys.rules.rounds import rank
from surveys.services import rounds as services
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW
from tests.integration.surveys.inviting import finish
from tests.integration.surveys.surveying import FIRST, LAST, survey, type_in, unit_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast(questionnaires: None) -> Cast:
    return make_cast()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(cast: Cast, *offices: Agency, **changed: Any) -> dict[str, Any]:
    values = {
        "agency": cast.province.pk, "name": "Điều tra 2026", "legal_basis": "", "mode": "interview",
        "questionnaire": Questionnaire.objects.get(code="sipas-round-2026").pk, "frame": "dossiers",
        "frame_from": "01/07/2026", "frame_to": "30/09/2026", "starts_on": "15/10/2026",
        "ends_on": "09/11/2026", "target": "90", "units": [office.pk for office in offices],
    }  # fmt: skip
    return {**values, **changed}


def test_a_province_asks_all_its_offices_by_default(cast: Cast) -> None:
    form = signed_in(cast.phuong).get("/rounds/new/").context["form"]
    offices = {cast.commune.pk, cast.other_commune.pk}
    assert (
        set(form["units"].value())
        == set(form.fields["units"].queryset.values_list("pk", flat=True))
        == offices
    )
    assert form["target"].value() == 90


def test_a_round_is_set_up_with_a_point_that_is_no_desk(cast: Cast) -> None:
    client = signed_in(cast.phuong)
    page = client.post("/rounds/new/", asked(cast, cast.commune, cast.other_commune))
    made = Round.objects.get()
    assert page["Location"] == f"/rounds/{made.pk}/"
    assert [unit.target for unit in made.units.all()] == [90, 90]
    points = ServicePoint.objects.filter(pk__in=made.units.values("point_id"))
    assert {(point.name, point.is_open) for point in points} == {("Khảo sát theo đợt", False)}
    row = AuditEvent.objects.get(act="surveys.create_round")
    assert row.data == {"units": 2, "target": 180}
    again = client.post("/rounds/new/", asked(cast, cast.commune, cast.other_commune))
    assert again["Location"] == page["Location"]
    assert Round.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("ends_on", "14/10/2026", "trước ngày bắt đầu"),
        ("frame_to", "01/06/2026", "trước ngày bắt đầu"),
        ("target", "0", "Ít nhất một phiếu"),
        ("target", "-3", ""),
        ("name", "", "bắt buộc"),
        ("units", [], "bắt buộc"),
        ("starts_on", "31/02/2026", "ngày"),
        ("mode", "pigeon", ""),
    ],
)
def test_a_round_that_makes_no_sense_is_told(cast: Cast, field: str, value: Any, words: str) -> None:
    page = signed_in(cast.phuong).post("/rounds/new/", asked(cast, cast.commune, **{field: value}))
    assert page.status_code == 422
    assert words in page.content.decode()
    assert f'href="#id_{field}' in page.content.decode()
    assert not Round.objects.exists()


def test_an_office_elsewhere_cannot_be_asked(cast: Cast) -> None:
    mine = asked(cast, cast.other_commune, agency=cast.commune.pk)
    assert signed_in(cast.tam).post("/rounds/new/", mine).status_code == 422
    assert not Round.objects.exists()


def test_officers_set_up_nothing(cast: Cast) -> None:
    client = signed_in(cast.lan)
    assert client.get("/rounds/new/").status_code == 403
    assert client.post("/rounds/new/", asked(cast, cast.commune)).status_code == 403


def test_a_round_is_seen_by_the_offices_it_asks_and_by_no_other(cast: Cast) -> None:
    found = survey(cast, cast.commune)
    for user, status in ((cast.phuong, 200), (cast.tam, 200), (cast.lan, 200), (cast.hoa, 404)):
        assert signed_in(user).get(f"/rounds/{found.pk}/").status_code == status
    assert "Điều tra" in signed_in(cast.lan).get("/rounds/?q=xa+hoi+hoc").content.decode()
    assert "Điều tra" not in signed_in(cast.hoa).get("/rounds/").content.decode()


def test_the_list_is_filtered_and_exported(cast: Cast) -> None:
    found = survey(cast)
    client = signed_in(cast.phuong)
    assert "Chưa có đợt" not in client.get("/rounds/?state=open").content.decode()
    assert "Không có đợt khảo sát nào khớp" in client.get("/rounds/?state=closed").content.decode()
    assert client.get("/rounds/?state=odd").status_code == 422
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/rounds/list.xlsx").content))
    assert [found.name, 2, 180] == [book.get_sheet_by_index(0).to_python()[-1][n] for n in (0, 5, 6)]
    units = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"/rounds/{found.pk}/units.xlsx").content))
    assert units.get_sheet_by_index(0).to_python()[-1][1] == 90


def test_a_sample_is_drawn_reproducibly_with_one_dossier_a_person(cast: Cast) -> None:
    dossiers = finish(cast, 20) + finish(cast, 3, email="mot-nguoi@example.vn")
    finish(cast, 2, day=date(2026, 10, 1))
    unit = unit_of(survey(cast), cast.commune)
    client = signed_in(cast.quan)
    page = client.post(f"/rounds/{unit.round_id}/units/{unit.pk}/draw/", {"n_people": "12"})
    assert page.status_code == 302
    unit.refresh_from_db()
    assert (unit.n_frame, unit.n_drawn, len(unit.seed)) == (23, 12, 32)
    drawn = set(Drawn.objects.filter(unit=unit).values_list("dossier_id", flat=True))
    by_hand, seen = [], set()
    for one in sorted(dossiers, key=lambda dossier: rank(unit.seed, dossier.code)):
        person = "same" if one in dossiers[20:] else one.code
        if person not in seen:
            seen.add(person)
            by_hand.append(one.pk)
    assert drawn == set(by_hand[:12])
    assert services.draw_sample(unit=unit, n_people=50, by=cast.quan, now=NOW)
    more = set(Drawn.objects.filter(unit=unit).values_list("dossier_id", flat=True))
    assert drawn < more
    assert more == set(by_hand)
    assert len(more) == 21
    assert not services.draw_sample(unit=unit, n_people=50, by=cast.quan, now=NOW)
    assert AuditEvent.objects.filter(act="surveys.draw_sample").count() == 3


def test_a_sample_of_households_is_only_counted(cast: Cast) -> None:
    unit = unit_of(survey(cast, frame="households"), cast.commune)
    with pytest.raises(ValidationError):
        services.draw_sample(unit=unit, n_people=5, by=cast.quan, now=NOW)
    client, address = signed_in(cast.quan), f"/rounds/{unit.round_id}/units/{unit.pk}/"
    said = {"target": 90, "n_frame": 1300, "n_drawn": 120, "n_reached": 100, "n_refused": 12}
    assert client.post(address, said).status_code == 302
    unit.refresh_from_db()
    assert [getattr(unit, name) for name in said] == list(said.values())
    for name, value in (("n_drawn", 1301), ("n_reached", 121), ("n_refused", 101), ("n_frame", "x")):
        assert client.post(address, {**said, name: value}).status_code == 422
    assert AuditEvent.objects.get(act="surveys.record_field_work").data["new"]["n_drawn"] == 120


def test_the_list_of_the_sample_is_for_field_workers_and_written_down(cast: Cast) -> None:
    finish(cast, 6)
    unit = unit_of(survey(cast), cast.commune)
    services.draw_sample(unit=unit, n_people=4, by=cast.quan, now=NOW)
    address = f"/rounds/{unit.round_id}/units/{unit.pk}/list.xlsx"
    assert signed_in(cast.lan).get(address).status_code == 403
    assert signed_in(cast.hoa).get(address).status_code == 403
    assert not AuditEvent.objects.filter(act="surveys.read_sheet").exists()
    content = signed_in(cast.quan).get(address).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len([row for row in rows if str(row[0]).startswith("Người ")]) == 4 + 1  # and the title
    noted = AuditEvent.objects.get(act="surveys.read_sheet")
    assert noted.data == {"people": 4}
    assert "Người " not in str(noted.data)


def enter(client: Client, unit: RoundUnit, **fields: Any) -> Any:
    import re

    address = f"/rounds/{unit.round_id}/units/{unit.pk}/enter/"
    found = re.search(r'name="key" value="([^"]+)"', client.get(address).content.decode())
    assert found
    said = {"key": found[1], "given_on": "20/10/2026", "respondent": "citizen", "overall": "4", **fields}
    return client.post(address, said)


def test_a_form_is_typed_in_verified_and_once(cast: Cast) -> None:
    unit = unit_of(survey(cast), cast.commune)
    client = signed_in(cast.quan)
    page = enter(client, unit, f3="5", comment="Tốt", respondent="business")
    assert page.status_code == 302
    stored = Response.objects.get()
    assert (stored.channel, stored.is_verified, stored.round_id, stored.agency_id, stored.respondent) == (
        "round", True, unit.round_id, cast.commune.pk, "business",
    )  # fmt: skip
    assert RoundEntry.objects.get().n_forms == 1


def test_a_double_click_types_one_form(cast: Cast) -> None:
    unit, key = unit_of(survey(cast), cast.commune), uuid4()
    values: dict[str, Any] = {
        "unit": unit, "key": key, "answers": Answers(overall=4), "respondent": "citizen",
        "given_on": DAY, "by": cast.quan, "now": NOW,
    }  # fmt: skip
    assert services.enter_round_answer(**values)
    assert not services.enter_round_answer(**values)
    assert (Response.objects.count(), RoundEntry.objects.get().n_forms) == (1, 1)


@pytest.mark.parametrize("day", ["14/10/2026", "21/10/2026", "10/11/2026", "ba mươi"])
def test_only_days_of_the_round_are_taken(cast: Cast, day: str) -> None:
    unit = unit_of(survey(cast), cast.commune)
    assert enter(signed_in(cast.quan), unit, given_on=day).status_code == 422
    assert enter(signed_in(cast.quan), unit, overall="").status_code == 422
    assert enter(signed_in(cast.quan), unit, key="forged").status_code == 422
    assert not Response.objects.exists()


def test_a_form_of_a_closed_month_counts_late_in_the_open_one(cast: Cast) -> None:
    unit = unit_of(survey(cast, starts_on=date(2026, 9, 1)), cast.commune)
    Period.objects.create(office=cast.commune, month=date(2026, 9, 1), state="closed", closed_at=NOW)
    type_in(unit, cast.quan, 4, given_on=date(2026, 9, 20))
    stored = Response.objects.get()
    assert (stored.month, stored.is_late) == (date(2026, 10, 1), True)


def test_forms_of_a_unit_share_one_label_and_no_day(cast: Cast) -> None:
    """The unit is the cluster; nothing ties a form to the sample, to a day or to who typed it."""
    unit = unit_of(survey(cast), cast.commune)
    type_in(unit, cast.quan, 4, given_on=FIRST)
    type_in(unit, cast.tam, 2, given_on=DAY)
    assert Response.objects.values("cluster").distinct().count() == 1
    assert not AuditEvent.objects.filter(act__contains="answer").exists()
    assert {entry.by: entry.n_forms for entry in RoundEntry.objects.all()} == {cast.quan: 1, cast.tam: 1}


@pytest.mark.parametrize("who", ["lan", "minh"])
def test_officers_type_in_nothing(cast: Cast, who: str) -> None:
    unit = unit_of(survey(cast), cast.commune)
    client = signed_in(getattr(cast, who))
    for tail in ("", "enter/", "list.xlsx"):
        assert client.get(f"/rounds/{unit.round_id}/units/{unit.pk}/{tail}").status_code == 403
    with pytest.raises(Refused):
        type_in(unit, getattr(cast, who), 4)


def test_another_commune_of_the_round_has_no_hand_in_it(cast: Cast) -> None:
    unit = unit_of(survey(cast), cast.commune)
    assert signed_in(cast.hoa).get(f"/rounds/{unit.round_id}/").status_code == 200
    assert signed_in(cast.hoa).get(f"/rounds/{unit.round_id}/units/{unit.pk}/").status_code == 403


def test_closing_takes_no_more_forms_and_forgets_the_sample(cast: Cast) -> None:
    finish(cast, 6)
    found = survey(cast)
    unit = unit_of(found, cast.commune)
    services.draw_sample(unit=unit, n_people=4, by=cast.quan, now=NOW)
    assert signed_in(cast.tam).post(f"/rounds/{found.pk}/close/").status_code == 403
    client = signed_in(cast.phuong)
    assert client.post(f"/rounds/{found.pk}/close/").status_code == 302
    assert client.post(f"/rounds/{found.pk}/close/").status_code == 302
    assert AuditEvent.objects.filter(act="surveys.close_round").count() == 1
    assert not Drawn.objects.exists()
    assert Dossier.objects.count() == 6
    with pytest.raises(Refused):
        type_in(unit, cast.quan, 4)
    assert signed_in(cast.quan).get(f"/rounds/{found.pk}/units/{unit.pk}/enter/").status_code == 403
    assert signed_in(cast.quan).get(f"/rounds/{found.pk}/units/{unit.pk}/").status_code == 200


def test_a_round_closes_by_itself_a_month_after_its_last_day(cast: Cast) -> None:
    survey(cast)
    last = NOW + (LAST - DAY) + services.TYPING_TIME
    assert services.close_ended_rounds(now=last) == 0
    assert services.close_ended_rounds(now=last + timedelta(days=1)) == 1
    assert services.close_ended_rounds(now=last + timedelta(days=2)) == 0
    assert AuditEvent.objects.get(act="surveys.close_round").actor_name == ""


def test_pages_cost_few_queries(cast: Cast) -> None:
    found = survey(cast)
    unit = unit_of(found, cast.commune)
    for tail in ("rounds/", "rounds/new/", f"rounds/{found.pk}/", f"rounds/{found.pk}/units/{unit.pk}/"):
        client = signed_in(cast.phuong)
        with CaptureQueriesContext(connection) as counted:
            assert client.get(f"/{tail}").status_code == 200
        assert len(counted) <= 15, tail


def test_the_sweep_is_known_to_the_workers() -> None:
    from conduct.celery import app

    app.loader.import_default_modules()
    assert {"surveys.sweep", "surveys.send_batch"} <= set(app.tasks)
