"""Who enters what was signed on paper, and who reads the scan."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused, reach_ids

from ..models import SignedSheet
from .campaigns import OPENING, naming_ids


def check_can_enter_paper(user: User, agency_ids: Iterable[int], on: date) -> set[int]:
    """Those of these agencies whose head or administrator the person is (also from above); else Refused."""
    if entering := reach_ids(user, on, *OPENING).intersection(agency_ids):
        return entering
    raise Refused(_("Pledges signed on paper are entered by the head or the administrator of the office."))


def may_read_scan(user: User, sheet: SignedSheet, on: date) -> bool:
    """Whether the person may see every name on the sheet."""
    agencies = set(sheet.pledges.values_list("posting__agency_id", flat=True))
    return bool(agencies) and agencies <= naming_ids(user, on)
