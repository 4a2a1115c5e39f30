"""What a service point asks today: read from the database, then kept in the cache for a minute.

A citizen's page thus costs no query while its point is in use. Without the cache it is only slower.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q

from conduct.agencies.models import Agency
from conduct.agencies.tree import agencies_above
from conduct.kernel.cache import NearCache
from models_catalog.models import Adoption, Emphasis, Item, Source

from .models import Questionnaire, ServicePoint
from .rules.questions import N_FACTORS, Condition, Kind, Option, Question, Sheet

CACHE_SECONDS = 60
LANGUAGES = ("vi", "en")
# Raise it whenever Desk or what it holds changes shape: during a deployment both shapes are in use.
_SHAPE = 2

near = NearCache()


@dataclass(frozen=True)
class Desk:
    """A service point as a citizen meets it. ``sheet`` is None when it does not ask anybody that day."""

    slug: str
    name: str
    name_en: str
    unit: str
    above: str
    questionnaire_id: int | None
    sheet: Sheet | None

    def title(self, language: str) -> str:
        """The desk's name in the citizen's language."""
        return (self.name_en if language == "en" else "") or self.name


def desk_cache_key(slug: str, day: date) -> str:
    """Where the desk of that day lies in the cache."""
    return f"surveys:desk:{_SHAPE}:{slug}:{day.isoformat()}"


def page_cache_key(slug: str, language: str, day: date) -> str:
    """Where the finished page of that day lies in the cache."""
    return f"surveys:page:{_SHAPE}:{slug}:{language}:{day.isoformat()}"


def read_desk(slug: str, day: date) -> Desk | None:
    """The desk of a short address, None when there is none. At most a minute old."""
    key = desk_cache_key(slug, day)
    desk: Desk | None = near.get(key)
    if desk is None:
        desk = _load_desk(slug, day)
        if desk is not None:
            near.set(key, desk, CACHE_SECONDS)
    return desk


def forget_desk(slug: str, day: date) -> None:
    """Drop what is cached of a desk after it was changed."""
    near.delete(desk_cache_key(slug, day))
    for language in LANGUAGES:
        near.delete(page_cache_key(slug, language, day))


def _load_desk(slug: str, day: date) -> Desk | None:
    point = ServicePoint.objects.select_related("agency").filter(slug=slug).first()
    if point is None:
        return None
    above = agencies_above([point.agency_id], day)[point.agency_id]
    lineage = [agency.pk for agency in above]
    questionnaire = Questionnaire.objects.in_force(day, lineage) if _asks(point, day) else None
    items = _item_questions(_bound_agencies(above), day) if questionnaire else ()
    return Desk(
        slug=slug,
        name=point.name,
        name_en=point.name_en,
        unit=above[0].name,
        above=_two_names(above),
        questionnaire_id=questionnaire.pk if questionnaire else None,
        sheet=make_sheet(questionnaire.questions, items, questionnaire.languages) if questionnaire else None,
    )


def read_sheets(point: ServicePoint, day: date) -> list[tuple[Questionnaire, Sheet]]:
    """Every version that the desk can have asked on a day, the one in force first: for forms that arrive
    later, from paper or a tablet without network. Empty when the point did not ask that day; not cached.
    """
    if not _was_there(point, day):
        return []
    above = agencies_above([point.agency_id], day)[point.agency_id]
    lineage = [agency.pk for agency in above]
    keepers = Q(keeper__isnull=True) | Q(keeper_id__in=lineage)
    begun = Questionnaire.objects.filter(keepers, asked_at="desk", valid_from__lte=day)
    versions = list(begun.exclude(state="draft").order_by("-valid_from", "-number", "-pk"))
    now = Questionnaire.objects.in_force(day, lineage)
    items = _item_questions(_bound_agencies(above), day)
    versions.sort(key=lambda one: one != now)
    return [(one, make_sheet(one.questions, items, one.languages)) for one in versions]


def read_asked(point: ServicePoint, questionnaire: Questionnaire, day: date) -> Desk:
    """The point with another questionnaire, whether or not its desk asks: invitations, rounds. Not cached."""
    above = agencies_above([point.agency_id], day)[point.agency_id]
    items = _item_questions(_bound_agencies(above), day)
    return Desk(
        slug=point.slug,
        name=point.name,
        name_en=point.name_en,
        unit=above[0].name,
        above=_two_names(above),
        questionnaire_id=questionnaire.pk,
        sheet=make_sheet(questionnaire.questions, items, questionnaire.languages),
    )


def _asks(point: ServicePoint, day: date) -> bool:
    """Whether the point, and the agency it belongs to, take answers that day."""
    return point.is_open and _was_there(point, day)


def _was_there(point: ServicePoint, day: date) -> bool:
    """Whether the point, and the agency it belongs to, existed that day."""
    began = point.opened_on <= day and (point.closed_on is None or point.closed_on >= day)
    agency = point.agency
    exists = agency.valid_from <= day and (agency.valid_to is None or agency.valid_to >= day)
    return began and exists


def _two_names(above: list[Agency]) -> str:
    """The names of the two agencies above the first one."""
    return ", ".join(agency.name for agency in above[1:3])


def _bound_agencies(above: list[Agency]) -> list[int]:
    """The agencies whose adoptions bind the desk: its own and those above it, up to its office."""
    bound = []
    for agency in above:
        bound.append(agency.pk)
        if agency.is_office:
            break
    return bound


def make_sheet(
    questions: list[dict[str, Any]],
    items: tuple[Question, ...] = (),
    languages: Sequence[str] = ("vi", "en"),
) -> Sheet:
    """The form of a questionnaire (``Questionnaire.questions``) with the models' questions.

    Raises LookupError when the questionnaire lacks the overall question, a factor or the trips, or when a
    condition names a question that is not there.
    """
    by_key = {row["key"]: row for row in questions}
    by_factor = {row["factor"]: row for row in questions if row.get("factor")}
    fields = {key: field_of(row) for key, row in by_key.items()}
    standing = {"overall", "trips", *(row["key"] for row in by_factor.values())}
    return Sheet(
        overall=_question(by_key["overall"], fields),
        factors=tuple(_question(by_factor[factor], fields) for factor in range(1, N_FACTORS + 1)),
        trips=_question(by_key["trips"], fields),
        items=items,
        others=tuple(_question(row, fields) for row in questions if row["key"] not in standing),
        languages=tuple(languages),
    )


def field_of(row: dict[str, Any]) -> str:
    """The name of a question's field on the form: overall, f1–f5, trips, else q_ and its key."""
    if row["key"] in {"overall", "trips"}:
        return str(row["key"])
    return f"f{row['factor']}" if row.get("factor") else f"q_{row['key']}"


