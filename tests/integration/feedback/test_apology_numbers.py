"""Numbers of letters: 16 sign at once, some transactions roll back; no number is lost or given twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from conduct.agencies.models import Posting, User
from conduct.feedback.models import Apology, ApologyRegister
from conduct.feedback.services.apology_signing import Changed, sign_apology
from conduct.feedback.services.letters import draft_letter
from tests.cast import Cast, make_cast
from tests.factories import NOW, PASSWORD, make_posting, make_user
from tests.integration.feedback.apologising import TODAY, sign, written

pytestmark = pytest.mark.django_db(transaction=True)
SIGNERS = 16


class Undone(Exception):
    """Stands for whatever may go wrong after the number was given."""


@pytest.fixture
def cast(transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cast:
    settings.KEY_ROOT = tmp_path / "keys"
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return make_cast()


def deputies(cast: Cast) -> list[User]:
    people = [make_user(f"Phó Chủ tịch {n}") for n in range(SIGNERS)]
    for person in people:
        make_posting(person, cast.commune, is_leader=True, title="Phó Chủ tịch UBND xã")
    return people


def alone(act: Callable[[], None]) -> Callable[[], None]:
    """Run on a connection of the thread's own, and close it."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    return run


@transaction.atomic
def sign_and_fail(letter: Apology, person: User) -> None:
    assert sign(letter, person)
    raise Undone


def sign_or_undo(letter: Apology, person: User, undo: bool) -> Callable[[], None]:
    def act() -> None:
        if not undo:
            assert sign(letter, person)
            return
        with pytest.raises(Undone):
            sign_and_fail(letter, person)

    return alone(act)


def test_sixteen_sign_at_once_and_the_numbers_have_no_gaps(cast: Cast) -> None:
    people = deputies(cast)
    letters = [written(cast, f"A{n:02}") for n in range(3 * SIGNERS)]
    acts = [sign_or_undo(one, people[n % SIGNERS], n % 3 == 2) for n, one in enumerate(letters)]
    with ThreadPoolExecutor(SIGNERS) as pool:
        for done in [pool.submit(act) for act in acts]:
            done.result()
    signed = Apology.objects.filter(signed_at__isnull=False).order_by("number")
    numbers = list(signed.values_list("number", flat=True))
    assert numbers == list(range(1, 2 * SIGNERS + 1))
    assert ApologyRegister.objects.get().last_number == 2 * SIGNERS
    undone = Apology.objects.filter(signed_at__isnull=True)
    assert undone.count() == SIGNERS
    assert not undone.filter(number__isnull=False).exists()


def test_sixteen_sign_one_letter_and_it_is_signed_once(cast: Cast) -> None:
    people = deputies(cast)
    letter = written(cast)
    drafts = {
        person.pk: draft_letter(letter, Posting.objects.get(person=person), TODAY).sha256 for person in people
    }
    signed: list[bool] = []

    def act(person: User) -> Callable[[], None]:
        said: dict[str, Any] = {
            "sha256": drafts[person.pk],
            "password": PASSWORD,
            "revision": letter.revision,
        }

        def one() -> None:
            try:
                signed.append(sign_apology(apology=letter, **said, by=person, now=NOW))
            except Changed:  # it is signed already, so its words are no longer a draft
                signed.append(False)

        return alone(one)

    with ThreadPoolExecutor(SIGNERS) as pool:
        for done in [pool.submit(act(person)) for person in people]:
            done.result()
    assert sorted(signed) == [False] * (SIGNERS - 1) + [True]
    assert ApologyRegister.objects.get().last_number == 1
