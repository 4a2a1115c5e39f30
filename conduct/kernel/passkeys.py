"""Asking a passkey of a signed-in person to answer a challenge, on top of allauth's WebAuthn.

allauth asks only to sign in or to confirm the person; here the caller keeps the challenge, so that it can
belong to one act. The device must verify its owner (fingerprint, face or PIN).
"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from fido2.webauthn import UserVerificationRequirement


class NotAnswered(Exception):
    """The answer is not that of a passkey of this person to this challenge."""


def passkeys_of(person: Any) -> Any:
    """The registered passkeys and security keys of a person (or of an OuterRef to one), as a queryset."""
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)


def ask_passkey(person: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the browser is told, and the challenge to keep until it answers. Both can be written as JSON."""
    options, state = auth.get_server().authenticate_begin(
        credentials=auth.get_credentials(person), user_verification=UserVerificationRequirement.REQUIRED
    )
    return dict(options), {name: str(value) for name, value in state.items()}


def check_answer(person: Any, state: dict[str, Any], credential: Any) -> None:
    """Raise NotAnswered unless a passkey of the person answered this challenge; notes that it was used."""
    try:
        answer = auth.parse_authentication_response(credential)
        known = auth.get_server().authenticate_complete(state, auth.get_credentials(person), answer)
    except Exception as error:  # whatever a forged answer makes the parser stumble over
        raise NotAnswered from error
    authenticator = auth.get_authenticator_by_credential_id(person, known.credential_id)
    if authenticator is None:
        raise NotAnswered
    authenticator.record_usage()
