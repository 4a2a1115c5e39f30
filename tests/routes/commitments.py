"""Visits of commitments."""

from conduct.commitments.models import Pledge
from tests.routes.objects import Visit, campaign, lan

VISITS: dict[tuple[str, int], Visit] = {
    ("commitments:campaigns", 0): Visit("tam", also=("lan",)),
    ("commitments:open_campaign", 0): Visit("tam"),
    ("commitments:campaign", 1): Visit("tam", lambda: (campaign().pk,)),
    ("commitments:sign", 2): Visit("lan", lambda: (campaign().pk, lan().pk)),
    ("commitments:pledge", 1): Visit("lan", lambda: (Pledge.objects.filter(posting=lan())[0].pk,)),
}
