"""Changing what citizens are asked. One audit row an act.

Whoever writes says on which revision of the draft the change is based; after somebody else's change nothing
is overwritten (QuestionnaireChanged).
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.audit.services import record
from conduct.kernel.names import fold

from ..models import Questionnaire
from ..permissions.questionnaires import check_can_ask, check_can_edit_draft, check_can_edit_questionnaire
from ..rules.checking import MOST_QUESTIONS
from ..rules.editing import Row, find_row, in_form_order, is_standing, moved, with_row, without
from .questionnaires import said_problems

_CODE_LENGTH = 40
_NOT_IN_A_CODE = re.compile(r"[^a-z0-9]+")


class QuestionnaireChanged(Exception):
    """Somebody changed the draft in between; nothing was written."""


class Facts(TypedDict):
    """What is said about a version as a whole."""

    name: str
    legal_basis: str
    source: str
    languages: list[str]


@transaction.atomic
def create_questionnaire(
    *, name: str, keeper: Agency | None, pattern: Questionnaire, by: User, now: datetime
) -> tuple[Questionnaire, bool]:
    """Begin a questionnaire with the questions of another one; returns whether this call made it.

    Raises Refused without the right.
    """
    today = timezone.localdate(now)
    check_can_ask(by, keeper, today)
    drafts = Questionnaire.objects.filter(keeper=keeper, name=name, asked_at=pattern.asked_at, revision=0)
    known = drafts.filter(state=Questionnaire.State.DRAFT, questions=pattern.questions).first()
    if known is not None:
        return known, False
    made = Questionnaire.objects.create(
        code=_new_code(keeper, name),
        number=1,
        name=name,
        keeper=keeper,
        asked_at=pattern.asked_at,
        state=Questionnaire.State.DRAFT,
        valid_from=today,
        legal_basis=pattern.legal_basis,
        source=pattern.source,
        languages=pattern.languages,
        questions=in_form_order(pattern.questions),
        edited_at=now,
    )
    _note("create_questionnaire", made, by, now, {"pattern": pattern.pk})
    return made, True


def _new_code(keeper: Agency | None, name: str) -> str:
    """A code that no questionnaire has, from the agency's code and the name."""
    words = f"{keeper.code} {name}" if keeper else name
    start = _NOT_IN_A_CODE.sub("-", fold(words)).strip("-")[: _CODE_LENGTH - 4].strip("-") or "form"
    taken = set(Questionnaire.objects.filter(code__startswith=start).values_list("code", flat=True))
    names = (start if number == 1 else f"{start}-{number}" for number in range(1, len(taken) + 2))
    return next(code for code in names if code not in taken)


@transaction.atomic
def draft_next_questionnaire(
    *, questionnaire: Questionnaire, by: User, now: datetime
) -> tuple[Questionnaire, bool]:
    """A draft with the questions of this version; returns whether this call made it.

    There is one draft at a time: an open one is returned as it stands. Raises Refused without the right.
    """
    versions = Questionnaire.objects.filter(code=questionnaire.code)
    rows = list(versions.select_for_update(of=("self",)).select_related("keeper").order_by("-number"))
    check_can_edit_questionnaire(by, rows[0], timezone.localdate(now))
    if open_draft := next((row for row in rows if row.state == Questionnaire.State.DRAFT), None):
        return open_draft, False
    last = next(row for row in rows if row.pk == questionnaire.pk)
    copied = ("code", "name", "keeper", "asked_at", "legal_basis", "source", "languages", "questions")
    draft = Questionnaire.objects.create(
        **{name: getattr(last, name) for name in copied},
        number=rows[0].number + 1,
        state=Questionnaire.State.DRAFT,
        valid_from=timezone.localdate(now),
        edited_at=now,
    )
    _note("draft_next_questionnaire", draft, by, now, {"number": draft.number})
    return draft, True


def _locked_draft(questionnaire: Questionnaire, revision: int, by: User, now: datetime) -> Questionnaire:
    """The row of a draft, held. Raises Refused without the right, QuestionnaireChanged when it moved on."""
    rows = Questionnaire.objects.select_for_update(of=("self",)).select_related("keeper")
    row = rows.get(pk=questionnaire.pk)
    check_can_edit_draft(by, row, timezone.localdate(now))
    if row.revision != revision:
        raise QuestionnaireChanged
    return row


def _written(row: Questionnaire, act: str, by: User, now: datetime, data: Mapping[str, Any]) -> None:
    row.revision += 1
    row.edited_at = now
    row.save()
    _note(act, row, by, now, {"revision": row.revision, **data})


def _note(act: str, row: Questionnaire, by: User, now: datetime, data: dict[str, Any], why: str = "") -> None:
    record(act=f"surveys.{act}", by=by, obj=row, agency=row.keeper, now=now, data=data, reason=why)


