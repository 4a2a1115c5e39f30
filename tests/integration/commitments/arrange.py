"""What the cast's office does together, as its apps would write it."""

from datetime import date

from conduct.commitments.models import Beneficiary, Undertaking
from conduct.commitments.services.undertakings import Entry, add_beneficiaries, open_undertaking
from tests.cast import Cast
from tests.factories import NOW

HOUSEHOLD = "Nguyễn Thị Hộ"


def help_a_household(cast: Cast) -> Beneficiary:
    """The commune's one-stop centre helps a household."""
    undertaking, _created = open_undertaking(
        agency=cast.commune, name="Giúp hộ nghèo", kind=Undertaking.Kind.POOR_HOUSEHOLD,
        starts_on=date(2026, 1, 5), by=cast.tam, now=NOW,
    )  # fmt: skip
    entry = Entry("H1", "Thôn 1", HOUSEHOLD, "Sửa mái nhà", cast.one_stop)
    add_beneficiaries(
        undertaking=undertaking, entries=[entry], starts_on=date(2026, 1, 5), by=cast.tam, now=NOW
    )
    return Beneficiary.objects.get(undertaking=undertaking)
