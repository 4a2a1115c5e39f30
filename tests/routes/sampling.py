"""Visits of invitations after a dossier and of survey rounds."""

from django.conf import settings
from django.db.models import F

from surveys.models import InvitationBatch, Invited, RoundUnit
from surveys.rules.tokens import Token, write_token
from tests.routes.objects import A_FILE, POST_ONLY, Visit, lan, office


def batch() -> InvitationBatch:
    """The batch of Lan's office whose links work longest."""
    mine = InvitationBatch.objects.filter(agency__in=(office(), lan().agency))
    return mine.order_by("-expires_on", "-pk")[0]


def batch_id() -> tuple[int]:
    return (batch().pk,)


def token() -> tuple[str]:
    """An invitation of that batch that nobody has used."""
    stratum_id = Invited.objects.filter(batch=batch()).order_by("pk")[0].stratum_id
    return (write_token(Token(batch().pk, stratum_id, b"a visit of shots"), settings.SECRET_KEY),)


def unit(*, is_closed: bool = False) -> RoundUnit:
    """Lan's office, or a part of it, in a survey round; an open one, unless the result is wanted."""
    mine = RoundUnit.objects.filter(agency__in=(office(), lan().agency))
    closed_at = F("round__closed_at")
    order = closed_at.asc(nulls_last=True) if is_closed else closed_at.desc(nulls_first=True)
    return mine.order_by(order, "pk")[0]


def round_id() -> tuple[int]:
    return (unit().round_id,)


def unit_id() -> tuple[int, int]:
    return (unit().round_id, unit().pk)


def closed_round_id() -> tuple[int]:
    """A closed round where there is one: its result is open."""
    return (unit(is_closed=True).round_id,)


VISITS: dict[tuple[str, int], Visit] = {
    ("surveys:invited", 1): Visit("", token),
    ("surveys:invited_thanks", 0): Visit(""),
    ("surveys:invitations", 0): Visit("quan"),
    ("surveys:invitations_xlsx", 0): Visit("quan", no_picture=A_FILE),
    ("surveys:new_batch", 0): Visit("quan"),
    ("surveys:batch", 1): Visit("quan", batch_id),
    ("surveys:remind_batch", 1): Visit("quan", batch_id, no_picture=POST_ONLY),
    ("surveys:rounds", 0): Visit("quan", also=("lan",)),
    ("surveys:rounds_xlsx", 0): Visit("quan", no_picture=A_FILE),
    ("surveys:new_round", 0): Visit("quan"),
    ("surveys:round", 1): Visit("quan", round_id, also=("lan",)),
    ("surveys:round_xlsx", 1): Visit("quan", round_id, no_picture=A_FILE),
    ("surveys:close_round", 1): Visit("quan", round_id, no_picture=POST_ONLY),
    ("surveys:round_result", 1): Visit("tam", closed_round_id),
    ("surveys:round_result_xlsx", 1): Visit("tam", closed_round_id, no_picture=A_FILE),
    ("surveys:round_unit", 2): Visit("quan", unit_id),
    ("surveys:draw_sample", 2): Visit("quan", unit_id, no_picture=POST_ONLY),
    ("surveys:round_sheet", 2): Visit("quan", unit_id, no_picture=A_FILE),
    ("surveys:enter_round_answer", 2): Visit("quan", unit_id),
}
