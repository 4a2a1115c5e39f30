"""Some weeks after the answer: was it put right? Said with the code, or by one click in the mail.

Programs that guard mailboxes open the links of a mail, too. So a link that was opened records only what a
person's browser asks for (the view tells), and two different answers opened at once record none (ADR 0014).
"""

from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from conduct.agencies.models import User

from ..models import Case, CaseEvent, OutgoingMail
from .holding import finish, locked

ANSWERS = tuple(Case.Righted.values)
# Who opens two different links of one mail within this time is no person.
AT_ONCE = timedelta(minutes=3)
# Programs open links when the mail arrives; a person needs longer than this to read it.
TOO_SOON = timedelta(seconds=60)
_signer = Signer(salt="feedback.righted", sep=".")


class Said(StrEnum):
    """What became of an answer."""

    RECORDED = "recorded"
    KNOWN = "known"
    """An answer was recorded before, and stays."""
    ASK = "ask"
    """Nothing is recorded: a person has to press the button."""


def link_token(case: Case) -> str:
    """What stands in the links of the mail: the case and our signature, good for this question alone."""
    return _signer.sign(str(case.pk))


def read_token(token: str) -> int | None:
    """The case of a link; None for one that we did not write."""
    try:
        return int(_signer.unsign(token))
    except (BadSignature, ValueError):
        return None


def question_text(case: Case) -> tuple[str, str]:
    """Subject and text of the mail that asks, in the language that is active."""
    token = link_token(case)
    links = [
        (label, f"{settings.SITE_URL}{reverse('feedback:put_right_by_mail', args=[token, answer])}")
        for answer, label in Case.Righted.choices
    ]
    subject = _("Was your remark of %(day)s put right?") % {"day": f"{case.received_on:%d/%m/%Y}"}
    context = {"case": case, "agency": case.agency, "links": links}
    return subject, render_to_string("feedback/mail_righted.txt", context)


@transaction.atomic
def say_righted(*, case: Case, answer: str, by_link: bool, by: User | None = None, now: datetime) -> Said:
    """Record whether the citizen found it put right: the first answer counts, later ones change nothing.

    ``by_link``: a link of the mail was opened, no button pressed. ValueError for an unknown answer.
    """
    if answer not in ANSWERS:
        raise ValueError(answer)
    held = locked(case)
    if held.erased_at is not None:
        return Said.KNOWN
    if held.righted:
        if not (by_link and answer != held.righted and _was_by_link(held, now)):
            return Said.KNOWN
        held.righted = ""
        finish(
            case=held,
            step=CaseEvent.Kind.RIGHTED,
            act="doubt_righted",
            by=by,
            now=now,
            answer="",
            through="link",
        )
        return Said.ASK
    if by_link and (_is_doubted(held) or _is_too_soon(held, now)):
        return Said.ASK
    held.righted = answer
    through = "link" if by_link else "button"
    finish(
        case=held,
        step=CaseEvent.Kind.RIGHTED,
        act="say_righted",
        by=by,
        now=now,
        answer=answer,
        through=through,
    )
    return Said.RECORDED


def _was_by_link(case: Case, now: datetime) -> bool:
    """Whether the answer that stands came through a link a moment ago."""
    last = case.events.filter(kind=CaseEvent.Kind.RIGHTED).order_by("-at", "-pk").first()
    return last is not None and last.data.get("through") == "link" and now - last.at < AT_ONCE


def _is_doubted(case: Case) -> bool:
    """Whether a program has opened the links of this mail."""
    return case.events.filter(kind=CaseEvent.Kind.RIGHTED, data__answer="").exists()


def _is_too_soon(case: Case, now: datetime) -> bool:
    """Whether the mail has only just left."""
    sent = case.mails.filter(kind=OutgoingMail.Kind.RIGHTED, state=OutgoingMail.State.SENT)
    return sent.filter(ended_at__gt=now - TOO_SOON).exists()
