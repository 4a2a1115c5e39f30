"""What-if: a draft scheme run over past months. Evidence is read as the roll-up does; no score is written."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Period, User
from conduct.agencies.permissions import Refused
from conduct.agencies.tallies import tally_offices
from conduct.audit.services import record
from conduct.kernel.months import Month

from ..models import AgencyCount, AgencyScore, PersonScore, Scheme, WhatIf
from ..permissions import check_can_draft
from ..rules import scheme as rules
from ..rules.evidence import Component, Count, Occurrences, Person
from ..rules.office import score_office
from ..rules.person import score_person
from ..rules.what_if import Pair, Summary
from .evidence import OPEN, POSTINGS, gather

logger = logging.getLogger(__name__)
State = WhatIf.State

LEASE = timedelta(minutes=3)  # renewed with every office
MAX_TRIES = 3
MAX_MONTHS = 12
KEPT_FOR = timedelta(days=7)


@transaction.atomic
def draft_scheme(*, base: Scheme, keeper: Agency, name: str, by: User, now: datetime) -> Scheme:
    """A copy of a scheme to be changed, kept by an agency. Raises Refused."""
    check_can_draft(by, keeper, timezone.localdate(now))
    draft = Scheme.objects.create(
        code=f"nhap-{uuid4().hex[:12]}", number=1, name=name, legal_basis=base.legal_basis,
        valid_from=base.valid_from, document=base.document, state=Scheme.State.DRAFT, keeper=keeper,
        based_on=base, made_by=by, changed_at=now,
    )  # fmt: skip
    record(act="scores.draft_scheme", by=by, obj=draft, agency=keeper, now=now, data={"base": base.pk})
    return draft


class SchemeChanged(Exception):
    """Somebody else has saved the draft in between."""


@transaction.atomic
def change_scheme(
    *, draft: Scheme, revision: int, name: str, document: dict[str, object], by: User, now: datetime
) -> Scheme:
    """Save a draft. Raises Refused, SchemeChanged, or SchemeError when the rules do not hold together."""
    held = Scheme.objects.select_for_update(of=("self",)).select_related("keeper").get(pk=draft.pk)
    if held.state != Scheme.State.DRAFT or held.keeper is None:
        raise Refused(_("A published scheme never changes; make a draft of it."))
    check_can_draft(by, held.keeper, timezone.localdate(now))
    if held.revision != revision:
        raise SchemeChanged
    rules.parse_scheme(document)
    held.name, held.document, held.changed_at = name, document, now
    held.revision += 1
    held.save(update_fields=["name", "document", "changed_at", "revision"])
    record(
        act="scores.change_scheme", by=by, obj=held, agency=held.keeper, now=now,
        data={"revision": held.revision},
    )  # fmt: skip
    return held


def request_what_if(
    *, draft: Scheme, root: Agency, first: Month, last: Month, by: User, now: datetime
) -> WhatIf:
    """Ask for a draft to be run over an agency's subtree and some months. Raises Refused."""
    if draft.keeper is None:
        raise Refused(_("Only a draft is tried out."))
    today = timezone.localdate(now)
    check_can_draft(by, draft.keeper, today)
    check_can_draft(by, root, today)
    if last < first or last.first > today:
        raise Refused(_("Choose months that have begun, the earlier one first."))
    if len(list(first.until(last))) > MAX_MONTHS:
        raise Refused(_("At most %(n)s months at a time.") % {"n": MAX_MONTHS})
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # a second click waits here
        known = WhatIf.objects.filter(
            scheme=draft, document=draft.document, root=root, first_month=first.first, last_month=last.first,
            asked_by=by, state__in=(State.WAITING, State.RUNNING),
        ).first()  # fmt: skip
        if known is not None:
            return known
        asked = WhatIf.objects.create(
            scheme=draft, document=draft.document, root=root, first_month=first.first, last_month=last.first,
            asked_by=by, asked_at=now, expires_at=now + KEPT_FOR,
        )  # fmt: skip
        record(
            act="scores.request_what_if", by=by, obj=draft, agency=root, now=now,
            data={"what_if": asked.pk, "first": str(first), "last": str(last)},
        )  # fmt: skip
    return asked


def _free(now: datetime) -> Q:
    return Q(state=State.WAITING) | Q(state=State.RUNNING, lease_until__lt=now)


