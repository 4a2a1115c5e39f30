"""What citizens type: a remark with consent and contact, the follow code, the words of opening it again."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from conduct.kernel.codes import read_code
from surveys.rules.questions import clean_text

from ..models import Case, ConsentText
from ..rules.consent import Shown, needs_parent, shown
from ..services.citizens import Sender

LONGEST = 4000
_PHONE = re.compile(r"\+?[0-9][0-9 .\-()]{6,22}")
_MISSING = _("Please write a few words: at least 2 characters.")
_TOO_LONG = _("At most 4,000 characters; this has %(show_value)s.")


class WordsField(forms.CharField):
    """Free text without control and reordering characters; browsers send line breaks as two characters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.Textarea, min_length=2, max_length=LONGEST, strip=False,
            error_messages={"required": _MISSING, "min_length": _MISSING, "max_length": _TOO_LONG}, **options,
        )  # fmt: skip

    def to_python(self, value: Any) -> Any:
        """Cleaned before it is measured and checked, so that no NUL character is a riddle."""
        return clean_text(value) if isinstance(value, str) else ""


class LineField(forms.CharField):
    """One line: a line break in it would be another header of a mail."""

    def to_python(self, value: Any) -> Any:
        """Cleaned, with every white space single."""
        return " ".join(clean_text(value).split()) if isinstance(value, str) else ""


class WriteForm(forms.Form):
    """A remark. Nothing but the text is required, nothing is ticked beforehand."""

    text = WordsField(label=_("Your remark"))
    respondent = forms.ChoiceField(
        label=_("You write as"),
        choices=[("citizen", _("Citizen")), ("business", _("Business"))],
        initial="citizen",
        required=False,
    )
    about_heads = forms.BooleanField(label=_("It is about somebody who leads this office"), required=False)
    words = forms.BooleanField(required=False)
    publish = forms.BooleanField(required=False)
    name = LineField(label=_("Your name"), required=False, max_length=160)
    phone = LineField(label=_("Telephone"), required=False, max_length=24)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    reply = forms.BooleanField(required=False)
    is_child = forms.BooleanField(label=_("I am under 16"), required=False)
    parent = LineField(label=_("Name of a parent or guardian"), required=False, max_length=160)
    parent_agrees = forms.BooleanField(
        label=_("I am the parent or guardian and agree to it, too."), required=False
    )
    texts = forms.CharField(required=False)

    def __init__(
        self, *args: Any, texts: Mapping[str, ConsentText], office: str, language: str, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.consent_texts = texts
        self.shown: dict[str, Shown] = {
            purpose: shown(text.texts, language=language, office=office, days=text.keeps_days)
            for purpose, text in texts.items()
        }
        for purpose, words in self.shown.items():
            self.fields[purpose].label = words.agree
        for purpose in {*ConsentText.Purpose.values} - set(texts):
            del self.fields[purpose]

    @property
    def texts_mark(self) -> str:
        """Which versions the page shows: what is agreed to must be what was read."""
        return ",".join(sorted(str(text) for text in self.consent_texts.values()))

    @property
    def has_contact_words(self) -> bool:
        """Whether the contact block opens by itself: something stands in it, or is wrong in it."""
        fields = ("name", "phone", "email", "reply", "is_child", "parent", "parent_agrees")
        return any(self.data.get(field) or field in self.errors for field in fields)

    def clean_phone(self) -> str:
        """Digits with what people write between them."""
        phone: str = self.cleaned_data["phone"]
        if phone and not (_PHONE.fullmatch(phone) and 8 <= sum(sign.isdigit() for sign in phone) <= 15):
            raise ValidationError(_("This is no telephone number."))
        return phone

    def clean_respondent(self) -> str:
        """A citizen unless said otherwise."""
        return self.cleaned_data["respondent"] or "citizen"

    def clean(self) -> dict[str, Any]:
        """Contact details need the tick, a child the parent's; what was ticked must be what was read."""
        said = self.cleaned_data
        agreed = [purpose for purpose in self.consent_texts if said.get(purpose)]
        if agreed and self.data.get("texts") != self.texts_mark:
            self.add_error(
                None, _("The words of consent have changed since: please read and tick them again.")
            )
        has_contact = any(self.data.get(field, "").strip() for field in ("name", "phone", "email"))
        if has_contact and "reply" in self.fields and not said.get("reply"):
            self.add_error("reply", _("Tick this to be answered this way, or empty the fields above."))
        if said.get("reply") and not has_contact:
            self.add_error("reply", _("Write at least one way to reach you, or take this tick away."))
        if needs_parent(is_child=bool(said.get("is_child")), agrees=bool(agreed)):
            if not said.get("parent"):
                self.add_error("parent", _("Under 16, the name of a parent or guardian is needed."))
            if not said.get("parent_agrees"):
                self.add_error(
                    "parent_agrees", _("Under 16, both must agree: you, and a parent or guardian.")
                )
        return said

    def sender(self) -> Sender:
        """What a valid form says about who wrote it."""
        said = self.cleaned_data
        agreed = tuple(text for purpose, text in self.consent_texts.items() if said.get(purpose))
        reachable = bool(said.get("reply"))
        is_child = bool(agreed) and said["is_child"]
        return Sender(
            name=said["name"] if reachable else "",
            phone=said["phone"] if reachable else "",
            email=said["email"] if reachable else "",
            is_child=is_child,
            parent=said["parent"] if is_child else "",
            agreed=agreed,
        )


class CodeForm(forms.Form):
    """The follow code, however it is typed."""

    code = forms.CharField(label=_("Follow code"), max_length=60)

    def clean_code(self) -> str:
        """The code as it is stored, "" when it cannot be one: that is a wrong code like any other."""
        return read_code(self.cleaned_data["code"]) or ""


class ReopenForm(forms.Form):
    """Why the citizen is not content."""

    words = WordsField(label=_("What is still wrong?"))


class RightedForm(forms.Form):
    """Was it put right?"""

    answer = forms.ChoiceField(label=_("Was it put right?"), choices=Case.Righted.choices)
