"""Keys of cases: what they seal, that a destroyed one never comes back, and changing the keys above them."""

import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from conduct.kernel import sealing, vault
from conduct.kernel.sealing import Unreadable

WORDS = "Chị Tư bán bún, số 0912 345 678"


@pytest.fixture(autouse=True)
def own_vault(settings: Any, tmp_path: Path) -> Path:
    """A vault of this test's own."""
    settings.KEY_ROOT = tmp_path / "keys"
    settings.PRIVATE_KEYS = ["key number one"]
    root: Path = settings.KEY_ROOT
    return root


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


@given(st.text())
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_every_text_comes_back(text: str) -> None:
    if any(0xD800 <= ord(sign) < 0xE000 for sign in text):
        return
    key = vault.new_key()
    assert vault.unseal_with(key, vault.seal_with(key, text)) == text


def test_empty_stays_empty_and_two_seals_differ() -> None:
    key = vault.new_key()
    assert vault.seal_with(key, "") == b""
    assert vault.unseal_with(key, b"") == ""
    assert vault.seal_with(key, WORDS) != vault.seal_with(key, WORDS)


def test_another_key_opens_nothing() -> None:
    sealed = vault.seal_with(vault.new_key(), WORDS)
    with pytest.raises(Unreadable):
        vault.unseal_with(vault.new_key(), sealed)


@pytest.mark.parametrize("key_id", ["", "../../etc/passwd", "A" * 32, "a" * 31, "a" * 33, "a" * 31 + "/"])
def test_a_name_that_is_none_leads_to_no_file(key_id: str) -> None:
    for act in (lambda: vault.seal_with(key_id, WORDS), lambda: vault.destroy_key(key_id)):
        with pytest.raises(Unreadable):
            act()


def test_keys_lie_sealed_and_for_this_account_alone(own_vault: Path) -> None:
    key = vault.new_key()
    (path,) = files(own_vault)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (own_vault, path.parent)} == {0o700}
    with pytest.raises(ValueError, match="Fernet key"):
        Fernet(path.read_bytes())
    assert list(vault.key_ids()) == [key]


def test_a_destroyed_key_is_gone_and_leaves_an_empty_mark(own_vault: Path) -> None:
    key, other = vault.new_key(), vault.new_key()
    sealed = vault.seal_with(key, WORDS)
    assert vault.destroy_key(key)
    assert not vault.destroy_key(key)
    assert list(vault.destroyed_ids()) == [key]
    for act in (lambda: vault.unseal_with(key, sealed), lambda: vault.seal_with(key, "mới")):
        with pytest.raises(Unreadable):
            act()
    assert list(vault.key_ids()) == [other]
    assert [path.read_bytes() for path in files(own_vault) if key in path.name] == [b""]


def test_a_second_name_of_the_file_holds_nothing_either(own_vault: Path) -> None:
    """A hard link stands for what a disk may keep: the bytes were overwritten, not only unlinked."""
    key = vault.new_key()
    (path,) = files(own_vault)
    before = path.read_bytes()
    (own_vault / "kept").hardlink_to(path)
    vault.destroy_key(key)
    after = (own_vault / "kept").read_bytes()
    assert len(after) == len(before)
    assert after != before
    with pytest.raises(Unreadable):
        sealing.unseal(after)


def test_rewrapping_moves_a_key_under_the_first_of_the_keys(settings: Any) -> None:
    key = vault.new_key()
    sealed = vault.seal_with(key, WORDS)
    assert not vault.rewrap_key(key)

    settings.PRIVATE_KEYS = ["key number two", "key number one"]
    assert vault.unseal_with(key, sealed) == WORDS
    assert vault.rewrap_key(key)
    assert not vault.rewrap_key(key)

    settings.PRIVATE_KEYS = ["key number two"]
    assert vault.unseal_with(key, sealed) == WORDS
    settings.PRIVATE_KEYS = ["key number one"]
    with pytest.raises(Unreadable):
        vault.unseal_with(key, sealed)


def test_rewrapping_needs_the_key_above(settings: Any) -> None:
    key = vault.new_key()
    settings.PRIVATE_KEYS = ["another key"]
    with pytest.raises(Unreadable):
        vault.rewrap_key(key)


def test_a_destroyed_key_does_not_come_back_by_rewrapping(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is destroyed while another process seals it anew: it waits, then destroys the new file too."""
    key = vault.new_key()
    settings.PRIVATE_KEYS = ["key number two", "key number one"]
    destroyer = threading.Thread(target=vault.destroy_key, args=(key,))
    sealed_again = sealing.seal

    def slow(text: str) -> bytes:
        destroyer.start()
        destroyer.join(0.3)
        assert destroyer.is_alive(), "it did not wait for the lock"
        return sealed_again(text)

    monkeypatch.setattr(vault, "seal", slow)
    assert vault.rewrap_key(key)
    destroyer.join(5)
    assert list(vault.key_ids()) == []
    assert not vault.rewrap_key(key)
