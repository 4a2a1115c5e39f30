"""What waits for somebody in a period: sheets to review and to confirm, and who has handed in none yet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, cast

from django.db.models import CharField, Count, DecimalField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce, JSONObject

from conduct.agencies.models import Agency, Posting, User, on_day
from conduct.agencies.models import Period as ConductMonth
from conduct.feedback.models import Case, CaseSubject
from conduct.feedback.permissions.cases import listed_cases
from conduct.oversight.models import Finding
from conduct.scores.models import PersonScore
from conduct.scores.rules.evidence import OFFICER_LINE, Source
from conduct.scores.rules.parts import person_from_data

from ..models import OfficeTerms, Petition, RatingScheme, Result, Sheet
from ..permissions.authority import Authorities, Authority
from ..rules.periods import Dates, Period
from ..tallies.reach import PostingsInReach
from .schemes import dates_of
from .sheets import kind_of


class Marks(TypedDict):
    """What is known of a sheet beside its points."""

    last_total: Decimal | None
    last_level: str | None
    has_breach: bool
    has_petition: bool
    n_cases: int


def step_of(state: str, *, may_review: bool, may_approve: bool) -> str:
    """``missing``, ``review``, ``approve``, ``elsewhere`` (it waits for somebody else) or ``done``.

    ``state`` is "" where there is no sheet.
    """
    if state in ("", Sheet.State.DRAFT):
        return "missing"
    if state == Sheet.State.SUBMITTED:
        return "review" if may_review else "elsewhere"
    if state == Sheet.State.REVIEWED:
        return "approve" if may_approve else "elsewhere"
    return "done"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody with a sheet of the same period, as the page of another one names them."""

    posting: Posting
    sheet_id: int
    self_total: Decimal | None
    step: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person whom somebody reviews or confirms, with the sheet of the period if there is one."""

    posting: Posting
    sheet: Sheet | None
    may_review: bool
    may_approve: bool
    mutual: tuple[str, ...]
    marks: Marks | None
    n_heard: int | None
    due_on: date
    today: date

    @property
    def step(self) -> str:
        """What `step_of` says."""
        return step_of(
            self.sheet.state if self.sheet else "", may_review=self.may_review, may_approve=self.may_approve
        )

    @property
    def is_mine(self) -> bool:
        """Whether this person has the next step."""
        return self.step in ("review", "approve")

    @property
    def is_overdue(self) -> bool:
        """Whether the step that it waits for was due before today."""
        return self.step != "done" and self.today > self.due_on

    @property
    def own_total(self) -> Decimal | None:
        """The own total as it was handed in."""
        return self.sheet.self_total if self.sheet else None

    @property
    def review_total(self) -> Decimal | None:
        """The reviewer's total."""
        return self.sheet.review_total if self.sheet else None

    @property
    def last_total(self) -> Decimal | None:
        """The total in force of the period before."""
        return self.marks["last_total"] if self.marks else None

    @property
    def gap(self) -> Decimal | None:
        """The review's total less the own one."""
        if self.review_total is None or self.own_total is None:
            return None
        return self.review_total - self.own_total


