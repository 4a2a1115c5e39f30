"""Visits of commitments."""

from conduct.agencies.models import Posting
from conduct.commitments.models import NotSigning, Pledge
from tests.routes.objects import A_FILE, Visit, campaign, lan, office

def posting_of(username: str) -> int:
    """The main posting of one of the cast."""
    return Posting.objects.get(person__username=username, is_main=True, ends_on=None).pk


def excuse() -> tuple[int]:
    """Somebody who is excused from signing in Lan's office."""
    excused = NotSigning.objects.filter(campaign__agency=office(), kind=NotSigning.Kind.EXCUSED)
    return (excused.filter(withdrawn_at=None).order_by("-pk")[0].pk,)


VISITS: dict[tuple[str, int], Visit] = {
    ("commitments:campaigns", 0): Visit("tam", also=("lan",)),
    ("commitments:open_campaign", 0): Visit("tam"),
    ("commitments:campaign", 1): Visit("tam", lambda: (campaign().pk,), also=("lan",)),
    ("commitments:campaign_office", 2): Visit("tam", lambda: (campaign().pk, lan().agency.code)),
    ("commitments:export_campaign", 1): Visit("tam", lambda: (campaign().pk,), no_picture=A_FILE),
    ("commitments:excuse", 1): Visit("tam", lambda: (campaign().pk,)),
    ("commitments:withdraw_excuse", 1): Visit("tam", excuse),
    ("commitments:decline", 2): Visit("quan", lambda: (campaign().pk, posting_of("quan"))),
    ("commitments:sign", 2): Visit("lan", lambda: (campaign().pk, lan().pk)),
    ("commitments:pledge", 1): Visit("lan", lambda: (Pledge.objects.filter(posting=lan())[0].pk,)),
}
