"""What changed in an item or a group, in words."""

from collections.abc import Callable
from typing import NamedTuple

from django import template
from django.utils.translation import gettext as _

from ..models import Item, ItemGroup, Source
from ..rules.diff import GroupDiff, ItemDiff, Line

register = template.Library()


class ChangedField(NamedTuple):
    """A label and what stood there before and stands there now."""

    label: str
    before: str
    after: str


@register.filter
def changed_fields(item: ItemDiff) -> list[ChangedField]:
    """What changed in an item beside its text."""
    if item.before is None or item.after is None:
        return []
    return [
        ChangedField(label, words(item.before) or "–", words(item.after) or "–")
        for label, words in (_field(name) for name in item.other_fields)
    ]


@register.filter
def changed_heading(group: GroupDiff) -> list[ChangedField]:
    """What changed in the name of a group and in what it asks."""
    if group.before is None or group.after is None or not group.fields:
        return []
    named = [
        ChangedField(
            _("Name of the group"), *(f"{side.number} {side.keyword}" for side in (group.before, group.after))
        )
    ]
    label, words = _field("polarity")
    polarity = [ChangedField(label, words(group.before), words(group.after))]
    return (named if {"number", "keyword"} & set(group.fields) else []) + (
        polarity if "polarity" in group.fields else []
    )


@register.filter
def judged_by(line: Line) -> str:
    """Who can judge the item, in words."""
    return ", ".join(str(Source(source).label) for source in line.item.sources)


def _field(name: str) -> tuple[str, Callable[[Line], str]]:
    """The label of a field of ``ItemDiff.fields``, and how its value is said."""
    fields: dict[str, tuple[str, Callable[[Line], str]]] = {
        "text_en": (_("In English"), lambda line: line.item.text_en),
        "sources": (_("Who can judge it"), judged_by),
        "question": (_("Question to citizens"), _question),
        "kept": (_("Counts as kept"), _kept),
        "polarity": (_("What it asks"), lambda line: str(ItemGroup.Polarity(line.polarity).label)),
        "weight": (_("Emphasis"), lambda line: f"× {line.weight}"),
        "is_local": (_("Whose"), lambda line: _("the office's own") if line.is_local else _("of the model")),
    }
    return fields[name]


def _question(line: Line) -> str:
    return " / ".join(filter(None, (line.item.question, line.item.question_en)))


def _kept(line: Line) -> str:
    item = line.item
    return Item(answer=item.answer, kept_answers=list(item.kept_answers)).kept_words if item.answer else ""
