"""Visits of the pages on which citizens write to an office and follow what they wrote."""

from conduct.feedback.models import Case
from conduct.feedback.services.righted import link_token
from tests.routes.objects import POST_ONLY, Visit, office, slug


def mailed() -> tuple[str, str]:
    """A link of the mail that asks whether a remark was put right."""
    case = Case.objects.order_by("-pk").first()
    return link_token(case) if case else "0.none", "partly"


VISITS: dict[tuple[str, int], Visit] = {
    ("feedback:mailbox", 0): Visit(""),
    ("feedback:write", 1): Visit("", slug),
    ("feedback:write_office", 1): Visit("", lambda: (office().code,)),
    ("feedback:follow", 0): Visit(""),
    ("feedback:follow_again", 0): Visit("", no_picture=POST_ONLY),
    ("feedback:reopen", 0): Visit("", no_picture=POST_ONLY),
    ("feedback:put_right", 0): Visit("", no_picture=POST_ONLY),
    ("feedback:put_right_by_mail", 2): Visit("", mailed, no_picture="opening it records an answer"),
    ("feedback:withdraw", 0): Visit("", no_picture=POST_ONLY),
    ("feedback:erase", 0): Visit("", no_picture=POST_ONLY),
    ("feedback:my_data", 0): Visit("", no_picture=POST_ONLY),
}
