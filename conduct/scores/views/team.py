"""The team's month: items × people, as far as the reader may see it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conduct.agencies.models import Period
from conduct.agencies.periods import closed_months
from conduct.agencies.permissions import Refused, signed_in
from conduct.kernel.months import Month
from conduct.kernel.names import fold
from conduct.kernel.pages import render_page
from models_catalog.models import Adoption

from ..ledger import item_texts
from ..models import PersonScore
from ..permissions import Sight, TeamSight, team_sight
from ..rules.evidence import OFFICER_LINE, Source
from ..rules.parts import person_from_data
from ..rules.person import ItemPart
from ..rules.scheme import parse_scheme
from .mine import language

PEOPLE_A_PAGE = 30
_SHADES = ((90, "q0"), (85, "q1"), (80, "q2"), (75, "q3"), (70, "q4"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of the heatmap: points out of 100, or None, and its shade."""

    points: Decimal | None
    shade: str


@dataclass(frozen=True, slots=True)
class Row:
    """A person's squares; unless `is_whole`, they are the supervisor's part and there is no total."""

    score: PersonScore
    cells: list[Cell]
    is_whole: bool
    band: str


def _cell(points: Decimal | None) -> Cell:
    if points is None:
        return Cell(None, "nd")
    return Cell(points, next((shade for least, shade in _SHADES if points >= least), "q5"))


def _points(item: ItemPart, sight: Sight) -> Decimal | None:
    if sight is Sight.WHOLE:
        return item.score
    return next((part.points for part in item.sources if part.source is Source.SUPERVISOR), None)


@require_safe
def team(request: HttpRequest, month: Month | None = None) -> HttpResponse:
    """The people I lead and their items in a month."""
    user, today = signed_in(request), timezone.localdate()
    sight = team_sight(user, today)
    if not sight.led:
        raise Refused(_("Only supervisors and heads see a team; this account leads nobody at present."))
    led = PersonScore.objects.filter(posting__agency_id__in=sight.led)
    spread = list(led.order_by("month").values_list("month", "office_id").distinct())
    known = sorted({Month.of(day) for day, _office in spread})
    month = month or _last_month({office for _day, office in spread}, known, today)
    if month.first > today:
        raise Http404
    adoptions = _adoptions(led, month)
    chosen = _chosen(adoptions, request.GET.get("model", ""))
    query = request.GET.get("q", "").replace("\0", "")[:100]
    page = Paginator(_people(led, month, chosen, query), PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    rows, keys = _rows(list(page.object_list), sight, month)
    texts = item_texts(keys, in_english=language() == "en")
    context = {
        "month": month,
        "previous_month": next((one for one in reversed(known) if one < month), None),
        "next_month": next((one for one in known if one > month), None),
        "adoptions": adoptions,
        "chosen": chosen,
        "query": query,
        "page": page,
        "rows": rows,
        "heads": [(number, texts.get(key, "")) for number, key in enumerate(keys, 1) if key != OFFICER_LINE],
        "has_officer": OFFICER_LINE in keys,
        "n_hidden": sum(not row.is_whole for row in rows),
        "tab": "team",
    }
    return render_page(request, "scores/team.html", context, partials=("people",))


def _last_month(offices: set[int], known: list[Month], today: date) -> Month:
    """The newest closed month among the known ones, else the newest, else this one."""
    closed = {month for _office, month in closed_months(offices)}
    return next((month for month in reversed(known) if month in closed), (known or [Month.of(today)])[-1])


def _adoptions(led: "QuerySet[PersonScore]", month: Month) -> list[Adoption]:
    ids = led.filter(month=month.first).values("adoption_id").distinct()
    found = Adoption.objects.filter(pk__in=ids).select_related("version__model", "agency")
    return list(found.order_by("version__model__name_order", "agency__search", "pk"))


def _chosen(adoptions: list[Adoption], asked: str) -> Adoption | None:
    by_id = {str(adoption.pk): adoption for adoption in adoptions}
    return by_id.get(asked) or next(iter(adoptions), None)


def _people(
    led: "QuerySet[PersonScore]", month: Month, chosen: Adoption | None, query: str
) -> "QuerySet[PersonScore]":
    people = led.filter(month=month.first, adoption=chosen) if chosen else led.none()
    for word in fold(query).split():
        people = people.filter(posting__person__search__contains=word)
    return people.select_related("posting__person", "posting__agency", "scheme").order_by(
        "posting__person__name_order", "posting_id"
    )


def _rows(scores: list[PersonScore], sight: TeamSight, month: Month) -> tuple[list[Row], list[int]]:
    """The squares of these people, and the keys of their columns in the model's order."""
    states = dict(
        Period.objects.filter(
            office_id__in={score.office_id for score in scores}, kind=Period.Kind.MONTH, month=month.first
        ).values_list("office_id", "state")
    )
    parts = {score.pk: person_from_data(score.parts) for score in scores}
    keys = list(dict.fromkeys(item.key for part in parts.values() for item in part.items))
    if OFFICER_LINE in keys:
        keys.remove(OFFICER_LINE)
        keys.append(OFFICER_LINE)
    rules = {score.scheme_id: parse_scheme(score.scheme.document) for score in scores[:1]}
    rows = []
    for score in scores:
        seen = sight.of(score, states.get(score.office_id, Period.State.OPEN.value))
        items = {item.key: item for item in parts[score.pk].items}
        cells = [_cell(_points(items[key], seen) if key in items else None) for key in keys]
        if score.scheme_id not in rules:
            rules[score.scheme_id] = parse_scheme(score.scheme.document)
        is_whole = seen is Sight.WHOLE
        named = is_whole and score.band
        band = rules[score.scheme_id].band_named(score.band).names[language()] if named else ""
        rows.append(Row(score, cells, is_whole, band))
    return rows, keys
