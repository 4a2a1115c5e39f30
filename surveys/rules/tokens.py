"""Tokens of invitations: what a link carries, made again without having been kept (ADR 0012). Pure."""

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass

# Batch and stratum, 128 bits that nobody can guess, and the proof that we wrote them: 48 bytes, 64 letters.
_BODY = struct.Struct(">QQ16s")
_PROOF = 16
N_LETTERS = (_BODY.size + _PROOF) * 4 // 3
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Token:
    """An invitation as its link carries it: the batch and stratum it belongs to, and nothing of a dossier."""

    batch_id: int
    stratum_id: int
    chance: bytes

    @property
    def body(self) -> bytes:
        """What the proof is about."""
        return _BODY.pack(self.batch_id, self.stratum_id, self.chance)


def make_token(*, batch_id: int, stratum_id: int, dossier_id: int, batch_secret: bytes) -> Token:
    """The token of a dossier, the same each time; without the secret of the batch it is 128 random bits."""
    chance = hmac.digest(batch_secret, b"surveys.invitation:%d" % dossier_id, hashlib.sha256)[:16]
    return Token(batch_id, stratum_id, chance)


def write_token(token: Token, secret: str) -> str:
    """The letters of the link."""
    return base64.urlsafe_b64encode(token.body + _proof(token.body, secret)).decode()


def read_token(text: str, secret: str) -> Token | None:
    """The token of a link; None when it was forged, damaged or cut off. No database is asked."""
    if len(text) != N_LETTERS or not text.isascii():
        return None
    try:
        read = base64.b64decode(text, altchars=b"-_", validate=True)
    except ValueError:
        return None
    body, proof = read[: _BODY.size], read[_BODY.size :]
    if not hmac.compare_digest(proof, _proof(body, secret)):
        return None
    return Token(*_BODY.unpack(body))


def hash_token(token: Token) -> str:
    """What is kept of a token that was used."""
    return hashlib.sha256(token.body).hexdigest()


def hash_secret(batch_secret: bytes) -> str:
    """By what a secret is known again; it cannot be found from it."""
    return hashlib.sha256(b"surveys.batch:" + batch_secret).hexdigest()


def _proof(body: bytes, secret: str) -> bytes:
    return hmac.digest(f"surveys.token:{secret}".encode(), body, hashlib.sha256)[:_PROOF]
