"""The people whom somebody leads, the models they keep in a month, and how far their judgement is."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TypedDict, cast

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django_stubs_ext import WithAnnotations

from conduct.agencies.branches import branch_led_by
from conduct.agencies.models import Agency, Period, Posting, User
from conduct.agencies.permissions import LEADING
from conduct.kernel.months import Month
from models_catalog.models import Adoption, ConductModel

from .models import JudgementSheet
from .permissions import tree_day


class Progress(TypedDict):
    """How many models of a posting there are to judge in the month, and how many sheets."""

    n_needed: int
    n_sheets: int


type TeamPosting = WithAnnotations[Posting, Progress]


@dataclass(frozen=True, slots=True)
class Duty:
    """One model of one person, and its sheet if judged."""

    adoption: Adoption
    sheet: JudgementSheet | None


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the team with the models to judge."""

    posting: Posting
    duties: tuple[Duty, ...]

    @property
    def n_judged(self) -> int:
        """How many of the models are judged."""
        return sum(duty.sheet is not None for duty in self.duties)

    @property
    def is_judged(self) -> bool:
        """Whether every model is judged."""
        return self.n_judged == len(self.duties)

    @property
    def has_replied(self) -> bool:
        """Whether the person replied to a judgement."""
        return any(duty.sheet is not None and duty.sheet.reply for duty in self.duties)

    @property
    def first_duty(self) -> Duty:
        """The first model that is not judged, else the first."""
        return next((duty for duty in self.duties if duty.sheet is None), self.duties[0])


@dataclass(frozen=True, slots=True)
class Summary:
    """How many people there are, how many of them are not judged yet, and since when anybody serves."""

    n_people: int
    n_open: int
    first: date | None


class Team:
    """Everybody in the subtree of the roles a person holds today, as the tree of the month stood."""

    def __init__(self, user: User, month: Month, today: date) -> None:
        self.user, self.month = user, month
        self._day = tree_day(month, today)
        self._branch = branch_led_by(user.pk, LEADING, today, self._day)
        self.roots, self.agency_ids = self._branch.roots, self._branch.below
        self.adoptions = self._adoptions()

    def _adoptions(self) -> dict[int, list[Adoption]]:
        """The models for persons that each agency keeps in the month, its own and those from above."""
        by_agency: dict[int, list[Adoption]] = defaultdict(list)
        kept = Adoption.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=self.month.first),
            agency_id__in=self.agency_ids.union(self._branch.parents.values()),
            valid_from__lte=self.month.last,
            version__model__judged=ConductModel.Judged.PERSON,
        )
        for adoption in kept.select_related("version__model", "agency").order_by(
            "version__model__name_order", "pk"
        ):
            by_agency[adoption.agency_id].append(adoption)
        return {
            agency_id: [
                kept for above in self._branch.lineage(agency_id) for kept in by_agency.get(above, [])
            ]
            for agency_id in self.agency_ids
        }

    def takes_judgements(self, posting: Posting) -> bool:
        """Whether the month of this person's office is open; one query."""
        lineage = self._branch.lineage(posting.agency_id)
        periods = Period.objects.filter(
            office=OuterRef("pk"), kind=Period.Kind.MONTH, month=self.month.first
        ).values("state")
        states = dict(
            Agency.objects.filter(pk__in=lineage, kind__in=Agency.OFFICE_KINDS)
            .annotate(month_state=Subquery(periods))
            .values_list("pk", "month_state")
        )
        state = next((states[pk] for pk in lineage if pk in states), None)
        return state in (None, Period.State.OPEN)

    def postings(self) -> QuerySet[TeamPosting]:
        """The postings to judge, by name, with ``n_needed`` models and ``n_sheets`` of them judged."""
        sheets = JudgementSheet.objects.filter(posting=OuterRef("pk"), month=self.month.first).order_by()
        counted = sheets.values("posting").annotate(n_all=Count("pk")).values("n_all")
        people = Posting.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=self.month.first),
            agency_id__in=[agency_id for agency_id, adoptions in self.adoptions.items() if adoptions],
            starts_on__lte=self.month.last,
        ).annotate(n_needed=self._n_needed(), n_sheets=Coalesce(Subquery(counted), 0))
        others = people.filter(n_needed__gt=0).exclude(person=self.user).select_related("person", "agency")
        return cast("QuerySet[TeamPosting]", others.order_by("person__name_order", "pk"))

    def _n_needed(self) -> Combinable:
        """How many models bind a posting: one term an audience, agencies with as many models together."""
        by_audience: dict[Q, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for agency_id, adoptions in self.adoptions.items():
            for adoption in adoptions:
                by_audience[adoption.posting_q()][agency_id] += 1
        total: Combinable = Value(0)
        for audience, n_models in by_audience.items():
            agencies: dict[int, list[int]] = defaultdict(list)
            for agency_id, number in n_models.items():
                agencies[number].append(agency_id)
            total += Case(
                *(When(audience, agency_id__in=ids, then=Value(n)) for n, ids in agencies.items()),
                default=Value(0),
                output_field=IntegerField(),
            )
        return total

    def summary(self) -> Summary:
        """The whole list in numbers; one query."""
        counts = (
            self.postings()
            .order_by()
            .aggregate(
                n_people=Count("pk"),
                n_open=Count("pk", filter=Q(n_sheets__lt=F("n_needed"))),
                first=Min("starts_on"),
            )
        )
        return Summary(counts["n_people"], counts["n_open"], counts["first"])

    def members(self, postings: Collection[Posting]) -> list[Member]:
        """These people with their models and sheets; one query."""
        sheets = {
            (sheet.posting_id, sheet.adoption_id): sheet
            for sheet in JudgementSheet.objects.in_month(self.month)
            .filter(posting__in=[posting.pk for posting in postings])
            .select_related("judged_by")
        }
        return [
            Member(
                posting,
                tuple(
                    Duty(adoption, sheets.get((posting.pk, adoption.pk)))
                    for adoption in self.adoptions[posting.agency_id]
                    if adoption.speaks_to(posting)
                ),
            )
            for posting in postings
        ]

    def around(self, posting: Posting, n: int) -> tuple[list[TeamPosting], list[TeamPosting]]:
        """Up to ``n`` people before and after this one in the order of the list."""
        name, everybody = posting.person.name_order, self.postings()
        before = everybody.filter(
            Q(person__name_order__lt=name) | Q(person__name_order=name, pk__lt=posting.pk)
        )
        after = everybody.filter(
            Q(person__name_order__gt=name) | Q(person__name_order=name, pk__gt=posting.pk)
        )
        return list(before.reverse()[:n])[::-1], list(after[:n])

    def agencies(self) -> QuerySet[Agency]:
        """The parts in which there is somebody to judge, by name."""
        return Agency.objects.filter(pk__in=self.postings().order_by().values("agency_id")).order_by("search")


def unjudged(postings: QuerySet[TeamPosting]) -> QuerySet[TeamPosting]:
    """Those of whom at least one model is not judged yet."""
    return postings.filter(n_sheets__lt=F("n_needed"))


def replied(postings: QuerySet[TeamPosting], month: Month) -> QuerySet[TeamPosting]:
    """Those who replied to a judgement of the month."""
    sheets = JudgementSheet.objects.in_month(month).filter(posting=OuterRef("pk")).exclude(reply="")
    return postings.filter(Exists(sheets))
