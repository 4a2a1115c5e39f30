"""A month of evidence for the cast, written as its apps would write it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.utils import timezone

from conduct.agencies.models import Agency, Period, Posting, User
from conduct.commitments.models import Campaign, Pledge
from conduct.judgements.models import Judgement, JudgementSheet
from conduct.kernel.months import Month
from conduct.scores.models import RollUpChunk, RollUpRun, Scheme, WhatIf
from conduct.scores.services.rollup import ask_for_months, ask_for_roll_up, run_chunk
from conduct.scores.services.what_if import draft_scheme, request_what_if, run_what_if
from conduct.scores.tallies import tally_ready_chunks
from conduct.scores.tasks import lease
from models_catalog.models import Adoption, Item
from surveys.models import Questionnaire, Response, ServicePoint, Stratum
from tests.cast import Cast
from tests.factories import DAY, NOW

OCTOBER = Month(2026, 10)
LATE = "để dân chờ quá trưa"


def items_of(adoption: Adoption) -> list[Item]:
    """The items in their order."""
    return list(Item.objects.filter(group__version=adoption.version).order_by("group__position", "position"))


def judge(
    posting: Posting, adoption: Adoption, values: list[int], by: User, month: Month = OCTOBER
) -> JudgementSheet:
    """The supervisor's judgement of every item."""
    sheet = JudgementSheet.objects.create(
        posting=posting, adoption=adoption, month=month.first, judged_by=by, judged_at=NOW
    )
    for item, value in zip(items_of(adoption), values, strict=True):
        Judgement.objects.create(sheet=sheet, item=item, value=value, reason="" if value == 4 else LATE)
    return sheet


def make_point(agency: Agency, slug: str = "banmot") -> ServicePoint:
    return ServicePoint.objects.create(agency=agency, slug=slug, name=f"Bàn {slug}", opened_on=DAY)


def make_questionnaire(kept: Sequence[int] = (4, 5)) -> Questionnaire:
    questions = [
        {
            "key": f"factor_{n}",
            "factor": n,
            "kind": "scale5",
            "text": {"vi": "?", "en": "?"},
            "kept": list(kept),
        }
        for n in range(1, 6)
    ]
    questions += [
        {"key": key, "factor": None, "kind": kind, "text": {"vi": "?", "en": "?"}, "kept": [4, 5]}
        for key, kind in (("overall", "scale5"), ("trips", "trips"))
    ]
    return Questionnaire.objects.get_or_create(
        code="sipas", number=1, defaults={"valid_from": DAY, "questions": questions}
    )[0]


def answer(
    point: ServicePoint,
    marks: list[int],
    *,
    posting: Posting | None = None,
    verified: bool = True,
    items: dict[int, int] | None = None,
    month: Month = OCTOBER,
    clusters: int = 1,
) -> None:
    """One response for each overall mark; the officer gets the same mark, and `items` the given answers."""
    stratum = None
    if verified:
        stratum, _ = Stratum.objects.get_or_create(
            point=point, month=month.first, procedure_group="Hộ tịch", posting=posting
        )
    for place, mark in enumerate(marks):
        Response.objects.create(
            key=uuid4(), agency=point.agency, point=point, stratum=stratum, month=month.first,
            questionnaire=make_questionnaire(), channel="invitation" if verified else "qr",
            is_verified=verified, cluster=place % clusters, overall=mark,
            factors=[None, None, mark, None, None],
            item_ids=list(items or {}), item_answers=list((items or {}).values()),
        )  # fmt: skip


def sign(cast: Cast, *postings: Posting, at: datetime = NOW) -> Campaign:
    """A campaign of the commune's year, signed by these."""
    campaign = Campaign.objects.create(
        agency=cast.commune, adoption=cast.adoption, year=2026, opens_on=DAY.replace(month=1, day=5),
        due_on=DAY.replace(month=3), opened_at=NOW,
    )  # fmt: skip
    for posting in postings:
        Pledge.objects.create(
            campaign=campaign,
            posting=posting,
            text="Cam kết",
            sha256="0" * 64,
            method="password",
            signed_at=at,
        )
    return campaign


def fill(cast: Cast) -> ServicePoint:
    """October: Minh judges Lan, ten verified citizens and four open ones answer, Lan and Minh sign."""
    promise, hours, friendly = items_of(cast.adoption)
    del hours
    point = make_point(cast.one_stop)
    judge(cast.lan_posting, cast.adoption, [4, 3, 4], cast.minh)
    kept = {promise.pk: 1, friendly.pk: 5}
    answer(point, [5] * 8, posting=cast.lan_posting, items=kept)
    answer(point, [3, 2], posting=cast.lan_posting, items={promise.pk: 0, friendly.pk: 3})
    answer(point, [5, 4, 1, 3], verified=False)
    sign(cast, cast.lan_posting, cast.minh_posting)
    return point


def roll_up(month: Month = OCTOBER, now: datetime = NOW, below: Agency | None = None) -> int:
    """Ask for every office (below one) and work until nothing is due; returns how many chunks were run."""
    asked = ask_for_roll_up(month=month, roots=[below.pk] if below else None)
    return work(now, [office.agency_id for office in asked] if below else None)


def work(now: datetime = NOW, agency_ids: list[int] | None = None) -> int:
    """Run what is due, as a worker does."""
    done = 0
    while ready := tally_ready_chunks(now, limit=1, agency_ids=agency_ids):
        assert run_chunk(chunk_id=ready[0], worker="test", lease=lease(), now=now)
        done += 1
    return done


def closing(office: Agency, month: Month = OCTOBER) -> Period:
    """The head has closed the month; the final roll-up is still to come."""
    return Period.objects.create(office=office, month=month.first, state="closing", closed_at=NOW)


def chunk_of(agency: Agency, month: Month = OCTOBER) -> RollUpChunk:
    return RollUpChunk.objects.get(agency=agency, month=month.first)


def try_a_draft(cast: Cast) -> WhatIf:
    """A run that the province's head asked for, and a copy of the scheme tried out over October."""
    now = timezone.now()
    ask_for_months(months=[OCTOBER], cause=RollUpRun.Cause.ASKED, root=cast.province, by=cast.phuong, now=now)
    draft = draft_scheme(
        base=Scheme.objects.filter(state="published")[0], keeper=cast.province, name="Bản thử",
        by=cast.phuong, now=now,
    )  # fmt: skip
    asked = request_what_if(
        draft=draft, root=cast.province, first=OCTOBER, last=OCTOBER, by=cast.phuong, now=now
    )
    run_what_if(what_if_id=asked.pk, worker="test", clock=timezone.now)
    asked.refresh_from_db()
    return asked
