"""``manage.py load_questionnaires``: what the file says, once."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from surveys.models import Questionnaire
from surveys.services import QuestionnaireRefused, load_questionnaire, read_questionnaire
from surveys.services.questionnaires import FOLDER
from tests.factories import START

pytestmark = pytest.mark.django_db
FILE = FOLDER / "sipas-2026.yaml"


def test_loading_twice_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_questionnaires")
    call_command("load_questionnaires")
    assert capsys.readouterr().out.splitlines() == [
        "1 questionnaires, 1 changed.",
        "1 questionnaires, 0 changed.",
    ]
    questionnaire = Questionnaire.objects.get()
    assert questionnaire == Questionnaire.objects.in_force(START)
    assert sorted(row["factor"] for row in questionnaire.questions if row["factor"]) == [1, 2, 3, 4, 5]
    assert all(row["text"]["vi"] and row["text"]["en"] for row in questionnaire.questions)


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
    ],
)
def test_file_with_a_fault_is_named(tmp_path: Path, spoil: Any) -> None:
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    spoil(data)
    file = tmp_path / "faulty.yaml"
    file.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(QuestionnaireRefused, match=r"faulty\.yaml"):
        read_questionnaire(file)
