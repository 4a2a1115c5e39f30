"""``manage.py load_questionnaires``: what the file says, once."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.models import Questionnaire
from surveys.rules.checking import problems_of
from surveys.services import QuestionnaireRefused, load_questionnaire, read_questionnaire
from surveys.services.questionnaires import FOLDER, parse_questionnaire, write_questionnaire
from tests.factories import START

pytestmark = pytest.mark.django_db
FILE = FOLDER / "sipas-2026.yaml"
OPTION = {"value": 1, "text": {"vi": "Một", "en": "One"}}


def further(**changed: Any) -> dict[str, Any]:
    """One more question after those that stand on every form."""
    text = {"vi": "Có gì nữa không?", "en": "Anything else?"}
    return {"key": "more", "factor": None, "kind": "yes_no", "text": text, "kept": [1], **changed}


def test_loading_twice_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_questionnaires")
    call_command("load_questionnaires")
    assert capsys.readouterr().out.splitlines() == [
        "3 questionnaires, 3 changed.",
        "3 questionnaires, 0 changed.",
    ]
    for asked_at, code in (
        ("desk", "sipas-2026"),
        ("dossier", "one-stop-2026"),
        ("round", "sipas-round-2026"),
    ):
        questionnaire = Questionnaire.objects.get(code=code)
        assert questionnaire == Questionnaire.objects.in_force(START, asked_at=asked_at)
        assert problems_of(questionnaire.questions, questionnaire.languages) == []


def test_the_round_asks_what_sipas_asks() -> None:
    rows = {row["key"]: row for row in read_questionnaire(FOLDER / "sipas-round-2026.yaml")["questions"]}
    asked = {"trips", "extra_payment", "appointment_kept", "apologised", "signs", "seats", "equipment"}
    assert asked | {"why_not", "information"} <= set(rows)
    assert rows["apologised"]["shown_if"] == {"key": "appointment_kept", "answers": [0]}
    assert rows["why_not"]["shown_if"] == {"key": "overall", "answers": [1, 2, 3]}


def test_a_file_that_was_written_is_read_again() -> None:
    for file in sorted(FOLDER.glob("*.yaml")):
        data = read_questionnaire(file)
        load_questionnaire(data=data)
        written = parse_questionnaire(write_questionnaire(Questionnaire.objects.get(code=data["code"])))
        assert {name: written[name] for name in data} == data


def test_a_draft_begun_on_screens_is_kept_beside_the_file() -> None:
    data = read_questionnaire(FILE)
    draft = Questionnaire.objects.create(**{**data, "name": "Bản nháp", "state": "draft"})
    assert load_questionnaire(data=data)
    draft.refresh_from_db()
    assert (draft.number, draft.state, draft.name) == (2, "draft", "Bản nháp")
    assert Questionnaire.objects.get(code=data["code"], number=1).name == data["name"]


def test_published_words_are_not_exchanged() -> None:
    data = read_questionnaire(FILE)
    load_questionnaire(data=data)
    data["questions"][0]["text"] = {"vi": "Khác đi?", "en": "Something else?"}
    with pytest.raises(QuestionnaireRefused, match="new number"):
        load_questionnaire(data=data)
    assert load_questionnaire(data={**data, "number": 2})
    assert [one.number for one in Questionnaire.objects.order_by("number")] == [1, 2]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data["questions"].pop(2),
        lambda data: data["questions"].append(data["questions"][1]),
        lambda data: data["questions"][3].update(kind="free text"),
        lambda data: data.update(number="one"),
        lambda data: data.clear(),
        lambda data: data.update(valid_from="2026-02-30"),
        lambda data: data.update(languages=["vi"]),
        lambda data: data.update(languages=["vi", "en", "lo"]),
        lambda data: data["questions"][0].update(kept=[6]),
        lambda data: data["questions"][6].update(kind="yes_no", kept=[1]),
        lambda data: data["questions"].append({**data["questions"][6], "key": "trips_again"}),
        lambda data: data["questions"].append(further(shown_if={"key": "nothing", "answers": [1]})),
        lambda data: data["questions"].append(further(shown_if={"key": "later", "answers": [1]})),
        lambda data: data["questions"].append(further(shown_if={"key": "overall", "answers": [6]})),
        lambda data: data["questions"].append(further(options=[OPTION, {**OPTION, "value": 2}])),
        lambda data: data["questions"].append(further(kind="choice", kept=[])),
        lambda data: data["questions"].append(further(kind="choice", options=[OPTION, OPTION])),
        lambda data: data["questions"].extend(further(key=f"more_{n}") for n in range(24)),
    ],
)
def test_file_with_a_fault_is_named(tmp_path: Path, spoil: Any) -> None:
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    spoil(data)
    file = tmp_path / "faulty.yaml"
    file.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(QuestionnaireRefused, match=r"faulty\.yaml"):
        read_questionnaire(file)


def scraps() -> st.SearchStrategy[Any]:
    """Pieces of YAML of every type."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text(max_size=12)
    return st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
    )


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_a_file_holds_it_is_read_or_refused(data: st.DataObject) -> None:
    """A file with one place spoilt by anything, or random bytes, never fails in another way."""
    whole = yaml.safe_load((FOLDER / "sipas-round-2026.yaml").read_text(encoding="utf-8"))
    question = data.draw(st.sampled_from(whole["questions"]))
    target = data.draw(st.sampled_from([whole, question, question["text"]]))
    target[data.draw(st.sampled_from(sorted(target)))] = data.draw(scraps())
    noise = data.draw(st.sampled_from(["", "&a [*a]", "\t", "!!python/object:os.system", "[" * 40]))
    with suppress(QuestionnaireRefused):
        parse_questionnaire(yaml.safe_dump(whole, allow_unicode=True) + noise)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_random_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "noise.yaml"
    file.write_bytes(content)
    with pytest.raises(QuestionnaireRefused):
        read_questionnaire(file)
