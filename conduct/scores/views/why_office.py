"""Why an office's month is what it is, as a page and as a paper."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from conduct.agencies.models import Agency, Period, Role, User
from conduct.agencies.permissions import agency_seen, signed_in
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page

from ..models import AgencyScore, Seal
from ..rules.evidence import Component
from ..services.why_office import (
    Around,
    OfficeLedger,
    Persons,
    around_in,
    office_ledger,
    persons_of,
)
from ..services.why_papers import office_paper
from .files import pdf_response
from .mine import language

# Where the events behind a component can be read; each page asks for its own rights.
_PAGES = {
    Component.DOSSIERS: "dossiers:report",
    Component.FEEDBACK: "feedback:cases",
    Component.CORRECTIVE: "oversight:actions",
    Component.BREACHES: "oversight:findings",
}


@dataclass(frozen=True, slots=True)
class _Seen:
    """An agency's month that this reader may read, with its score (None: there is none)."""

    agency: Agency
    month: Month
    around: Around
    is_head: bool
    persons: Persons

    @property
    def score(self) -> AgencyScore | None:
        """The month's score."""
        return self.around.scores.get(self.month)

    @property
    def is_closed(self) -> bool:
        return self.around.state(self.month) == Period.State.CLOSED

    @property
    def is_hidden(self) -> bool:
        """Citizens' counts of an open month are the head's alone."""
        return not self.is_closed and not self.is_head

    @property
    def is_person(self) -> bool:
        """Citizens' counts of the month are one officer's, whom this reader may not look at."""
        return (self.agency.pk, self.month) in self.persons

    def ledger(self) -> OfficeLedger | None:
        if self.is_hidden or self.is_person or self.score is None:
            return None
        return office_ledger(
            self.score, self.around, self.persons, sees_all=self.is_head, closed_only=not self.is_head
        )


def _see(user: User, code: str, month: Month) -> _Seen:
    today = timezone.localdate()
    agency, standing = agency_seen(user, code, today)
    if month.first > today:
        raise Http404
    around = around_in(agency, month)
    persons = persons_of(agency, month, around, user, standing)
    return _Seen(agency, month, around, Role.HEAD in standing.roles, persons)


@require_safe
def why_office(request: HttpRequest, month: Month, code: str) -> HttpResponse:
    """An office's month as a ledger: points lost first, then each component and who brought it in."""
    user, today = signed_in(request), timezone.localdate()
    seen = _see(user, code, month)
    ledger = seen.ledger()
    score = seen.score
    links = {part: reverse(view) for part, view in _PAGES.items()}
    links[Component.SATISFIED] = f"{reverse('reports:citizens', args=[code])}?period={month}"
    named = ledger.scheme.band_named(score.band).names if ledger and score and score.band else {}
    seal = (
        Seal.objects.filter(office=score.office, month=month.first).order_by("-number").first()
        if score
        else None
    )
    context = {
        "agency": seen.agency,
        "month": month,
        "previous_url": reverse("scores:why_office", args=[month.previous(), code]),
        "next_url": reverse("scores:why_office", args=[month.next(), code])
        if month.next().first <= today
        else "",
        "is_closed": seen.is_closed,
        "is_hidden": seen.is_hidden,
        "is_head": seen.is_head,
        "is_person": seen.is_person,
        "score": score,
        "ledger": ledger,
        "band_name": named.get(language(), ""),
        "points_lost": 100 - score.score if score and score.score is not None else None,
        "rows": [(row, links.get(row.part.component, "")) for row in ledger.rows] if ledger else [],
        "seal": seal if seen.is_closed else None,
    }
    return render_page(request, "scores/why_office.html", context)


@require_safe
def why_office_pdf(request: HttpRequest, month: Month, code: str) -> HttpResponse:
    """The same as a paper."""
    seen = _see(signed_in(request), code, month)
    ledger = seen.ledger()
    if ledger is None:
        raise Http404
    pdf = office_paper(ledger, is_closed=seen.is_closed, now=timezone.now())
    return pdf_response(f"vi-sao-{code}-{month}", pdf)
