"""Whom a batch would invite, and in which strata: read for the preview and once more for the act."""

from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef

from conduct.agencies.models import Agency, Posting
from conduct.dossiers.models import Dossier
from conduct.kernel.months import Month
from conduct.kernel.sealing import Unreadable, unseal

from ..models import Invited
from ..rules.addresses import Address, read_address
from ..rules.strata import BUSY, Candidate, Cell, LeftOut, Partition, divide
from ..sms import sms_backend


@dataclass(frozen=True, slots=True)
class Line:
    """One stratum of a plan: its officer (empty: none), its people, those who came from finer ones."""

    cell: Cell
    officer: str
    n_people: int
    n_merged: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch would do with the dossiers that an agency finished in a month."""

    n_finished: int
    partition: Partition
    left_out: dict[str, int]

    @property
    def n_invited(self) -> int:
        """How many would be invited."""
        return sum(len(ids) for ids in self.partition.strata.values())


def plan_batch(agency: Agency, month: Month) -> Plan:
    """Every finished dossier of the month: in a stratum, or left out with a reason.

    A person with several dossiers is invited once, for the one finished last: a stratum counts people.
    """
    finished = Dossier.objects.filter(agency=agency, finished_on__range=(month.first, month.last))
    busy = Counter(finished.exclude(posting=None).values_list("posting_id", flat=True))
    known = Invited.objects.filter(dossier=OuterRef("pk"))
    rows = finished.annotate(known=Exists(known)).order_by("-finished_on", "-pk")
    n_finished, left_out, people, candidates = 0, Counter[str](), set[Address](), list[Candidate]()
    for one in rows.iterator():
        n_finished += 1
        if getattr(one, "known", False):
            left_out[LeftOut.INVITED] += 1
        elif (address := address_of(one)) is None:
            left_out[LeftOut.NO_ADDRESS] += 1
        elif address in people:
            left_out[LeftOut.SAME_PERSON] += 1
        else:
            people.add(address)
            candidates.append(Candidate(one.pk, one.procedure_group, one.posting_id))
    named = {posting_id for posting_id, n_done in busy.items() if posting_id and n_done >= BUSY}
    partition = divide(candidates, named)
    if partition.left_out:
        left_out[LeftOut.TOO_FEW] = len(partition.left_out)
    return Plan(n_finished, partition, dict(left_out))


def lines_of(plan: Plan) -> list[Line]:
    """The strata as the preview shows them."""
    ids = {cell.posting_id for cell in plan.partition.strata if cell.posting_id}
    people = {
        one.pk: one.person.full_name for one in Posting.objects.filter(pk__in=ids).select_related("person")
    }
    return [
        Line(cell, people.get(cell.posting_id, ""), len(dossiers), plan.partition.merged.get(cell, 0))
        for cell, dossiers in plan.partition.strata.items()
    ]


def address_of(dossier: Dossier) -> Address | None:
    """Where the applicant can be reached; None without an address, or when its seal cannot be opened."""
    try:
        email, phone = unseal(dossier.sealed_email), unseal(dossier.sealed_phone)
    except Unreadable:
        return None
    return read_address(email, phone, with_mail=has_mail(), with_phone=sms_backend() is not None)


def has_mail() -> bool:
    """Whether mail leaves. On a site in use the console does not count: it would write links into the log."""
    return not (settings.SECURE and settings.MAILERS["default"]["BACKEND"].endswith("console.EmailBackend"))
