"""load_schemes and rollup, as an administrator types them."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from conduct.kernel.months import Month
from conduct.scores import tasks
from conduct.scores.models import AgencyScore, PersonScore, RollUpChunk, Scheme
from conduct.scores.rules.scheme import SchemeError
from conduct.scores.services import computing, evidence
from conduct.scores.services.schemes import FOLDER, NoScheme, load_schemes, scheme_of
from tests.cast import Cast, make_cast
from tests.integration.scores.arrange import OCTOBER, chunk_of, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(schemes: None) -> Cast:
    cast = make_cast()
    fill(cast)
    return cast


def run(*words: str) -> str:
    out = StringIO()
    call_command("rollup", *words, stdout=out)
    return out.getvalue()


def test_schemes_are_loaded_once() -> None:
    assert load_schemes() == 1
    assert load_schemes() == 0
    row, scheme = scheme_of(Month(2025, 7))
    assert (row.code, row.number, row.valid_from) == ("chuan-muc", 1, date(2025, 7, 1))
    assert scheme.minimum_public == 30


def changed_file(tmp_path: Path, old: str, new: str) -> Path:
    file = FOLDER / "chuan-muc-2025.yaml"
    (tmp_path / file.name).write_text(file.read_text(encoding="utf-8").replace(old, new))
    return tmp_path


def test_a_changed_file_of_a_published_scheme_is_refused(tmp_path: Path) -> None:
    load_schemes()
    with pytest.raises(SchemeError, match="never changes; give it a new number"):
        load_schemes(changed_file(tmp_path, "breach_cap: 60", "breach_cap: 50"))
    assert Scheme.objects.get().document["person"]["breach_cap"] == 60


def test_a_published_scheme_may_end(tmp_path: Path) -> None:
    load_schemes()
    assert load_schemes(changed_file(tmp_path, "valid_to: null", "valid_to: 2027-06-30")) == 1
    assert Scheme.objects.get().valid_to == date(2027, 6, 30)


def test_the_database_itself_refuses_to_change_a_published_scheme() -> None:
    load_schemes()
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Scheme.objects.update(document={})
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Scheme.objects.all().delete()


def test_the_newest_scheme_in_force_counts() -> None:
    load_schemes()
    old = Scheme.objects.get()
    Scheme.objects.create(
        code=old.code, number=2, name="Bản 2", valid_from=date(2026, 10, 2), document=old.document
    )
    assert scheme_of(OCTOBER)[0].number == 1
    assert scheme_of(OCTOBER.next())[0].number == 2
    with pytest.raises(NoScheme):
        scheme_of(Month(2025, 6))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"document": {}}, "bad.yaml: person: is missing"),
        ({"name": ...}, "bad.yaml: name is missing"),
        ({"valid_from": "soon"}, "bad.yaml: valid_from must be a date"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_loaded(
    tmp_path: Path, change: dict[str, object], says: str
) -> None:
    data = yaml.safe_load((FOLDER / "chuan-muc-2025.yaml").read_text(encoding="utf-8"))
    data = {key: value for key, value in {**data, **change}.items() if value is not ...}
    (tmp_path / "bad.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(SchemeError) as error:
        load_schemes(tmp_path)
    assert says in str(error.value)
    assert not Scheme.objects.exists()


def test_rollup_works_on_every_office_and_shows_how_far_it_is(cast: Cast) -> None:
    out = run("2026-10", "--inline")
    assert "3/3" in out
    assert "Rolled up 3 chunks" in out
    assert PersonScore.objects.get(posting=cast.lan_posting).score is not None
    assert AgencyScore.objects.filter(agency=cast.province).exists()


def test_rollup_takes_a_range_and_one_office(cast: Cast) -> None:
    run("2026-08..2026-10", "--office", cast.commune.code, "--inline")
    asked = RollUpChunk.objects.filter(agency=cast.commune, finished_from__isnull=False)
    assert asked.count() == 3
    assert not RollUpChunk.objects.filter(agency=cast.other_commune).exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["soon"], "not a month"),
        (["2026-13"], "no such month"),
        (["2026-10", "--office", "NOWHERE"], "no agency with the code NOWHERE"),
    ],
)
def test_rollup_says_what_it_does_not_understand(cast: Cast, words: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run(*words, "--inline")


def test_rollup_names_what_failed_and_does_the_rest(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    real = evidence.gather_offices

    def fail_in_the_commune(
        office_ids: list[int], month: Month, **asked: Any
    ) -> dict[int, evidence.OfficeMonth]:
        if cast.commune.pk in office_ids:
            raise RuntimeError("disk full")
        return real(office_ids, month, **asked)

    monkeypatch.setattr(computing, "gather_offices", fail_in_the_commune)
    with pytest.raises(CommandError, match="disk full"):
        run("2026-10", "--inline")
    assert chunk_of(cast.commune).error == "RuntimeError: disk full"
    assert chunk_of(cast.other_commune).finished_from is not None
    assert chunk_of(cast.province).finished_from is not None


def test_rollup_without_inline_tells_the_workers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(tasks, "dispatch", lambda chunks: told.extend(chunks))
    run("2026-10")
    assert set(told) == {chunk_of(cast.commune).pk, chunk_of(cast.other_commune).pk}
