"""Lan's objects, and what a visit is. The objects belong to Lan and her office, by the cast's user names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from conduct.agencies.models import Agency, Posting, RoleGrant
from conduct.agencies.tree import lineage_ids, office_of
from conduct.commitments.models import Campaign, Promise
from conduct.judgements.models import JudgementSheet
from conduct.kernel.months import Month
from conduct.scores.models import PersonScore
from models_catalog.models import Adoption
from surveys.models import ServicePoint

type Arguments = tuple[Any, ...]


@dataclass(frozen=True)
class Visit:
    """Who looks at a page (empty: a citizen), and with which object of Lan's."""

    who: str = "lan"
    arguments: Callable[[], Arguments] = tuple
    no_picture: str = ""
    """Why there is nothing to look at: it takes POST only, leads on, or gives a file."""
    also: tuple[str, ...] = ()
    """Further readers, to whom the page looks different."""


def lan() -> Posting:
    """Lan's main posting."""
    return Posting.objects.select_related("person", "agency").get(
        person__username="lan", is_main=True, ends_on=None
    )


def office() -> Agency:
    """The office that keeps Lan's months."""
    posting = lan()
    return office_of(posting.agency, posting.starts_on)


def sheet() -> JudgementSheet:
    """Lan's newest judgement."""
    return JudgementSheet.objects.filter(posting=lan()).order_by("-month", "-pk")[0]


def month() -> Month:
    """The month of Lan's newest judgement."""
    return Month.of(sheet().month)


def scored_month() -> Month:
    """The newest month for which Lan has a closed score, else that of her newest judgement."""
    scored = PersonScore.objects.filter(posting=lan()).order_by("-month")
    days: list[date] = list(scored.values_list("month", flat=True).distinct()[:2])
    return Month.of(days[-1]) if days else month()


def adoption() -> Adoption:
    """The model under which Lan is judged."""
    return sheet().adoption


def campaign() -> Campaign:
    """A campaign that asks Lan to sign."""
    posting = lan()
    above = lineage_ids(posting.agency_id, posting.starts_on)
    return Campaign.objects.filter(agency_id__in=above).order_by("-year", "pk")[0]


def promise(*outcomes: str) -> Promise:
    """Lan's newest promise that stands so, of a month that is not closed; any without outcomes."""
    mine = Promise.objects.filter(posting=lan(), withdrawal_asked_at=None)
    return mine.filter(outcome__in=outcomes or Promise.Outcome.values).order_by("-due_at", "-pk")[0]


def asked_promise() -> Promise:
    """A promise in Lan's agency whose withdrawal waits for a second person."""
    asked = Promise.objects.filter(posting__agency=lan().agency, withdrawal_asked_at__isnull=False)
    return asked.exclude(posting__person__username="minh").order_by("-due_at", "-pk")[0]


def point() -> ServicePoint:
    """A service point of Lan's office that asks citizens."""
    return ServicePoint.objects.filter(agency=lan().agency, is_open=True).order_by("pk")[0]


def role() -> RoleGrant:
    """Minh's role over Lan."""
    return RoleGrant.objects.filter(person__username="minh").order_by("pk")[0]


def code() -> Arguments:
    return (office().code,)


def person() -> Arguments:
    return (lan().person_id,)


def posting() -> Arguments:
    return (lan().pk,)


def point_id() -> Arguments:
    return (point().pk,)


def slug() -> Arguments:
    return (point().slug,)


def judged() -> Arguments:
    return (month(), lan().pk, adoption().pk)


def model() -> Arguments:
    return (adoption().version.model.key,)


POST_ONLY, LEADS_ON, A_FILE = "takes POST only", "leads on to another page", "gives a file"
