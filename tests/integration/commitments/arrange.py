"""What the cast's office does together, as its apps would write it."""

from datetime import date
from uuid import uuid4

from conduct.commitments.models import Beneficiary, SavingsPlan, Undertaking
from conduct.commitments.services.contributions import enter_contributions, open_savings_plan
from conduct.commitments.services.undertakings import Entry, add_beneficiaries, open_undertaking
from conduct.kernel.months import Month
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


def save_together(cast: Cast) -> SavingsPlan:
    """The commune's plan of 2026; Lan gave 30.000 đồng in October."""
    plan, _created = open_savings_plan(
        agency=cast.commune, year=2026, purpose="Giúp trẻ em nghèo, nạn nhân chất độc da cam",
        rates={"cong_chuc": 30_000, "hop_dong": 15_000}, by=cast.tam, now=NOW,
    )  # fmt: skip
    enter_contributions(
        plan=plan, month=Month(2026, 10), amounts={cast.lan.pk: 30_000}, batch=uuid4(), by=cast.yen, now=NOW
    )
    return plan