def _question(row: dict[str, Any], fields: dict[str, str]) -> Question:
    asked = row.get("shown_if")
    return Question(
        field=fields[row["key"]],
        kind=Kind(row["kind"]),
        texts=row["text"],
        options=tuple(Option(option["value"], option["text"]) for option in row.get("options", ())),
        shown_if=Condition(fields[asked["key"]], frozenset(asked["answers"])) if asked else None,
    )


def _item_questions(agency_ids: list[int], day: date) -> tuple[Question, ...]:
    """The citizen questions of the models in force; two models that ask the same are asked once."""
    adoptions = dict(
        Adoption.objects.in_force(day).filter(agency_id__in=agency_ids).values_list("pk", "version_id")
    )
    weights: dict[int, int] = {}
    for item_id, weight in Emphasis.objects.filter(adoption_id__in=adoptions).values_list(
        "item_id", "weight"
    ):
        weights[item_id] = max(weight, weights.get(item_id, 1))
    items = (
        Item.objects.filter(
            Q(group__version_id__in=set(adoptions.values())) | Q(group__adoption_id__in=adoptions),
            sources__contains=[Source.CITIZEN],
        )
        .exclude(question="")
        .order_by(
            F("group__version_id").asc(nulls_last=True), "group__adoption_id", "group__position", "position"
        )
    )
    together: dict[tuple[str, str, tuple[int, ...]], list[Item]] = {}
    for item in items:
        together.setdefault((item.question, item.answer, tuple(item.kept_answers)), []).append(item)
    return tuple(
        Question(
            field=f"i{same[0].pk}",
            kind=Kind(same[0].answer),
            texts={"vi": same[0].question, "en": same[0].question_en},
            item_ids=tuple(item.pk for item in same),
            emphasis=max(weights.get(item.pk, 1) for item in same),
        )
        for same in together.values()
    )