def run_what_if(*, what_if_id: int, worker: str, clock: Callable[[], datetime]) -> bool:
    """Claim a request and work it out; returns whether this call finished it.

    An error leaves it to the sweep, the third one ends it. Whoever loses the lease in between writes nothing.
    """
    claimed = WhatIf.objects.filter(_free(clock()), pk=what_if_id, n_tries__lt=MAX_TRIES).update(
        state=State.RUNNING, worker=worker, lease_until=clock() + LEASE, n_tries=F("n_tries") + 1, n_done=0
    )
    if not claimed:
        return False
    asked = WhatIf.objects.select_related("root").get(pk=what_if_id)
    try:
        result = _work_out(asked, worker, clock)
    except Exception as error:
        logger.exception("The trial %s could not be worked out", what_if_id)
        is_last = asked.n_tries >= MAX_TRIES
        _mine(asked, worker).update(
            state=State.FAILED if is_last else State.WAITING, error=type(error).__name__, lease_until=None,
            finished_at=clock() if is_last else None,
        )  # fmt: skip
        return False
    return bool(
        _mine(asked, worker).update(
            state=State.DONE,
            result=result,
            n_done=F("n_all"),
            finished_at=clock(),
            lease_until=None,
            error="",
        )
    )


def _mine(asked: WhatIf, worker: str) -> QuerySet[WhatIf]:
    return WhatIf.objects.filter(pk=asked.pk, worker=worker, state=State.RUNNING)


def _work_out(asked: WhatIf, worker: str, clock: Callable[[], datetime]) -> dict[str, object]:
    scheme = rules.parse_scheme(asked.document)
    months = list(Month.of(asked.first_month).until(Month.of(asked.last_month)))
    work = [
        (month, office)
        for month in months
        for office in tally_offices(month, [asked.root_id])
        if office.state == Period.State.CLOSED  # an open month shows nobody's counts
    ]
    _mine(asked, worker).update(n_all=len(work), lease_until=clock() + LEASE)
    persons, offices = Summary(), Summary()
    for place, (month, office) in enumerate(work, start=1):
        persons.take(_persons(office.agency_id, month, scheme, asked.asked_at))
        offices.take(_offices(office.agency_id, month, scheme))
        if not _mine(asked, worker).update(n_done=place, lease_until=clock() + LEASE):
            break  # another worker has it now
    return {"persons": persons.to_data(), "offices": offices.to_data()}


def _persons(office_id: int, month: Month, scheme: rules.Scheme, now: datetime) -> Iterator[Pair]:
    """Stored scores of an office's month beside those of the draft, from the same evidence."""
    stored = {
        (posting_id, adoption_id): (score, band)
        for posting_id, adoption_id, score, band in PersonScore.objects.filter(
            office_id=office_id, month=month.first
        ).values_list("posting_id", "adoption_id", "score", "band")
    }
    if not stored:
        return
    evidence = gather(office_id, month, months_before=scheme.pool_months, now=now)
    for scoring in evidence.scorings:
        key = (scoring.posting.posting_id, scoring.adopted.adoption_id)
        if key not in stored:
            continue  # not added up yet
        person = Person(scoring.posting.serves_citizens, scoring.working_days)
        after = score_person(scheme, person, scoring.adopted.lines, scoring.evidence, scoring.breaches)
        score, band = stored[key]
        yield Pair((*key, office_id), str(month), score, after.score, band, after.band)


def _offices(office_id: int, month: Month, scheme: rules.Scheme) -> Iterator[Pair]:
    """Stored scores of an office and of what lies in it beside those of the draft, from stored counts."""
    counts: dict[int, dict[str, Count]] = {}
    for row in AgencyCount.objects.filter(office_id=office_id, month=month.first):
        counts.setdefault(row.agency_id, {})[row.component] = Count(row.judged, row.kept)
    for stored in AgencyScore.objects.filter(office_id=office_id, month=month.first).order_by("agency_id"):
        own = counts.get(stored.agency_id, {})
        postings, found = own.get(POSTINGS, Count()), own.get(Component.BREACHES)
        known: dict[Component, Count] = {
            part: own[part] for part in Component if part in own and part is not Component.BREACHES
        }
        after = score_office(
            scheme,
            known,
            serves_citizens=bool(postings.kept) or Component.SATISFIED in own or OPEN in own,
            breaches=Occurrences(found.kept, postings.judged) if found and found.judged else None,
        )
        yield Pair(
            (stored.agency_id, office_id), str(month), stored.score, after.score, stored.band, after.band
        )


def sweep_what_ifs(*, now: datetime) -> list[int]:
    """Forget what has expired, end what was tried too often; returns what waits for a worker."""
    WhatIf.objects.filter(expires_at__lt=now).delete()
    WhatIf.objects.filter(_free(now), n_tries__gte=MAX_TRIES).update(
        state=State.FAILED, finished_at=now, lease_until=None
    )
    return list(WhatIf.objects.filter(_free(now)).order_by("pk").values_list("pk", flat=True))
