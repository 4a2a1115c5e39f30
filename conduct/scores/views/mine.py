"""My scores by month, and why one is what it is."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conduct.agencies.models import Period, User
from conduct.agencies.periods import closed_months
from conduct.agencies.permissions import signed_in
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page

from ..ledger import ledger_of
from ..models import AgencyCount, PersonScore
from ..permissions import Sight, depth_of, sight_of
from ..rules.evidence import Source
from ..rules.scheme import Scheme, parse_scheme
from ..services.evidence import OPEN
from ..services.why_papers import person_paper
from .files import pdf_response

ROWS_A_PAGE = 24


def language() -> str:
    """Vi or en: the languages in which schemes name their bands."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


@dataclass(frozen=True, slots=True)
class Mine:
    """One row of my list; before the month is closed it says nothing of points."""

    score: PersonScore
    month: Month
    is_closed: bool
    band: str


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My months, newest first."""
    user = signed_in(request)
    rows = (
        PersonScore.objects.filter(posting__person=user)
        .select_related("posting__agency", "adoption__version__model", "scheme")
        .defer("parts")
        .order_by("-month", "posting_id", "adoption_id")
    )
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    closed = closed_months({score.office_id for score in shown})
    schemes: dict[int, Scheme] = {}
    found = []
    for score in shown:
        month = Month.of(score.month)
        is_closed = (score.office_id, month) in closed
        scheme = schemes.setdefault(score.scheme_id, parse_scheme(score.scheme.document))
        band = scheme.band_named(score.band).names[language()] if is_closed and score.band else ""
        found.append(Mine(score, month, is_closed, band))
    newest = next((row for row in found if row.is_closed and row.score.score is not None), None)
    context = {"page": page, "rows": found, "newest": newest, "tab": "mine"}
    return render_page(request, "scores/mine.html", context)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A person's month as this reader may see it."""

    score: PersonScore
    sight: Sight
    period: Period | None
    is_own: bool

    @property
    def state(self) -> str:
        return self.period.state if self.period else Period.State.OPEN.value

    @property
    def is_closed(self) -> bool:
        return self.state == Period.State.CLOSED


def _see(user: User, month: Month, posting_id: int, adoption_id: int) -> _Seen:
    score = get_object_or_404(
        PersonScore.objects.select_related(
            "posting__person", "posting__agency", "adoption__version__model", "scheme", "office"
        ),
        month=month.first,
        posting_id=posting_id,
        adoption_id=adoption_id,
    )
    period = Period.objects.filter(office=score.office, kind=Period.Kind.MONTH, month=month.first).first()
    state = period.state if period else Period.State.OPEN.value
    sight = sight_of(user, score, state, timezone.localdate())
    if sight is None:
        raise Http404
    return _Seen(score, sight, period, score.posting.person_id == user.pk)


@require_safe
def why(request: HttpRequest, month: Month, posting_id: int, adoption_id: int) -> HttpResponse:
    """A person's month as a ledger: points lost first, then every source, then what was left out and why."""
    seen = _see(signed_in(request), month, posting_id, adoption_id)
    score = seen.score
    ledger = ledger_of(score, _("Citizens on the officer"), in_english=language() == "en")
    context = {
        "score": score,
        "month": month,
        "is_own": seen.is_own,
        "is_closed": seen.is_closed,
        "is_closing": seen.state == Period.State.CLOSING,
        "period": seen.period,
        "ledger": ledger,
        "tab": "mine" if seen.is_own else "team",
    }
    if seen.sight is Sight.SUPERVISOR_PART:
        return render_page(request, "scores/why_open.html", context)
    bands = ledger.bands(score.band, language())
    open_count = AgencyCount.objects.filter(agency=score.office, month=month.first, component=OPEN).first()
    context |= {
        "bands": bands,
        "band": next((band for band in bands if band.is_here), None),
        "cap_loss": ledger.cap_loss(score.score),
        "points_lost": None if score.score is None else 100 - score.score,
        "n_open": open_count.judged if open_count else 0,
        "floor": ledger.scheme.coverage_floor,
        "minimum": ledger.scheme.minimum_inside,
        "depths": [(source, depth_of(seen.sight, source, is_own=seen.is_own)) for source in Source],
    }
    return render_page(request, "scores/why.html", context)


@require_safe
def why_pdf(request: HttpRequest, month: Month, posting_id: int, adoption_id: int) -> HttpResponse:
    """The same as a paper, for who sees all of it."""
    seen = _see(signed_in(request), month, posting_id, adoption_id)
    if seen.sight is not Sight.WHOLE:
        raise Http404
    ledger = ledger_of(seen.score, "Ý kiến về cán bộ tiếp nhận", in_english=False)
    pdf = person_paper(seen.score, ledger, is_closed=seen.is_closed, now=timezone.now())
    return pdf_response(f"vi-sao-{posting_id}-{month}", pdf)
