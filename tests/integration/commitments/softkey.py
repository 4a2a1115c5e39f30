"""A passkey in software: what an authenticator and a browser do together."""

import hashlib
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from conduct.agencies.models import User

FLAG = AuthenticatorData.FLAG


@dataclass
class SoftKey:
    """A key pair for one site, which registers itself and answers challenges."""

    site: str = "testserver"
    secret: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: token_bytes(16))

    def register(self, person: User) -> Authenticator:
        """Store the public half as allauth's page does."""
        public = ES256.from_cryptography_key(self.secret.public_key())
        known = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, public)
        data = AuthenticatorData.create(self._site_hash, FLAG.UP | FLAG.UV | FLAG.AT, 0, known)
        client = CollectedClientData.create("webauthn.create", token_bytes(32), f"https://{self.site}")
        credential = {
            **self._identity,
            "response": {
                "clientDataJSON": websafe_encode(client),
                "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            },
            "clientExtensionResults": {},
        }
        return Authenticator.objects.create(
            user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Khóa thử", "credential": credential}
        )

    def answer(self, options: dict[str, Any], *, verified: bool = True, site: str = "") -> dict[str, Any]:
        """What the browser sends after the owner was (not) verified."""
        client = CollectedClientData.create(
            "webauthn.get", options["publicKey"]["challenge"], f"https://{self.site}"
        )
        site_hash = hashlib.sha256(site.encode()).digest() if site else self._site_hash
        data = AuthenticatorData.create(site_hash, FLAG.UP | (FLAG.UV if verified else FLAG(0)), 1)
        signature = self.secret.sign(data + client.hash, ec.ECDSA(SHA256()))
        return {
            **self._identity,
            "response": {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": None,
            },
            "clientExtensionResults": {},
        }

    @property
    def _site_hash(self) -> bytes:
        return hashlib.sha256(self.site.encode()).digest()

    @property
    def _identity(self) -> dict[str, str]:
        name = websafe_encode(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key"}
