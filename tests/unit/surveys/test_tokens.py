"""Tokens of invitations: made again alike with the secret, never without, and only by us."""

import base64

from hypothesis import example, given
from hypothesis import strategies as st

from surveys.rules.tokens import (
    N_LETTERS,
    Token,
    hash_secret,
    hash_token,
    make_token,
    read_token,
    write_token,
)

SECRET, OTHER = "application key", "another key"
BATCH_SECRET = b"s" * 32


def token(**fields: int) -> Token:
    values = {"batch_id": 7, "stratum_id": 3, "dossier_id": 11, **fields}
    return make_token(**values, batch_secret=BATCH_SECRET)


def test_a_token_is_read_as_it_was_written() -> None:
    text = write_token(token(), SECRET)
    assert len(text) == N_LETTERS == 64
    assert read_token(text, SECRET) == token()


def test_the_same_dossier_has_the_same_token_and_no_other_has_it() -> None:
    assert token() == token()
    assert len({token(dossier_id=pk).chance for pk in range(1000)}) == 1000


def test_without_the_secret_of_the_batch_the_token_is_another() -> None:
    again = make_token(batch_id=7, stratum_id=3, dossier_id=11, batch_secret=b"t" * 32)
    assert again.chance != token().chance
    assert hash_secret(b"t" * 32) != hash_secret(BATCH_SECRET)


def test_a_token_says_nothing_of_its_dossier() -> None:
    assert b"11" not in token().body
    assert (11).to_bytes(8) not in token().body


def test_parts_of_two_tokens_make_none() -> None:
    """The batch of one with the chance of another, a stratum of one's own choosing: the proof fails."""
    mine, yours = token(), token(batch_id=8, stratum_id=4, dossier_id=12)
    for mixed in (
        Token(yours.batch_id, mine.stratum_id, mine.chance),
        Token(mine.batch_id, yours.stratum_id, mine.chance),
        Token(mine.batch_id, mine.stratum_id, yours.chance),
    ):
        proof = base64.urlsafe_b64decode(write_token(mine, SECRET))[-16:]
        forged = base64.urlsafe_b64encode(mixed.body + proof).decode()
        assert read_token(forged, SECRET) is None


def test_a_token_of_another_site_is_none() -> None:
    assert read_token(write_token(token(), OTHER), SECRET) is None


@given(st.integers(0, 63), st.sampled_from("ABCxyz019-_"))
def test_no_changed_letter_passes(place: int, letter: str) -> None:
    text = write_token(token(), SECRET)
    changed = text[:place] + letter + text[place + 1 :]
    assert (read_token(changed, SECRET) is None) == (changed != text)


@given(st.text(max_size=80))
@example("A" * 64)
@example("=" * 64)
@example("\N{ARABIC-INDIC DIGIT ONE}" * 64)
@example("+" * 64)
def test_whatever_is_typed_is_no_token(text: str) -> None:
    assert read_token(text, SECRET) is None


def test_the_hash_is_of_the_body_alone() -> None:
    """Whoever changes the application's key does not make spent tokens unspent."""
    assert hash_token(token()) == hash_token(token())
    assert len(hash_token(token())) == 64