class Queue:
    """Everybody whom a person reviews or confirms that day; one statement each for people, the authority over
    them, terms, schemes and sheets, one for the cases that may be known.

    ``sheets_of``: the period whose sheets come with the people, for `neighbours`.
    """

    def __init__(
        self, user: User, on: date, month_of: date | None = None, *, sheets_of: Period | None = None
    ) -> None:
        self.user, self.on = user, on
        self._day = month_of or on
        people = Posting.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=self._day.replace(day=1)),
            pk__in=PostingsInReach(user.pk, on),
            starts_on__lte=on,
        )
        if sheets_of:
            people = people.annotate(beside=sheet_beside(sheets_of))
        everybody = list(people.select_related("person", "agency").order_by("person__name_order", "pk"))
        self.authorities = Authorities(everybody, on)
        rated = [(posting, self.authorities.of(posting)) for posting in everybody]
        self._pairs = self.authorities.mutual(everybody)
        self._names = {posting.person_id: posting.person.full_name for posting in everybody}
        self.rated: list[tuple[Posting, Authority]] = [
            (posting, rights) for posting, rights in rated
            if posting.person_id != user.pk and user.pk in {*rights.reviewers, *rights.approvers}
        ]  # fmt: skip

    @property
    def agencies(self) -> list[Agency]:
        """The parts in which somebody is rated, by name."""
        found = {posting.agency_id: posting.agency for posting, _rights in self.rated}
        return sorted(found.values(), key=lambda agency: agency.search)

    def terms(self) -> OfficeTerms:
        """The terms that hold where the first of them serves; the usual ones where nobody is rated."""
        if not self.rated:
            return OfficeTerms(valid_from=self.on)
        above = self.authorities.lineage(self.rated[0][0])
        rows = OfficeTerms.objects.filter(office_id__in=above, valid_from__lte=self._day)
        found = sorted(rows, key=lambda row: (above.index(row.office_id), -row.valid_from.toordinal()))
        return found[0] if found else OfficeTerms(office=self.rated[0][0].agency, valid_from=self.on)

    def mutual_with(self, person_id: int) -> list[str]:
        """Names of those of whom this person rates and is rated by each."""
        return sorted(
            self._names.get(other, "")
            for pair in self._pairs if person_id in pair
            for other in pair if other != person_id
        )  # fmt: skip

    def _serving(self, last: date) -> list[tuple[Posting, Authority]]:
        return [
            (posting, rights) for posting, rights in self.rated
            if posting.starts_on <= last and (posting.ends_on is None or posting.ends_on >= last)
            and posting.is_main
        ]  # fmt: skip

    def neighbours(self, period: Period) -> list[Neighbour]:
        """Everybody rated here with a sheet of the period that came with the people, by name."""
        return [
            Neighbour(
                posting,
                sheet["id"],
                None if sheet["self_total"] is None else Decimal(sheet["self_total"]),
                step_of(
                    sheet["state"],
                    may_review=self.user.pk in rights.reviewers,
                    may_approve=self.user.pk in rights.approvers,
                ),
            )
            for posting, rights in self._serving(period.last.last)
            if (sheet := vars(posting)["beside"])
        ]

    def waiting(self, period: Period, terms: OfficeTerms) -> list[Waiting]:
        """Everybody rated here who serves at the end of the period, by name, with sheet and marks."""
        last = period.last.last
        covered = covered_posts(last)
        serving = [
            (posting, rights) for posting, rights in self._serving(last)
            if (posting.category, posting.is_leader) in covered
        ]  # fmt: skip
        sheets = self.sheets(period, [posting.pk for posting, _rights in serving])
        by_posting = {sheet.posting_id: sheet for sheet in sheets}
        dates = dates_of(terms, period)
        heard = self._heard(period, by_posting)
        return [
            self._row(posting, rights, by_posting.get(posting.pk), heard, dates)
            for posting, rights in serving
        ]

    def _heard(self, period: Period, posting_ids: Iterable[int]) -> dict[tuple[int, bool], int]:
        """Citizens' verified answers about each posting, of closed and of open months apart; one query."""
        closed = ConductMonth.objects.filter(
            office=OuterRef("office"), kind=ConductMonth.Kind.MONTH, month=OuterRef("month"),
            state=ConductMonth.State.CLOSED,
        )  # fmt: skip
        rows = PersonScore.objects.filter(
            posting_id__in=list(posting_ids), month__in=[month.first for month in period.months]
        )
        by_month: dict[tuple[int, date, bool], int] = {}
        for posting_id, month, is_closed, parts in rows.annotate(is_closed=Exists(closed)).values_list(
            "posting_id", "month", "is_closed", "parts"
        ):
            key = posting_id, month, is_closed
            by_month[key] = max(by_month.get(key, 0), answers_in(parts))
        found: dict[tuple[int, bool], int] = defaultdict(int)
        for (posting_id, _month, is_closed), n_answers in by_month.items():
            found[posting_id, is_closed] += n_answers
        return found

    def _row(
        self, posting: Posting, rights: Authority, sheet: Sheet | None,
        heard: Mapping[tuple[int, bool], int], dates: Dates,
    ) -> Waiting:  # fmt: skip
        due = {"draft": dates.submit, "submitted": dates.review}.get(
            sheet.state if sheet else "draft", dates.approve
        )
        return Waiting(
            posting, sheet, self.user.pk in rights.reviewers, self.user.pk in rights.approvers,
            tuple(self.mutual_with(posting.person_id)), marks_of(sheet) if sheet else None,
            self._n_heard(posting, rights, heard), due, self.on,
        )  # fmt: skip

    def _n_heard(
        self, posting: Posting, rights: Authority, heard: Mapping[tuple[int, bool], int]
    ) -> int | None:
        """Answers of months that this person may count: closed ones, and open ones for the head alone."""
        is_head = rights.approvers.get(self.user.pk) == self.user.pk
        seen = [heard.get((posting.pk, is_closed)) for is_closed in ((True, False) if is_head else (True,))]
        there = [n_answers for n_answers in seen if n_answers is not None]
        return sum(there) if there else None

    def sheets(self, period: Period, posting_ids: Iterable[int]) -> QuerySet[Sheet]:
        """Their sheets of the period with marks."""
        cases = listed_cases(self.user, self.on)
        return marked(
            Sheet.objects.filter(
                posting_id__in=list(posting_ids), kind=kind_of(period), period=period.first.first
            ),
            period,
            cases,
        )


