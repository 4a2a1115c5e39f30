"""Visits of the inbox."""

from conduct.notices.models import Notice
from tests.routes.objects import LEADS_ON, POST_ONLY, Arguments, Visit


def notice() -> Arguments:
    """A line of Lan's inbox."""
    return (Notice.objects.filter(recipient__username="lan").order_by("-pk")[0].pk,)


VISITS: dict[tuple[str, int], Visit] = {
    ("notices:inbox", 0): Visit("lan", also=("tam",)),
    ("notices:open", 1): Visit("lan", notice, LEADS_ON),
    ("notices:read_all", 0): Visit("lan", no_picture=POST_ONLY),
    ("notices:choose_mail", 0): Visit("lan", no_picture=POST_ONLY),
}
