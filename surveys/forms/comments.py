"""Forms about comments: which to show, tags, words to blacken."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conduct.agencies.models import Agency
from conduct.kernel.months import Month
from conduct.kernel.names import fold

from ..models import CommentTag, Response
from ..rules.redaction import Word
from ..tallies.comments import Wanted
from .questionnaires import OneLineField

MOST_KEYS = 100  # comments of one act
_QUOTED = '"“”'


def patterns(asked: str) -> list[str]:
    """What to look for as patterns of LIKE: each word, and what stands in quotation marks as it stands."""
    text = asked
    for mark in _QUOTED[1:]:
        text = text.replace(mark, _QUOTED[0])
    found = []
    for place, part in enumerate(text.split(_QUOTED[0])):
        words = fold(part)
        found += [words] if place % 2 and words else words.split()
    escaped = (word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in found)
    return [f"%{word}%" for word in escaped]


class CommentsForm(forms.Form):
    """Which comments of which agency and months."""

    unit = forms.ChoiceField(label=gettext_lazy("Agency"))
    since = forms.TypedChoiceField(label=gettext_lazy("From month"), coerce=Month.parse)
    until = forms.TypedChoiceField(label=gettext_lazy("To month"), coerce=Month.parse)
    q = forms.CharField(
        label=gettext_lazy("Words"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    mark = forms.TypedChoiceField(
        label=gettext_lazy("Mark"), required=False, coerce=int, empty_value=None,
        choices=[("", gettext_lazy("All")), *((str(mark), str(mark)) for mark in range(1, 6))],
    )  # fmt: skip
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        required=False,
        choices=[("", gettext_lazy("All")), *Response.Channel.choices],
    )
    tag = forms.TypedChoiceField(label=gettext_lazy("Tag"), required=False, coerce=int, empty_value=None)

    def __init__(
        self,
        *args: Any,
        agencies: Sequence[Agency],
        months: Sequence[Month],
        tags: Sequence[CommentTag],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        dates = [(str(month), f"{month.month:02}/{month.year}") for month in months]
        choices: dict[str, list[tuple[str, str]]] = {
            "unit": [(agency.code, agency.name) for agency in agencies],
            "since": dates,
            "until": dates,
            "tag": [("", _("All")), *((str(tag.pk), tag.name) for tag in tags)],
        }
        for name, offered in choices.items():
            choice = self.fields[name]
            if isinstance(choice, forms.ChoiceField):
                choice.choices = offered

    def wanted(self) -> Wanted:
        """The filters of a valid form."""
        asked = self.cleaned_data
        return Wanted(
            words=patterns(asked["q"]),
            mark=asked["mark"],
            channel=asked["channel"],
            tag_id=asked["tag"],
        )


class _KeysField(forms.Field):
    """Keys of comments, as many as are chosen."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[UUID]:
        """Those that are keys; anything else is left out."""
        found = []
        for text in list(value or [])[:MOST_KEYS]:
            try:
                found.append(UUID(str(text)))
            except ValueError:
                continue
        return found


class TagForm(forms.Form):
    """A tag to put on or to take off, and the comments."""

    key = _KeysField()
    act = forms.ChoiceField(choices=[("add", ""), ("remove", "")])
    tag = OneLineField(label=gettext_lazy("Tag"), max_length=60)


class RedactForm(forms.Form):
    """Which words to blacken, and why. Reasons are given, so that no name is written into one."""

    word = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Words to blacken"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        widget=forms.RadioSelect,
        choices=[
            ("person", gettext_lazy("Names another person")),
            ("child", gettext_lazy("Speaks of a child")),
            ("contact", gettext_lazy("A telephone number, an address or an ID number")),
            ("private", gettext_lazy("Health, family or other private matters")),
        ],
    )
    state = forms.CharField(max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args: Any, words: list[Word], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["word"]
        if isinstance(choice, forms.TypedMultipleChoiceField):
            choice.choices = [(str(word.number), word.text) for word in words if not word.is_black]


REASONS = dict(RedactForm.base_fields["reason"].choices)  # type: ignore[attr-defined]
