"""Citizens' voice: where they are asked, what they are asked, what they said."""

from .invitations import BatchQuerySet, InvitationBatch, Invited, SpentToken
from .points import (
    DeskDayMove,
    DeskOfficer,
    Kiosk,
    Reattribution,
    ServicePoint,
    ServicePointQuerySet,
)
from .posters import Poster, PosterQuerySet
from .questionnaires import Questionnaire, QuestionnaireQuerySet
from .responses import (
    CommentTag,
    Redaction,
    Response,
    ResponseQuerySet,
    SetAside,
    Stratum,
    TaggedComment,
)
from .rounds import Round, RoundQuerySet, RoundUnit

__all__ = [
    "BatchQuerySet",
    "CommentTag",
    "DeskDayMove",
    "DeskOfficer",
    "InvitationBatch",
    "Invited",
    "Kiosk",
    "Poster",
    "PosterQuerySet",
    "Questionnaire",
    "QuestionnaireQuerySet",
    "Reattribution",
    "Redaction",
    "Response",
    "ResponseQuerySet",
    "Round",
    "RoundQuerySet",
    "RoundUnit",
    "ServicePoint",
    "ServicePointQuerySet",
    "SetAside",
    "SpentToken",
    "Stratum",
    "TaggedComment",
]
