"""Names and contacts that the apps below keep sealed, emptied once they have been kept long enough.

They are sealed under the application's keys, so dumps made before hold them until those keys are changed
(``manage.py rotate_keys``) and the old one is thrown away (ADR 0014).
"""

from datetime import date

from conduct.commitments.models import Beneficiary, Promise
from conduct.dossiers.models import Dossier

from ..models import Apology
from ..rules.erasing import DOSSIER_DAYS, HELP_DAYS, PROMISE_DAYS, settled_before

BATCH = 5000
# Stands in place of the contact of a promise: it still counts as one that somebody could have checked.
ERASED = b"erased"


def forget_people(today: date) -> dict[str, int]:
    """Empty what has been kept long enough; how many of each kind. Twice is once."""
    return {
        "promises": _forget_promises(today),
        "beneficiaries": _forget_beneficiaries(today),
        "dossiers": _forget_dossiers(today),
    }


def _forget_promises(today: date) -> int:
    old = Promise.objects.exclude(outcome=Promise.Outcome.OPEN).filter(
        ended_at__date__lte=settled_before(today, PROMISE_DAYS)
    )
    named = old.exclude(name_sealed=b"").update(name_sealed=b"")
    return named + old.exclude(contact_sealed__in=(b"", ERASED)).update(contact_sealed=ERASED)


def _forget_beneficiaries(today: date) -> int:
    old = Beneficiary.objects.filter(outcome_on__lte=settled_before(today, HELP_DAYS))
    return old.exclude(name_sealed=b"").update(name_sealed=b"")


def _forget_dossiers(today: date) -> int:
    """Unless a letter of apology has still to reach the citizen."""
    wanted = Apology.objects.exclude(state__in=(Apology.State.DELIVERED, Apology.State.DROPPED))
    old = (
        Dossier.objects.filter(finished_on__lte=settled_before(today, DOSSIER_DAYS))
        .exclude(sealed_name=b"", sealed_email=b"", sealed_phone=b"")
        .exclude(pk__in=wanted.filter(dossier__isnull=False).values("dossier_id"))
    )
    n_done = 0
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        n_done += Dossier.objects.filter(pk__in=ids).update(
            sealed_name=b"", sealed_email=b"", sealed_phone=b"", contact_mark=b""
        )
    return n_done
