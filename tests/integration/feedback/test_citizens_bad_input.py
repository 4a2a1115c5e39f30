"""Whatever is sent to a public page of feedback: no error page, nothing half stored, no script."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conduct.agencies.models import Role
from conduct.feedback.models import Case, CaseEvent, Consent, Contact
from conduct.feedback.services import limits
from conduct.feedback.services.contacts import read_contact
from conduct.feedback.services.reading import read_sealed
from conduct.kernel.vault import key_ids
from surveys.models import ServicePoint
from tests.cast import Cast
from tests.factories import grant
from tests.integration.feedback.arrange import BACKEND, WORDS
from tests.integration.feedback.test_follow import answered
from tests.integration.feedback.writing import (
    CONTACT,
    EMAIL,
    PARENT,
    SLUG,
    drawn,
    follow,
    make_desk,
    pass_for,
    written,
)
from tests.routes import addresses

pytestmark = pytest.mark.django_db

FUZZ = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
FIELDS = (
    "text", "respondent", "about_heads", "words", "publish", "name", "phone", "email", "reply", "is_child",
    "parent", "parent_agrees", "texts", "lang", "step", "from_rating", "key",
)  # fmt: skip
LIKELY = {
    "text": st.sampled_from([WORDS, "", "x" * 4001, "\r\n", "\0"]),
    "email": st.sampled_from([EMAIL, "a@b", "a@b.vn\nBcc: x@y.vn", ""]),
    "respondent": st.sampled_from(["citizen", "business", "", "robot"]),
    "texts": st.sampled_from(["publish 1,reply 1,words 1", "reply 1", ""]),
    "lang": st.sampled_from(["vi", "en", "xx"]),
}
TICKS = st.sampled_from(["1", "0", "", "on", "x"])


def value_of(field: str) -> st.SearchStrategy[str]:
    likely = LIKELY.get(field, TICKS if field not in {"name", "phone", "parent", "key"} else ANYTHING)
    return likely | ANYTHING


FORMS = st.fixed_dictionaries({}, optional={field: value_of(field) for field in FIELDS})


@pytest.fixture(autouse=True)
def desk(cast: Cast, consent_texts: None, monkeypatch: pytest.MonkeyPatch) -> ServicePoint:
    monkeypatch.setattr(limits, "WRITES", 10_000)
    monkeypatch.setattr(limits, "WRONG_CODES", 10_000)
    monkeypatch.setattr(limits, "WRONG_EVERYWHERE", 10_000)
    return make_desk(cast)


def assert_whole(case: Case) -> None:
    """Words that open, one first step, and a contact exactly where there is consent to it."""
    assert read_sealed(case, case.sealed_text)
    assert case.events.filter(kind=CaseEvent.Kind.RECEIVED).count() == 1
    agreed = set(Consent.objects.filter(case=case).values_list("text__purpose", flat=True))
    assert (case.shares_words, case.citizen_agrees_public) == ("words" in agreed, "publish" in agreed)
    contact = Contact.objects.filter(case=case).first()
    assert (contact is not None and not contact.is_child) <= ("reply" in agreed)
    assert ("reply" in agreed) <= (contact is not None)


@FUZZ
@given(said=FORMS, with_key=st.booleans())
@example(said={"text": WORDS, **CONTACT, "texts": "publish 1,reply 1,words 1"}, with_key=True)
def test_any_remark_is_stored_whole_or_not_at_all(
    client: Client, said: dict[str, str], with_key: bool
) -> None:
    before, keys = Case.objects.count(), len(list(key_ids()))
    form = {**said, "key": drawn(client)["key"]} if with_key else said
    answer = client.post(f"/f/{SLUG}/", form)
    n_new = Case.objects.count() - before
    if answer.status_code == 200 and said.get("step") != "begin":
        assert n_new == 1
        assert_whole(Case.objects.order_by("-pk")[0])
    else:
        assert answer.status_code in {200, 422}
        assert (n_new, len(list(key_ids())) - keys) == (0, 0)


@FUZZ
@given(body=st.binary(max_size=300), kind=st.sampled_from(["form", "multipart", "json", "none"]))
def test_any_bytes_are_answered(client: Client, body: bytes, kind: str) -> None:
    content_type = {
        "form": "application/x-www-form-urlencoded", "multipart": "multipart/form-data; boundary=x",
        "json": "application/json", "none": "",
    }[kind]  # fmt: skip
    for address in (f"/f/{SLUG}/", "/f/follow/", "/f/erase/", "/f/reopen/", "/f/withdraw/", "/f/my-data/"):
        answer = client.generic("POST", address, body, content_type=content_type)
        assert answer.status_code in {400, 403, 413, 422}, address
    assert not Case.objects.exists()


@FUZZ
@given(
    said=st.dictionaries(st.sampled_from(["code", "lang", "pass", "words", "what", "answer", "as"]), ANYTHING)
)
def test_any_act_without_a_code_changes_nothing(client: Client, said: dict[str, str]) -> None:
    if not Case.objects.exists():
        written(client)
    for address in ("follow", "again", "reopen", "put-right", "withdraw", "erase", "my-data"):
        assert client.post(f"/f/{address}/", said).status_code in {403, 404, 422}
    case = Case.objects.get()
    assert (case.state, case.events.count()) == ("new", 1)


@FUZZ
@given(said=st.dictionaries(st.sampled_from(["lang", "words", "what", "answer", "as"]), ANYTHING))
def test_any_words_with_a_pass_are_answered(client: Client, said: dict[str, str]) -> None:
    case, code = written(client)
    answered(case)
    form = {**pass_for(client, code), **said}
    for address in ("again", "put-right", "withdraw", "my-data", "reopen", "erase"):
        assert client.post(f"/f/{address}/", form).status_code in {200, 403, 422}, address
    case.refresh_from_db()
    assert case.erased_at is None


@FUZZ
@given(word=ANYTHING, language=ANYTHING)
def test_any_search_is_answered(client: Client, word: str, language: str) -> None:
    assert client.get("/f/", {"q": word, "lang": language}).status_code == 200
    assert client.get(f"/f/{SLUG}/", {"lang": language}).status_code == 200


SCRIPT = "<script>alert('%s')</script><img src=x onerror=alert(1)>\"'><svg/onload=alert(2)>"


def assert_escaped(page: str, where: str) -> None:
    for raw in ("<script>alert", "<img src=x", "<svg/onload"):
        assert raw not in page, where


def test_what_a_citizen_types_is_never_a_script_on_any_page(client: Client, cast: Cast) -> None:
    sent = {
        **CONTACT, "name": SCRIPT % "name", "is_child": "1", "parent": SCRIPT % "parent",
        "parent_agrees": "1", "words": "1", "publish": "1",
    }  # fmt: skip
    case, code = written(client, text=SCRIPT % "text", **sent)
    answered(case, SCRIPT % "answer")
    client.post("/f/reopen/", {**pass_for(client, code), "words": SCRIPT % "again"})
    form = pass_for(client, code)
    pages = {
        "followed": follow(client, code),
        "my data": client.post("/f/my-data/", form),
        "refused": client.post(
            f"/f/{SLUG}/", {**drawn(client), **sent, "text": SCRIPT % "text", "email": "<b>"}
        ),
        "wrong code": follow(client, SCRIPT % "code"),
        "search": client.get("/f/", {"q": SCRIPT % "q"}),
        "reopen": client.post("/f/reopen/", {**form, "words": (SCRIPT % "words") * 100}),
    }
    for where, answer in pages.items():
        assert "alert" in answer.content.decode(), f"{where} shows nothing of it, so this would prove nothing"
        assert_escaped(answer.content.decode(), where)
    _of_the_office(client, cast, case)


def _of_the_office(client: Client, cast: Cast, case: Case) -> None:
    """Every page of the office about this case, for somebody who may do everything with it."""
    case.refresh_from_db()
    case.assignee, case.state, case.summary = cast.minh, Case.State.ASSIGNED, SCRIPT % "summary"
    case.save()
    grant(cast.minh, cast.commune, Role.HEAD)
    client.force_login(cast.minh, BACKEND)
    n_seen = 0
    for name, n_parts in addresses():
        try:
            address = reverse(name, args=[case.pk] * n_parts)
        except NoReverseMatch:
            continue
        if not address.startswith("/cases/") or "xlsx" in address:
            continue
        for answer in (client.get(address), client.post(address, {"text": SCRIPT % "typed"})):
            page = answer.content.decode()
            n_seen += "alert" in page
            assert_escaped(page, address)
    assert n_seen >= 5, "too few pages of the office showed anything of it"


def test_a_mail_has_one_address_and_one_subject(client: Client) -> None:
    """Header injection: a line break in a name or an address never reaches a mail."""
    for said in (
        {"email": "a@b.vn\nBcc: c@d.vn"},
        {"email": "a@b.vn%0aBcc: c@d.vn"},
        {"email": "a@b.vn, c@d.vn"},
    ):
        answer = client.post(f"/f/{SLUG}/", {**drawn(client), "text": WORDS, **CONTACT, **said})
        assert answer.status_code == 422
    case, _code = written(client, **{**CONTACT, "name": f"{PARENT}\r\nBcc: c@d.vn"})
    known = read_contact(case)
    assert known
    assert known.name == f"{PARENT} Bcc: c@d.vn"
