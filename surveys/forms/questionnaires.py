"""Forms about questionnaires: beginning one, its facts, its questions, publishing and retiring it."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, AgencyQuerySet
from conduct.kernel.fields import DayField
from conduct.kernel.names import fold

from ..models import Questionnaire, QuestionnaireQuerySet
from ..rules.checking import MOST_SIGNS, NEEDED_LANGUAGES
from ..rules.editing import KNOWN, Row, in_form_order, is_standing, new_key, possible_answers
from ..rules.questions import CHOICES, Kind, clean_text, in_language
from ..services.questionnaire_editing import Facts
from ..services.questionnaire_words import answer_words, known_words
from ..services.questionnaires import FURTHER_LANGUAGES, language_in_sentence, language_words

EMPTY_OPTIONS = 2  # rows for answers to come, below those there are


class OneLineField(forms.CharField):
    """Words in one line, without control characters and those that reorder what is read."""

    def clean(self, value: Any) -> str:
        """As the citizen's text is cleaned; then as any text."""
        return super().clean(" ".join(clean_text(str(value or "")).split())) or ""


class NewQuestionnaireForm(forms.Form):
    """Name, keeper (empty: the common one), and whose questions to begin with."""

    name = OneLineField(label=gettext_lazy("Name of the questionnaire"), min_length=3, max_length=200)
    keeper = forms.ModelChoiceField(label=gettext_lazy("Asked by"), queryset=Agency.objects.none())
    pattern = forms.ModelChoiceField(
        label=gettext_lazy("Begin with the questions of"),
        queryset=Questionnaire.objects.none(),
        empty_label=None,
    )

    def __init__(
        self,
        *args: Any,
        agencies: AgencyQuerySet,
        keeps_common: bool,
        patterns: QuestionnaireQuerySet,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        keeper, pattern = self.fields["keeper"], self.fields["pattern"]
        if isinstance(keeper, forms.ModelChoiceField) and isinstance(pattern, forms.ModelChoiceField):
            keeper.queryset, pattern.queryset = agencies, patterns
            keeper.required = not keeps_common
            keeper.empty_label = str(_("All agencies")) if keeps_common else str(_("Choose an agency"))
            pattern.choices = [
                (one.pk, f"{one.name} · {one.get_asked_at_display()} ({one.number})") for one in patterns
            ]


class RevisionForm(forms.Form):
    """On which state of the draft a change is based."""

    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class FactsForm(RevisionForm):
    """What is said about a version as a whole."""

    name = OneLineField(label=gettext_lazy("Name of the questionnaire"), min_length=3, max_length=200)
    legal_basis = OneLineField(label=gettext_lazy("Legal basis"), required=False, max_length=300)
    source = OneLineField(
        label=gettext_lazy("Source of the wording"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Further languages"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["languages"]
        if isinstance(choice, forms.MultipleChoiceField):
            choice.choices = [(code, language_words(code)) for code in FURTHER_LANGUAGES]

    def facts(self) -> Facts:
        """The values of a valid form."""
        asked = self.cleaned_data
        return Facts(
            name=asked["name"],
            legal_basis=asked["legal_basis"],
            source=asked["source"],
            languages=[*NEEDED_LANGUAGES, *asked["languages"]],
        )


def facts_of(questionnaire: Questionnaire) -> dict[str, Any]:
    """What the form of a draft begins with."""
    names = ("name", "legal_basis", "source", "languages", "revision")
    return {name: getattr(questionnaire, name) for name in names}


class PublishForm(RevisionForm):
    """From which day on a version is asked."""

    valid_from = DayField(label=gettext_lazy("Asked from"))


class RetireForm(forms.Form):
    """Why a version is asked no more."""

    reason = OneLineField(label=gettext_lazy("Reason"), max_length=300)


class _WordsForm(RevisionForm):
    """The words of a question in every language of the questionnaire."""

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = list(questionnaire.languages)
        self.rows = in_form_order(questionnaire.questions)
        for code in self.languages:
            self.fields[f"text_{code}"] = OneLineField(
                label=_("Question in %(language)s") % {"language": language_in_sentence(code)},
                max_length=MOST_SIGNS,
                required=code == "vi",
            )

    def text_fields(self) -> list[forms.BoundField]:
        """The fields of the words."""
        return [self[f"text_{code}"] for code in self.languages]

    def texts(self) -> dict[str, str]:
        """The words by language; those that are empty are left out."""
        said = {code: self.cleaned_data[f"text_{code}"] for code in self.languages}
        return {code: words for code, words in said.items() if words}


class NewQuestionForm(_WordsForm):
    """What a further question is about, how it is answered, its words."""

    about = forms.ChoiceField(label=gettext_lazy("What it is about"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("How it is answered"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Kind.YES_NO, gettext_lazy("Yes or no")),
            (Kind.SCALE5, gettext_lazy("Five steps")),
            (Kind.CHOICE, gettext_lazy("One of several answers")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = {row["key"] for row in self.rows}
        about = self.fields["about"]
        if isinstance(about, forms.ChoiceField):
            free = [(key, known_words(key)) for key in KNOWN if key not in taken]
            about.choices = [("", _("A question of our own")), *free]

    def clean(self) -> dict[str, Any]:
        """A question of one's own says how it is answered; of the others it is known."""
        asked = super().clean() or {}
        if not asked.get("about") and not asked.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("Choose how the question is answered."))
        return asked

    def question(self) -> Row:
        """The row of a valid form; what counts as good is chosen on the question's own page."""
        about, texts = self.cleaned_data["about"], self.texts()
        taken = {row["key"] for row in self.rows}
        kind = KNOWN[about] if about else Kind(self.cleaned_data["kind"])
        key = about or new_key(fold(texts["vi"]), taken)
        kept = {Kind.SCALE5: [4, 5], Kind.YES_NO: [1], Kind.CHOICE: []}[kind]
        if about == "extra_payment":
            kept = [0]
        return {"key": key, "factor": None, "kind": str(kind), "text": texts, "kept": kept}


class QuestionForm(_WordsForm):
    """A question of a draft: words, answers, which of them count as good, after which it is asked."""

    def __init__(self, *args: Any, row: Row, **kwargs: Any) -> None:
        super().__init__(*args, initial=_initial(row) | kwargs.pop("initial", {}), **kwargs)
        self.row = row
        self.is_free = not is_standing(row)
        self.slots = self._slots() if row["kind"] == Kind.CHOICE else []
        if not self.is_free:
            return
        marks = self.slots or possible_answers(row)
        language = get_language() or "vi"
        self.fields["kept"] = forms.MultipleChoiceField(
            label=_("Answers that count as good"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(str(mark), self._mark_words(mark, language)) for mark in marks],
        )
        self.fields["shown_if"] = forms.MultipleChoiceField(
            label=_("Asked only after"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[
                (f"{other['key']}:{mark}", answer_words(other, mark, language))
                for other in self._earlier()
                for mark in possible_answers(other)
            ],
        )

    def _slots(self) -> list[int]:
        """The numbers of the answers that can be written: those there are, and a few more."""
        used = possible_answers(self.row)
        slots = list(range(1, min(CHOICES, max([*used, 1]) + EMPTY_OPTIONS) + 1))
        for slot in slots:
            for code in self.languages:
                self.fields[f"option_{slot}_{code}"] = OneLineField(
                    label=_("Answer %(n)d in %(language)s")
                    % {"n": slot, "language": language_in_sentence(code)},
                    max_length=MOST_SIGNS,
                    required=False,
                )
        return slots

    def _mark_words(self, mark: int, language: str) -> str:
        if self.slots:
            words = answer_words(self.row, mark, language)
            return _("Answer %(n)d") % {"n": mark} + ("" if words == str(mark) else f": {words}")
        return answer_words(self.row, mark, language)

    def _earlier(self) -> list[Row]:
        keys = [other["key"] for other in self.rows]
        return self.rows[: keys.index(self.row["key"])] if self.row["key"] in keys else self.rows

    def option_rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """Each answer with its fields by language."""
        return [(slot, [self[f"option_{slot}_{code}"] for code in self.languages]) for slot in self.slots]

    def conditions(self) -> list[tuple[str, list[tuple[str, str, bool]], bool]]:
        """Each earlier question with its answers (value, words, chosen), and whether one is chosen."""
        chosen = {str(value) for value in self["shown_if"].value() or []}
        language = get_language() or "vi"
        found = []
        for other in self._earlier():
            answers = [
                (value := f"{other['key']}:{mark}", answer_words(other, mark, language), value in chosen)
                for mark in possible_answers(other)
            ]
            words = in_language(other["text"], language)
            found.append((words, answers, any(is_chosen for _value, _words, is_chosen in answers)))
        return found

    def clean(self) -> dict[str, Any]:
        """An answer is written in Vietnamese first; a condition names one question."""
        asked = super().clean() or {}
        for slot in self.slots:
            said = [asked.get(f"option_{slot}_{code}", "") for code in self.languages]
            if any(said) and not said[self.languages.index("vi")]:
                self.add_error(f"option_{slot}_vi", _("The answer is needed in Vietnamese first."))
        named = {value.partition(":")[0] for value in asked.get("shown_if", [])}
        if len(named) > 1:
            self.add_error("shown_if", _("Choose answers of one question only."))
        return asked

    def question(self) -> Row:
        """The row of a valid form."""
        asked = self.cleaned_data
        row = {**self.row, "text": self.texts()}
        if not self.is_free:
            return row
        row.pop("shown_if", None)
        if self.row["kind"] == Kind.CHOICE:
            row["options"] = [
                {"value": slot, "text": texts} for slot in self.slots if (texts := self._option_texts(slot))
            ]
        possible = set(possible_answers(row))
        row["kept"] = sorted(mark for mark in map(int, asked["kept"]) if mark in possible)
        if asked["shown_if"]:
            pairs = [value.partition(":") for value in asked["shown_if"]]
            row["shown_if"] = {
                "key": pairs[0][0],
                "answers": sorted(int(mark) for _key, _colon, mark in pairs),
            }
        return row

    def _option_texts(self, slot: int) -> dict[str, str]:
        said = {code: self.cleaned_data[f"option_{slot}_{code}"] for code in self.languages}
        return {code: words for code, words in said.items() if words}


def _initial(row: Row) -> dict[str, Any]:
    """What the form of a question begins with."""
    found: dict[str, Any] = {f"text_{code}": words for code, words in row["text"].items()}
    for option in row.get("options", ()):
        for code, words in option["text"].items():
            found[f"option_{option['value']}_{code}"] = words
    found["kept"] = [str(mark) for mark in row["kept"]]
    if condition := row.get("shown_if"):
        found["shown_if"] = [f"{condition['key']}:{mark}" for mark in condition["answers"]]
    return found


class QuestionnairesForm(forms.Form):
    """Which questionnaires to list."""

    q = forms.CharField(
        label=gettext_lazy("Name or agency"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    asked_at = forms.ChoiceField(
        label=gettext_lazy("Asked"),
        required=False,
        choices=[("", gettext_lazy("All")), *Questionnaire.AskedAt.choices],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), *Questionnaire.State.choices],
    )
