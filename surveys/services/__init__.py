"""The acts on citizens' voice: storing a response, keeping service points, loading questionnaires."""

from .points import change_point, close_point, create_point, open_point
from .questionnaires import QuestionnaireRefused, load_questionnaire, read_questionnaire
from .responses import store_response

__all__ = [
    "QuestionnaireRefused",
    "change_point",
    "close_point",
    "create_point",
    "load_questionnaire",
    "open_point",
    "read_questionnaire",
    "store_response",
]