def sheet_beside(period: Period) -> Subquery:
    """Id, state and own total of the sheet that a posting has in this period."""
    sheets = Sheet.objects.filter(posting=OuterRef("pk"), kind=kind_of(period), period=period.first.first)
    total = Cast("self_total", CharField())
    return Subquery(sheets.values(found=JSONObject(id="pk", state="state", self_total=total)))


def covered_posts(on: date) -> set[tuple[str, bool]]:
    """Staff category and whether it leads, of those to whom some published scheme speaks; one query.

    Whether it speaks to one posting in its place in the tree is asked when the sheet is opened.
    """
    schemes = RatingScheme.objects.filter(on_day(on), state=RatingScheme.State.PUBLISHED)
    leads = {"only": (True,), "none": (False,), "both": (True, False)}
    return {
        (category, is_leader)
        for scheme in schemes
        for category in scheme.categories
        for is_leader in leads[scheme.leaders]
    }


def answers_in(parts: dict[str, Any]) -> int:
    """The citizens' answers about the officer that a stored score was counted from."""
    return sum(
        part.judged
        for item in person_from_data(parts).items
        if item.key == OFFICER_LINE
        for part in item.sources
        if part.source is Source.CITIZEN
    )


def marked(sheets: QuerySet[Sheet], period: Period, cases: QuerySet[Case]) -> QuerySet[Sheet]:
    """With last period's result, confirmed breaches, open petitions and closed cases that may be known."""
    before = period.previous()
    last = Result.objects.filter(
        sheet__posting=OuterRef("posting"), sheet__kind=kind_of(before), sheet__period=before.first.first,
        replaced_by__isnull=True,
    )  # fmt: skip
    months = [month.first for month in period.months]
    breaches = Finding.objects.filter(
        state=Finding.State.CONFIRMED, is_breach=True, counts_in__in=months, line__posting=OuterRef("posting")
    )
    petitions = Petition.objects.filter(
        result__sheet__posting=OuterRef("posting"), state=Petition.State.FILED
    )
    about = (
        CaseSubject.objects.filter(
            posting=OuterRef("posting"),
            case__in=cases.filter(closed_on__gte=period.first.first, closed_on__lte=period.last.last).values(
                "pk"
            ),
        )
        .order_by()
        .values("posting")
        .annotate(n_all=Count("case", distinct=True))
        .values("n_all")
    )
    return sheets.select_related("scheme", "reviewer", "office").annotate(
        last_total=Subquery(last.values("total"), output_field=DecimalField(null=True)),
        last_level=Subquery(last.values("level")),
        has_breach=Exists(breaches),
        has_petition=Exists(petitions),
        n_cases=Coalesce(Subquery(about), 0),
    )


def marks_of(sheet: Sheet) -> Marks:
    """What `marked` found for this sheet."""
    found = vars(sheet)
    return cast("Marks", {name: found[name] for name in Marks.__annotations__})
