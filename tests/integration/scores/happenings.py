"""A month of everything that scores are made of, as Hypothesis draws it, written in bulk.

Two people serve citizens, Lan and Mai. Whatever happens is about one of them (``who``) and their unit. What
can slip says so and has a kept twin (``kept``) that differs in nothing else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Self
from uuid import uuid4

from hypothesis import strategies as st

from conduct.agencies.models import Agency, Posting
from conduct.commitments.models import JournalEntry, Promise
from conduct.dossiers.models import Dossier
from conduct.feedback.models import Apology, Case
from conduct.kernel.months import Month
from conduct.oversight.models import CorrectiveAction, Finding, Inspection, InspectionLine
from models_catalog.models import Item
from surveys.models import Response, ServicePoint, Stratum
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.scores.arrange import items_of, judge, make_point, make_questionnaire, sign


@dataclass(frozen=True)
class Answered:
    """A citizen's form: the overall mark, whether the promise was kept, how friendly it was, the desk-day."""

    who: int
    overall: int
    promise: int
    friendly: int
    verified: bool
    cluster: int

    @property
    def kept(self) -> Self:
        return replace(self, overall=5, promise=1, friendly=5)


@dataclass(frozen=True)
class Promised:
    """A promise and its end; one without a dossier code cannot be checked and does not count."""

    who: int
    day: int
    outcome: str
    is_checkable: bool

    @property
    def kept(self) -> Self:
        return replace(self, outcome="kept") if self.outcome in {"kept_late", "broken", "open"} else self


@dataclass(frozen=True)
class Examined:
    """A line of an inspection, the state of its finding ("" for none), when what it asked for was done."""

    who: int
    day: int
    item: int
    finding: str
    is_breach: bool
    action: str

    @property
    def kept(self) -> Self:
        if self.action:
            return replace(self, action="in time")
        return replace(self, finding="", is_breach=False) if self.finding == "confirmed" else self


@dataclass(frozen=True)
class Settled:
    """A dossier: the first promised day, and when it was settled."""

    who: int
    day: int
    end: str

    @property
    def kept(self) -> Self:
        return self if self.end == "early" else replace(self, end="that day")


@dataclass(frozen=True)
class Remarked:
    """A citizen's remark: the day its answer was due, and what became of it."""

    who: int
    day: int
    end: str

    @property
    def kept(self) -> Self:
        return self if self.end == "forwarded" else replace(self, end="in time")


@dataclass(frozen=True)
class Judged:
    """What the supervisor says of somebody's items."""

    who: int
    values: tuple[int, int, int]

    @property
    def kept(self) -> Self:
        return replace(self, values=(4, 4, 4))


@dataclass(frozen=True)
class Asked:
    """Whether somebody signed."""

    who: int
    has_signed: bool

    @property
    def kept(self) -> Self:
        return replace(self, has_signed=True)


@dataclass(frozen=True)
class Happenings:
    """All of a month; ``before``: answers of the month before it, pooled where there are too few."""

    answers: tuple[Answered, ...] = ()
    before: tuple[Answered, ...] = ()
    judgements: tuple[Judged, ...] = ()
    promises: tuple[Promised, ...] = ()
    examined: tuple[Examined, ...] = ()
    dossiers: tuple[Settled, ...] = ()
    remarks: tuple[Remarked, ...] = ()
    signatures: tuple[Asked, ...] = ()

    def slips(self, kind: str) -> list[int]:
        """The places at which something of that kind slipped."""
        return [place for place, row in enumerate(dict(self._kinds())[kind]) if row.kept != row]

    def kept_at(self, kind: str, place: int) -> "Happenings":
        """The same with that one kept."""
        rows = enumerate(dict(self._kinds())[kind])
        changed: dict[str, Any] = {kind: tuple(row.kept if at == place else row for at, row in rows)}
        return replace(self, **changed)

    def shuffled(self, seed: int) -> "Happenings":
        """The same in another order."""
        random = Random(seed)
        return Happenings(**{kind: tuple(random.sample(rows, len(rows))) for kind, rows in self._kinds()})

    def plus(self, other: "Happenings") -> "Happenings":
        """Both."""
        return Happenings(**{kind: (*rows, *getattr(other, kind)) for kind, rows in self._kinds()})

    def without(self, kinds: Sequence[str]) -> "Happenings":
        """The same where these sources say nothing."""
        left: dict[str, Any] = {kind: rows for kind, rows in self._kinds() if kind not in kinds}
        return Happenings(**left)

    def _kinds(self) -> Iterator[tuple[str, Sequence[Any]]]:
        for field in fields(self):
            yield field.name, getattr(self, field.name)


