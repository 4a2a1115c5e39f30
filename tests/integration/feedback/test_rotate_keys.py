"""Changing the keys: afterwards the new key alone opens all that is sealed, and the old one nothing."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.commitments.models import Promise
from conduct.feedback.models import Apology, Case, Contact
from conduct.feedback.services.contacts import read_contact
from conduct.feedback.services.reading import read_sealed
from conduct.feedback.services.rotation import IN_VAULT, rotate_keys, sealed_columns
from conduct.kernel.sealing import Unreadable, seal, unseal
from tests.cast import Cast
from tests.factories import DAY, NOW
from tests.integration.commitments.promising import CONTACT as PROMISED_TO
from tests.integration.commitments.promising import promises_of
from tests.integration.feedback.arrange import WORDS
from tests.integration.feedback.writing import CONTACT, NAME, make_desk, written

pytestmark = pytest.mark.django_db
LETTER = "Kính gửi bà Trương Mỹ Kiều"


@pytest.fixture
def sealed(client: Client, cast: Cast, consent_texts: None, settings: Any) -> Case:
    """A case with its contact, promises, and a signed letter, all under the first key."""
    settings.PRIVATE_KEYS = ["the first key of all"]
    make_desk(cast)
    promises_of(cast.lan_posting, NOW)
    case, _code = written(client, **CONTACT)
    Apology.objects.create(
        office=cast.commune, kind="conduct", case=case, owed_on=DAY, due_on=DAY, state="signed",
        sealed_letter=seal(LETTER), number=1, year=2026, signed_by=cast.tam, signed_at=NOW,
    )  # fmt: skip
    return case


def opens_everything(case: Case) -> bool:
    case = Case.objects.get(pk=case.pk)
    known = read_contact(case)
    try:
        contacts = {unseal(promise.contact_sealed) for promise in Promise.objects.all()}
        letter = unseal(Apology.objects.get().sealed_letter)
    except Unreadable:
        return False
    return (
        read_sealed(case, case.sealed_text) == WORDS
        and known is not None
        and known.name == NAME
        and PROMISED_TO in contacts
        and letter == LETTER
    )


def test_the_registry_finds_every_sealed_column() -> None:
    found = {f"{model._meta.label}.{field}" for model, field in sealed_columns()}
    assert {
        "commitments.Promise.name_sealed", "commitments.Promise.contact_sealed",
        "commitments.Beneficiary.name_sealed", "dossiers.Dossier.sealed_name",
        "dossiers.Dossier.sealed_email", "dossiers.Dossier.sealed_phone", "feedback.Apology.sealed_letter",
    } <= found  # fmt: skip
    assert not [name for name in found if name.startswith(tuple(model._meta.label for model in IN_VAULT))]


def test_after_a_rotation_the_new_key_alone_is_enough(
    sealed: Case, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.PRIVATE_KEYS = ["a new key", "the first key of all"]
    assert opens_everything(sealed)
    call_command("rotate_keys")
    said = capsys.readouterr().out
    assert "vault: 2 sealed anew, 0 were so already" in said
    assert "feedback.Apology.sealed_letter: 1 sealed anew" in said
    settings.PRIVATE_KEYS = ["a new key"]
    assert opens_everything(sealed)
    settings.PRIVATE_KEYS = ["the first key of all"]
    assert not opens_everything(sealed)
    trail = AuditEvent.objects.get(act="feedback.rotate_keys")
    assert trail.data["vault"] == [2, 0, 0]


def test_a_second_run_has_nothing_left_to_do(sealed: Case, settings: Any) -> None:
    settings.PRIVATE_KEYS = ["a new key", "the first key of all"]
    first = list(rotate_keys(by=None, now=NOW))
    second = list(rotate_keys(by=None, now=NOW))
    assert sum(turned.n_new for turned in first) > 4
    assert sum(turned.n_new for turned in second) == 0
    assert sum(turned.n_same for turned in second) == sum(turned.n_new for turned in first)


def test_an_interrupted_run_loses_nothing_and_is_resumed(sealed: Case, settings: Any) -> None:
    settings.PRIVATE_KEYS = ["a new key", "the first key of all"]
    next(rotate_keys(by=None, now=NOW))
    assert opens_everything(sealed)
    list(rotate_keys(by=None, now=NOW))
    settings.PRIVATE_KEYS = ["a new key"]
    assert opens_everything(sealed)


def test_what_no_key_opens_is_told_and_left(sealed: Case, settings: Any) -> None:
    settings.PRIVATE_KEYS = ["a new key"]
    with pytest.raises(CommandError, match="keep the old keys"):
        call_command("rotate_keys", stdout=StringIO())
    settings.PRIVATE_KEYS = ["the first key of all"]
    assert opens_everything(sealed)


def test_an_erased_contact_is_neither_turned_nor_lost(sealed: Case, settings: Any) -> None:
    from conduct.feedback.services.retention import ERASED

    Promise.objects.update(contact_sealed=ERASED)
    Contact.objects.all().delete()
    settings.PRIVATE_KEYS = ["a new key", "the first key of all"]
    turned = {one.what: one for one in rotate_keys(by=None, now=NOW)}
    assert turned["commitments.Promise.contact_sealed"].n_lost == 0
    assert turned["commitments.Promise.contact_sealed"].n_new == 0
