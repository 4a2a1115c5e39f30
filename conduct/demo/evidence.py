"""Writes the evidence: supervisors' judgements and citizens' responses."""

from collections.abc import Mapping
from datetime import date
from random import Random

from django.conf import settings

from conduct.judgements.models import Judgement, JudgementSheet
from conduct.kernel.months import Month
from surveys.models import Questionnaire, Response, Stratum
from surveys.rules.keys import desk_day_label

from .acts import some_moment
from .answering import Answering, AnswerPlan
from .copying import Ids, copy_rows, new_ids
from .judging import Judging, SheetPlan
from .people import Staff
from .pledging import AdoptionPlan
from .stories import Level
from .tree import Tree


def write_judgements(
    tree: Tree,
    staff: Staff,
    levels: Mapping[int, Level],
    adoptions: list[AdoptionPlan],
    ids: Ids,
    random: Random,
) -> None:
    """Every posting's sheet of every month, item by item."""
    plans = list(Judging(tree, staff, levels, random).sheets(adoptions))
    sheets = new_ids(JudgementSheet, len(plans))
    copy_rows(
        JudgementSheet,
        "id posting adoption month revision judged_by judged_at reply replied_at",
        (_sheet_row(sheet, plan, ids, random) for sheet, plan in zip(sheets, plans, strict=True)),
    )
    copy_rows(
        Judgement,
        "sheet item value reason",
        ((sheet, *mark) for sheet, plan in zip(sheets, plans, strict=True) for mark in plan.marks),
    )


def _sheet_row(sheet: int, plan: SheetPlan, ids: Ids, random: Random) -> tuple[object, ...]:
    return (
        *(sheet, ids.posts[plan.post.index], ids.adoptions[plan.adoption.index], plan.month.first, 1),
        *(ids.people[plan.judged_by], some_moment(random, plan.judged_on), plan.reply),
        some_moment(random, plan.replied_on) if plan.replied_on else None,
    )


def write_responses(answering: Answering, total: int, months: list[Month], ids: Ids) -> None:
    """The responses with the strata of their invitations."""
    asked = {month: Questionnaire.objects.in_force(month.first) for month in months}
    versions = {month: version.pk for month, version in asked.items() if version is not None}
    plans = list(answering.answers(total))
    strata = new_ids(Stratum, len(answering.strata))
    copy_rows(
        Stratum,
        "id point month procedure_group posting",
        (
            (strata[place], ids.points[one.point], one.month.first, one.group, _posting(one.post, ids))
            for one, place in answering.strata.items()
        ),
    )
    copy_rows(
        Response,
        "key agency point stratum questionnaire month channel is_verified respondent language cluster "
        "is_late is_outside_hours overall factors trips item_ids item_answers others comment",
        (_response_row(plan, versions[plan.month], strata, ids) for plan in plans),
    )


def _posting(post: int | None, ids: Ids) -> int | None:
    return None if post is None else ids.posts[post]


# How the open answers came in, in percent; the rest is the QR code.
_OPEN_CHANNELS = ((28, Response.Channel.KIOSK), (33, Response.Channel.PAPER), (35, Response.Channel.PHONE))


def _response_row(plan: AnswerPlan, version: int, strata: list[int], ids: Ids) -> tuple[object, ...]:
    verified = plan.stratum is not None
    channel = Response.Channel.INVITATION if verified else _open_channel(plan)
    outside = channel == Response.Channel.QR and plan.key.int % 211 == 0
    return (
        *(plan.key, ids.units[plan.unit], ids.points[plan.point]),
        *(None if plan.stratum is None else strata[plan.stratum], version, plan.month.first),
        *(channel.value, verified, plan.respondent, plan.language, plan.cluster, False, outside),
        *(plan.overall, plan.factors, plan.trips),
        *([item for item, _ in plan.items], [mark for _, mark in plan.items], [], plan.comment),
    )


def _open_channel(plan: AnswerPlan) -> Response.Channel:
    place = plan.key.int % 100
    return next((channel for below, channel in _OPEN_CHANNELS if place < below), Response.Channel.QR)


def label_of(slugs: list[str], point: int, day: date) -> int:
    """The label that the answers of one desk on one day share, the same that the desk's form would give."""
    return desk_day_label(slugs[point], day, settings.SECRET_KEY)
