"""Everything that is kept about a remark, in words: the same data that the file holds, to be read."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from conduct.kernel.wording import date_text

from ..models import Case, CaseEvent, Consent, ConsentText, OutgoingMail

_YES, _NO = _("yes"), _("no")
_REMARK = {
    "number": _("Number"),
    "about": _("About"),
    "dealt_with_by": _("Dealt with by"),
    "service_point": _("Service point"),
    "dossier": _("Dossier"),
    "source": _("How it came"),
    "kind": _("Kind"),
    "state": _("State"),
    "respondent": _("Written as"),
    "language": _("Language"),
    "words": _("What you wrote"),
    "summary": _("Summary of the office"),
    "answer": _("The answer"),
    "read_word_for_word": _("May be read word for word"),
    "may_be_published": _("May be made public"),
    "public_question": _("Public: the matter"),
    "public_answer": _("Public: the answer"),
    "received_on": _("Received on"),
    "due_on": _("Answer due on"),
    "answered_on": _("Answered on"),
    "closed_on": _("Closed on"),
    "reopened_on": _("Opened again on"),
    "published_on": _("Made public on"),
    "asked_on": _("Asked whether it was put right on"),
    "upheld": _("The remark was right"),
    "corrective_action": _("What is put right"),
    "righted": _("Your answer"),
    "erased_at": _("Erased on"),
}
_CONTACT = {
    "name": _("Your name"),
    "phone": _("Telephone"),
    "email": _("E-mail"),
    "under_16": _("Under 16"),
    "parent": _("Name of a parent or guardian"),
    "erased_on": _("Erased without being asked on"),
}
_CHOICES: dict[str, Mapping[str, Any]] = {
    "source": dict(Case.Source.choices),
    "kind": dict(Case.Kind.choices),
    "state": dict(Case.State.choices),
    "respondent": {"citizen": _("Citizen"), "business": _("Business")},
    "language": {"vi": _("Vietnamese"), "en": _("English")},
    "righted": dict(Case.Righted.choices),
}
type Row = tuple[Any, Any]


def remark_rows(data: Mapping[str, Any]) -> list[Row]:
    """What is kept about the remark itself, without what is empty."""
    return list(_rows(data["remark"], _REMARK))


def contact_rows(data: Mapping[str, Any]) -> list[Row]:
    """What is kept about the sender; nothing without a contact."""
    return list(_rows(data["contact"] or {}, _CONTACT))


def consent_rows(data: Mapping[str, Any]) -> list[Row]:
    """Each consent with its day, what it was for, and whether it was given or taken back."""
    purposes, ways = dict(ConsentText.Purpose.choices), dict(Consent._meta.get_field("through").choices or ())
    rows = []
    for said in data["consents"]:
        purpose, _space, _number = said["text"].partition(" ")
        given = _("given") if said["given"] else _("taken back")
        parent = f" · {_('by the parent')}" if said["by_parent"] else ""
        rows.append((_day(said["at"][:10]), f"{purposes[purpose]}: {given} {ways[said['through']]}{parent}"))
    return rows


def step_rows(data: Mapping[str, Any]) -> list[Row]:
    """Each step with its day, and the words if they are the citizen's own."""
    kinds = dict(CaseEvent.Kind.choices)
    return [
        (_day(step["on"]), f"{kinds[step['step']]}{': ' if step['words'] else ''}{step['words'] or ''}")
        for step in data["steps"]
    ]


def mail_rows(data: Mapping[str, Any]) -> list[Row]:
    """Each mail that was to leave."""
    kinds, states = dict(OutgoingMail.Kind.choices), dict(OutgoingMail.State.choices)
    return [(_day(mail["on"]), f"{kinds[mail['kind']]}: {states[mail['state']]}") for mail in data["mails"]]


def _rows(values: Mapping[str, Any], labels: Mapping[str, Any]) -> Iterator[Row]:
    for field, label in labels.items():
        value = values.get(field)
        if value is None or value == "":
            continue
        if isinstance(value, bool):
            value = _YES if value else _NO
        elif field in _CHOICES:
            value = _CHOICES[field].get(value, value)
        elif field.endswith(("_on", "_at")):
            value = _day(value[:10])
        yield label, value


def _day(text: str) -> str:
    return date_text(date.fromisoformat(text))