@transaction.atomic
def change_questionnaire(
    *, questionnaire: Questionnaire, facts: Facts, revision: int, by: User, now: datetime
) -> bool:
    """Set name, basis, source and languages of a draft; returns whether anything changed."""
    row = _locked_draft(questionnaire, revision, by, now)
    changed = [name for name, value in facts.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, facts[name])  # type: ignore[literal-required]
    if changed:
        _written(row, "change_questionnaire", by, now, {"fields": changed})
    return bool(changed)


@transaction.atomic
def put_question(
    *, questionnaire: Questionnaire, question: Row, revision: int, by: User, now: datetime
) -> bool:
    """Add a question, or put it in the place of the one of its key; returns whether anything changed.

    Of a question that stands on every form only the words change. Raises ValidationError when there are too
    many.
    """
    row = _locked_draft(questionnaire, revision, by, now)
    known = find_row(row.questions, question["key"])
    if known is None and len(row.questions) >= MOST_QUESTIONS:
        said = _("There are %(n)d questions already; take one out first.")
        raise ValidationError(said % {"n": len(row.questions)}, code="many")
    if known is not None and is_standing(known):
        question = {**known, "text": question["text"]}
    after = with_row(row.questions, question)
    if after == row.questions:
        return False
    row.questions = after
    _written(row, "put_question", by, now, {"key": question["key"], "is_new": known is None})
    return True


@transaction.atomic
def remove_question(
    *, questionnaire: Questionnaire, key: str, revision: int, by: User, now: datetime
) -> bool:
    """Take a further question out of a draft; returns whether one was there. Standing ones stay."""
    row = _locked_draft(questionnaire, revision, by, now)
    after = without(row.questions, key)
    if len(after) == len(row.questions):
        return False
    row.questions = after
    _written(row, "remove_question", by, now, {"key": key})
    return True


@transaction.atomic
def move_question(
    *, questionnaire: Questionnaire, key: str, step: int, revision: int, by: User, now: datetime
) -> bool:
    """Move a further question one place up (-1) or down (1); returns whether it moved."""
    row = _locked_draft(questionnaire, revision, by, now)
    after = moved(row.questions, key, step)
    if after == row.questions:
        return False
    row.questions = after
    _written(row, "move_question", by, now, {"key": key, "step": step})
    return True


@transaction.atomic
def publish_questionnaire(
    *, questionnaire: Questionnaire, valid_from: date, revision: int, by: User, now: datetime
) -> None:
    """Ask this version from a day on; from now on it never changes.

    Raises ValidationError for a day gone by, or while something is wrong with it.
    """
    row = _locked_draft(questionnaire, revision, by, now)
    if valid_from < timezone.localdate(now):
        raise ValidationError({"valid_from": _("Choose today or a later day.")}, code="past")
    if said_problems(row.questions, row.languages):
        raise ValidationError(_("Something is still wrong; see the list."), code="wrong")
    row.state, row.valid_from = Questionnaire.State.PUBLISHED, valid_from
    _written(row, "publish_questionnaire", by, now, {"valid_from": valid_from.isoformat()})


@transaction.atomic
def retire_questionnaire(*, questionnaire: Questionnaire, reason: str, by: User, now: datetime) -> bool:
    """Ask this version no more; answers to it stay. Returns whether this call retired it.

    Raises Refused without the right, ValidationError when nothing would be asked everywhere any more.
    """
    rows = Questionnaire.objects.select_for_update(of=("self",)).select_related("keeper")
    row = rows.get(pk=questionnaire.pk)
    today = timezone.localdate(now)
    check_can_edit_questionnaire(by, row, today)
    if row.state == Questionnaire.State.RETIRED:
        return False
    if row.state == Questionnaire.State.DRAFT:
        raise ValidationError(_("A draft is not asked; there is nothing to retire."), code="draft")
    if row.keeper is None and asked_instead(row, today) is None:
        raise ValidationError(
            _("Nothing else would be asked there; publish another common questionnaire first."), code="last"
        )
    row.state = Questionnaire.State.RETIRED
    row.save(update_fields=["state"])
    _note("retire_questionnaire", row, by, now, {"number": row.number}, why=reason)
    return True


@transaction.atomic
def discard_questionnaire(*, questionnaire: Questionnaire, revision: int, by: User, now: datetime) -> None:
    """Throw a draft away for good; versions that were published are not touched.

    Raises Refused without the right or once it is published, QuestionnaireChanged when it moved on,
    ValidationError when something refers to it.
    """
    row = _locked_draft(questionnaire, revision, by, now)
    _note("discard_questionnaire", row, by, now, {"code": row.code, "number": row.number})
    try:
        row.delete()
    except ProtectedError as error:
        raise ValidationError(_("This draft is used already and stays."), code="used") from error


def asked_instead(questionnaire: Questionnaire, on: date) -> Questionnaire | None:
    """What is asked at the keeper's desks (None: everywhere) when this version is not."""
    lineage = [questionnaire.keeper_id] if questionnaire.keeper_id else []
    others = Questionnaire.objects.exclude(pk=questionnaire.pk)
    return others.in_force(on, lineage, questionnaire.asked_at)
