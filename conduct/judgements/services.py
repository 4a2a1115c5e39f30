"""Judging a person's month, and the person's reply."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict, cast

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django_stubs_ext import WithAnnotations

from conduct.agencies.models import Posting, User
from conduct.agencies.periods import check_month_is_open
from conduct.audit.services import record
from conduct.kernel.months import Month
from models_catalog.models import Adoption, Emphasis, Item, Source

from .models import Judgement, JudgementSheet
from .permissions import check_can_judge, check_can_reply, office_in
from .rules import REASON_LEAST, REASON_MOST, REPLY_MOST, Problem, Verdict, problems, tidied


class SheetChanged(Exception):
    """Somebody saved this sheet after it was read; ``sheet`` is what stands there now."""

    def __init__(self, sheet: JudgementSheet | None) -> None:
        super().__init__("the sheet has been changed since it was read")
        self.sheet = sheet


class Stress(TypedDict):
    """How much the office stresses an item, 1–3."""

    weight: int


type JudgedItem = WithAnnotations[Item, Stress]


def items_to_judge(adoption: Adoption) -> list[JudgedItem]:
    """The items that a supervisor judges, the office's own last, with group and weight; one query."""
    stressed = Emphasis.objects.filter(adoption=adoption, item=OuterRef("pk")).values("weight")
    items = Item.objects.kept_under(adoption).filter(sources__contains=[Source.SUPERVISOR])
    weighed = items.annotate(weight=Coalesce(Subquery(stressed), 1))
    return cast("list[JudgedItem]", list(weighed))


def verdicts_of(sheet: JudgementSheet | None) -> dict[int, Verdict]:
    """What a sheet says, by item; empty without a sheet."""
    if sheet is None:
        return {}
    rows = Judgement.objects.filter(sheet=sheet).values_list("item_id", "value", "reason")
    return {item_id: Verdict(value, reason) for item_id, value, reason in rows}


def verdicts_by_month(
    posting: Posting, adoption: Adoption, months: list[Month]
) -> dict[Month, dict[int, Verdict]]:
    """What the sheets of these months say, by month and item; one query."""
    rows = Judgement.objects.filter(
        sheet__posting=posting, sheet__adoption=adoption, sheet__month__in=[month.first for month in months]
    ).values_list("sheet__month", "item_id", "value", "reason")
    found: dict[Month, dict[int, Verdict]] = {month: {} for month in months}
    for day, item_id, value, reason in rows:
        found[Month.of(day)][item_id] = Verdict(value, reason)
    return found


def judge_person(
    *, posting: Posting, adoption: Adoption, month: Month, verdicts: Mapping[int, Verdict], revision: int,
    by: User, now: datetime,
) -> tuple[JudgementSheet, bool]:  # fmt: skip
    """Store the judgement of every item; returns the sheet and whether this call changed it.

    ``revision`` is that of the sheet as it was read, 0 when there was none. Raises Refused without the right
    or for a month that is closed or has not begun, ValidationError for missing or impossible verdicts,
    SheetChanged when somebody else saved in between (nothing is overwritten).
    """
    today = timezone.localdate(now)
    check_can_judge(by, posting, adoption, month, today)
    said = {item: tidied(verdict) for item, verdict in verdicts.items()}
    found = problems(said, {item.pk for item in items_to_judge(adoption)})
    if found:
        raise ValidationError(_errors(found))
    with transaction.atomic():
        office = office_in(month, posting, today)
        check_month_is_open(office, month)
        # One judgement of a posting at a time; a second writer waits here and is then told.
        Posting.objects.select_for_update(no_key=True).get(pk=posting.pk)
        sheet = JudgementSheet.objects.filter(posting=posting, adoption=adoption, month=month.first).first()
        before = verdicts_of(sheet)
        if sheet is not None and before == said:
            return sheet, False
        if (sheet.revision if sheet else 0) != revision:
            raise SheetChanged(sheet)
        sheet = _stored(sheet, posting, adoption, month, said, by, now)
        record(
            act="judgements.judge_person", by=by, obj=sheet, agency=office, now=now,
            data={
                "posting": posting.pk, "adoption": adoption.pk, "month": str(month),
                "revision": sheet.revision,
                "before": _plain(before), "after": _plain(said),
            },
        )  # fmt: skip
    return sheet, True


def _stored(
    sheet: JudgementSheet | None, posting: Posting, adoption: Adoption, month: Month,
    said: Mapping[int, Verdict], by: User, now: datetime,
) -> JudgementSheet:  # fmt: skip
    if sheet is None:
        sheet = JudgementSheet(posting=posting, adoption=adoption, month=month.first, revision=0)
    sheet.revision += 1
    sheet.judged_by, sheet.judged_at = by, now
    sheet.save()
    Judgement.objects.bulk_create(
        [Judgement(sheet=sheet, item_id=item, value=v.value, reason=v.reason) for item, v in said.items()],
        update_conflicts=True,
        unique_fields=["sheet", "item"],
        update_fields=["value", "reason"],
    )
    return sheet


def _plain(verdicts: Mapping[int, Verdict]) -> dict[str, list[int | str]]:
    return {str(item): [verdict.value, verdict.reason] for item, verdict in sorted(verdicts.items())}


def sentence_of(problem: Problem) -> str:
    """What is wrong with a verdict, in the reader's language."""
    return {
        Problem.STRANGE_ITEM: _("An item that is not of this model was sent. Nothing has been stored."),
        Problem.UNANSWERED: _("Choose one of the five steps."),
        Problem.OUT_OF_RANGE: _("Choose one of the five steps."),
        Problem.REASON_MISSING: _("Say why it is below “always kept”."),
        Problem.REASON_TOO_SHORT: _("Say it in at least %(n)s letters.") % {"n": REASON_LEAST},
        Problem.REASON_TOO_LONG: _("At most %(n)s letters.") % {"n": f"{REASON_MOST:,}".replace(",", ".")},
    }[problem]


def field_of(item: int, problem: Problem) -> str:
    """The form field to which a problem belongs."""
    if problem is Problem.STRANGE_ITEM:
        return NON_FIELD_ERRORS
    return f"{'reason' if problem.value.startswith('reason') else 'value'}_{item}"


def _errors(found: Mapping[int, Problem]) -> dict[str, str]:
    return {field_of(item, problem): sentence_of(problem) for item, problem in found.items()}


@transaction.atomic
def reply_to_judgement(*, sheet: JudgementSheet, text: str, by: User, now: datetime) -> bool:
    """Write or change the reply of the person judged; returns whether this call changed it.

    Raises Refused for anybody else or too late, ValidationError for an empty or too long text.
    """
    sheet = JudgementSheet.objects.select_for_update(of=("self",)).select_related(
        "posting__agency", "posting__person", "adoption"
    ).get(pk=sheet.pk)  # fmt: skip
    check_can_reply(by, sheet, now)
    text = text.strip()
    if not text:
        raise ValidationError({"text": _("Write something, or leave it.")}, code="empty")
    if len(text) > REPLY_MOST:
        raise ValidationError(
            {"text": _("At most %(n)s letters.") % {"n": f"{REPLY_MOST:,}".replace(",", ".")}}, code="long"
        )
    if text == sheet.reply:
        return False
    before, sheet.reply, sheet.replied_at = sheet.reply, text, now
    sheet.save(update_fields=["reply", "replied_at"])
    record(
        act="judgements.reply_to_judgement", by=by, obj=sheet, agency=sheet.posting.agency, now=now,
        data={"month": f"{sheet.month:%Y-%m}", "before": before, "after": text},
    )  # fmt: skip
    return True