WHO, DAYS = st.integers(0, 1), st.integers(6, 24)
_ANSWERS = st.builds(
    Answered, WHO, st.integers(1, 5), st.integers(0, 1), st.integers(1, 5),
    st.sampled_from([True, True, True, False]), st.integers(0, 2),
)  # fmt: skip
_PROMISES = st.builds(
    Promised, WHO, DAYS, st.sampled_from(["kept", "kept", "kept_late", "broken", "open", "withdrawn"]),
    st.sampled_from([True, True, False]),
)  # fmt: skip
_FREE = st.builds(
    Examined, WHO, DAYS, st.integers(0, 2), st.sampled_from(["", "", "waiting", "answered", "dropped"]),
    st.just(value=False), st.just(""),
)  # fmt: skip
_FOUND = st.builds(
    Examined, WHO, DAYS, st.integers(0, 2), st.just("confirmed"), st.booleans(),
    st.sampled_from(["", "", "in time", "late", "never"]),
)  # fmt: skip
_DOSSIERS = st.builds(Settled, WHO, DAYS, st.sampled_from(["early", "that day", "late", "never"]))
_REMARKS = st.builds(Remarked, WHO, DAYS, st.sampled_from(["in time", "late", "never", "forwarded"]))


def _once_each[T](rows: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    """At most one about each person."""
    return st.lists(rows, max_size=2, unique_by=lambda row: getattr(row, "who", None)).map(tuple)


def _some[T](rows: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    """So many that they can differ."""
    return st.lists(rows, min_size=3, max_size=6).map(tuple)


_WHOLE = st.builds(
    Happenings,
    answers=st.lists(_ANSWERS, min_size=3, max_size=12).map(tuple),
    before=st.lists(_ANSWERS, max_size=6).map(tuple),
    judgements=_once_each(st.builds(Judged, WHO, st.tuples(*[st.integers(0, 4)] * 3))),
    promises=_some(_PROMISES),
    examined=_some(st.one_of(_FREE, _FOUND)),
    dossiers=_some(_DOSSIERS),
    remarks=_some(_REMARKS),
    signatures=_once_each(st.builds(Asked, WHO, st.booleans())),
)
_KINDS = [field.name for field in fields(Happenings)]
HAPPENINGS = st.builds(Happenings.without, _WHOLE, st.lists(st.sampled_from(_KINDS), max_size=2))


@dataclass(frozen=True)
class Stage:
    """Where it happens: the postings of Lan and Mai, and the unit of each."""

    cast: Cast
    postings: tuple[Posting, Posting]
    units: tuple[Agency, Agency]


def happen(stage: Stage, events: Happenings, month: Month) -> None:
    """Write a month as its apps would have."""
    items = items_of(stage.cast.adoption)
    desks = [make_point(unit, f"quay{who}") for who, unit in enumerate(stage.units)]
    for rows, when in ((events.answers, month), (events.before, month.previous())):
        Response.objects.bulk_create([_response(stage, desks, items, row, when) for row in rows])
    for row in events.judgements:
        judge(stage.postings[row.who], stage.cast.adoption, list(row.values), stage.cast.minh, month)
    Promise.objects.bulk_create([_promise(stage, row, month) for row in events.promises])
    for examined in events.examined:
        _examine(stage, examined, items, month)
    Dossier.objects.bulk_create(
        [_dossier(stage, row, place, month) for place, row in enumerate(events.dossiers)]
    )
    Case.objects.bulk_create([_case(stage, row, place, month) for place, row in enumerate(events.remarks)])
    signed = [stage.postings[row.who] for row in events.signatures if row.has_signed]
    sign(stage.cast, *signed, at=_moment(month, 10))


def happen_beside(stage: Stage, month: Month) -> None:
    """What must not move any score: the own journal, and letters of apology for what happened anyway."""
    item = items_of(stage.cast.adoption)[0]
    for posting in stage.postings:
        slip = {"was_kept": False, "remedy": "Đến sớm", "remedy_by": month.last}
        for said in ({"was_kept": True}, slip, slip | {"submitted_at": _moment(month, 12)}):
            JournalEntry.objects.create(
                posting=posting, item=item, on=_day(month, 9), text="Tự soi", written_at=NOW, **said
            )
    for dossier in Dossier.objects.all():
        new = {"due_on": dossier.due_on + timedelta(days=20)}
        Apology.objects.create(
            office=stage.cast.commune, kind="overdue", dossier=dossier, for_due_on=dossier.due_on,
            owed_on=dossier.due_on, new_date=new["due_on"], **new | {"due_on": dossier.due_on},
        )  # fmt: skip
        Dossier.objects.filter(pk=dossier.pk).update(**new)
    for case in Case.objects.all():
        Apology.objects.create(
            office=stage.cast.commune, kind="conduct", case=case, owed_on=case.due_on, due_on=case.due_on
        )


def _day(month: Month, day: int) -> date:
    return month.first.replace(day=day)


def _moment(month: Month, day: int) -> datetime:
    return datetime.combine(_day(month, day), time(3), tzinfo=UTC)


def _response(
    stage: Stage, desks: Sequence[ServicePoint], items: Sequence[Item], row: Answered, month: Month
) -> Response:
    desk, stratum = desks[row.who], None
    if row.verified:
        stratum, _ = Stratum.objects.get_or_create(
            point=desk, month=month.first, procedure_group="Hộ tịch", posting=stage.postings[row.who]
        )
    return Response(
        key=uuid4(), agency=desk.agency, point=desk, stratum=stratum, month=month.first,
        questionnaire=make_questionnaire(), channel="invitation" if row.verified else "qr",
        is_verified=row.verified, cluster=row.cluster, overall=row.overall,
        factors=[None, None, row.overall, None, None], item_ids=[items[0].pk, items[2].pk],
        item_answers=[row.promise, row.friendly],
    )  # fmt: skip


def _promise(stage: Stage, row: Promised, month: Month) -> Promise:
    due = _moment(month, row.day)
    return Promise(
        posting=stage.postings[row.who], what="Trả kết quả", outcome=row.outcome, due_at=due,
        dossier_code="H12.34-26-0001" if row.is_checkable else "", made_at=due - timedelta(days=3),
        ended_at=None if row.outcome == "open" else due,
        apology="Xin lỗi ông/bà." if row.outcome == "broken" else "",
    )  # fmt: skip


def _examine(stage: Stage, row: Examined, items: Sequence[Item], month: Month) -> None:
    visit = Inspection.objects.create(
        agency=stage.units[row.who], kind="weekly", on=_day(month, row.day), subject="Giờ giấc",
        inspector=stage.cast.khoi, done_at=_moment(month, row.day),
    )  # fmt: skip
    line = InspectionLine.objects.create(
        inspection=visit, posting=stage.postings[row.who], adoption=stage.cast.adoption, item=items[row.item]
    )
    if not row.finding:
        return
    is_decided = row.finding in {"confirmed", "dropped"}
    finding = Finding.objects.create(
        line=line, state=row.finding, text="Vắng mặt", is_breach=row.is_breach, answer_by=visit.on,
        decided_by=stage.cast.khoi if is_decided else None, decided_at=NOW if is_decided else None,
        decision="Đã nghe giải trình" if is_decided else "",
        counts_in=month.first if row.finding == "confirmed" else None,
    )  # fmt: skip
    if row.action:
        done = {"in time": _moment(month, row.day), "late": _moment(month, row.day + 2), "never": None}
        CorrectiveAction.objects.create(
            finding=finding,
            text="Sắp lịch trực",
            due_on=visit.on + timedelta(days=1),
            done_at=done[row.action],
        )


def _dossier(stage: Stage, row: Settled, place: int, month: Month) -> Dossier:
    promised = _day(month, row.day)
    days = {"early": -3, "that day": 0, "late": 4}.get(row.end)
    return Dossier(
        agency=stage.units[row.who], code=f"H12-{place}", procedure="Khai sinh", channel="desk",
        received_on=promised - timedelta(days=5), promised_on=promised, due_on=promised,
        finished_on=None if days is None else promised + timedelta(days=days),
    )  # fmt: skip


def _case(stage: Stage, row: Remarked, place: int, month: Month) -> Case:
    due = _day(month, row.day)
    state, closed = {
        "in time": ("answered", due),
        "late": ("answered", due + timedelta(days=1)),
        "never": ("assigned", None),
        "forwarded": ("forwarded", due),
    }[row.end]
    return Case(
        code_hash=f"{place:064}", key_id="", agency=stage.units[row.who], concerns=stage.units[row.who],
        source="mailbox", state=state, received_on=due - timedelta(days=5), due_on=due, closed_on=closed,
    )  # fmt: skip
