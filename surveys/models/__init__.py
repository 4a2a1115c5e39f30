"""Citizens' voice: where they are asked, what they are asked, what they said."""

from .figures import MonthCount, MonthFigure
from .invitations import BatchQuerySet, InvitationBatch, Invited, SpentToken
from .points import (
    DeskDayMove,
    DeskOfficer,
    Kiosk,
    Reattribution,
    ReattributionUndone,
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
    TaggedComment,
)
from .rounds import Drawn, Round, RoundEntry, RoundQuerySet, RoundUnit
from .strata import Stratum

__all__ = [
    "BatchQuerySet",
    "CommentTag",
    "DeskDayMove",
    "DeskOfficer",
    "Drawn",
    "InvitationBatch",
    "Invited",
    "Kiosk",
    "MonthCount",
    "MonthFigure",
    "Poster",
    "PosterQuerySet",
    "Questionnaire",
    "QuestionnaireQuerySet",
    "Reattribution",
    "ReattributionUndone",
    "Redaction",
    "Response",
    "ResponseQuerySet",
    "Round",
    "RoundEntry",
    "RoundQuerySet",
    "RoundUnit",
    "ServicePoint",
    "ServicePointQuerySet",
    "SetAside",
    "SpentToken",
    "Stratum",
    "TaggedComment",
]
