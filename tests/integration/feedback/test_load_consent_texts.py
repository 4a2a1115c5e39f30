"""``manage.py load_consent_texts``: once loaded, a text never changes; a wrong file loads nothing."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from conduct.feedback.models import ConsentText
from conduct.feedback.rules.consent import TextRefused, shown
from conduct.feedback.services import consent_texts as texts
from tests.factories import DAY

pytestmark = pytest.mark.django_db


def as_file(folder: Path, **changes: Any) -> Path:
    """A copy of the reply text with some fields changed."""
    data = {**texts.read_consent_text(texts.FOLDER / "reply-1.yaml"), **changes}
    file = folder / "reply.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return file


def test_loading_twice_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_consent_texts")
    call_command("load_consent_texts")
    assert capsys.readouterr().out.split("\n")[:2] == ["3 consent texts, 3 new.", "3 consent texts, 0 new."]
    assert set(texts.texts_in_force(DAY)) == {"reply", "publish", "words"}


@pytest.mark.usefixtures("consent_texts")
def test_a_loaded_version_never_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_file(tmp_path, keeps_days=3650)
    monkeypatch.setattr("conduct.feedback.management.commands.load_consent_texts.FOLDER", tmp_path)
    with pytest.raises(CommandError, match=r"never changes \(keeps_days\)"):
        call_command("load_consent_texts")
    assert ConsentText.objects.get(purpose="reply").keeps_days == 60


@pytest.mark.usefixtures("consent_texts")
def test_the_newest_version_that_has_begun_is_in_force(tmp_path: Path) -> None:
    texts.load_consent_text(data=texts.read_consent_text(as_file(tmp_path, number=2, valid_from=DAY)))
    later = as_file(tmp_path, number=3, valid_from=DAY.replace(year=DAY.year + 1))
    texts.load_consent_text(data=texts.read_consent_text(later))
    assert texts.texts_in_force(DAY)["reply"].number == 2


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"purpose": "ads"}, "unknown purpose"),
        ({"keeps_days": 0}, "from 1 on"),
        ({"legal_basis": ""}, "legal basis"),
        ({"texts": {"vi": {"agree": "Tôi đồng ý", "points": [["a", "b"]]}}}, "each of vi, en"),
        ({"extra": 1}, "exactly"),
    ],
)
def test_a_file_that_nobody_could_agree_to_is_refused(
    tmp_path: Path, changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(TextRefused, match=why):
        texts.read_consent_text(as_file(tmp_path, **changes))


@pytest.mark.usefixtures("consent_texts")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_text_names_the_office_and_leaves_no_blank(language: str) -> None:
    for text in ConsentText.objects.all():
        said = shown(text.texts, language=language, office="UBND xã An Thuận", days=text.keeps_days)
        words = " ".join([said.agree, *(word for point in said.points for word in point)])
        assert "{" not in words
        if text.purpose == "reply":
            assert "UBND xã An Thuận" in said.agree
            assert "60" in words
