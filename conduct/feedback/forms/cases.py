"""What the pages of cases ask of the office."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, Posting, User
from conduct.kernel.names import fold
from conduct.kernel.wording import date_text
from surveys.models import ServicePoint

from ..models import Case, CaseQuerySet

LONGEST = 6000
_PLAIN = {"autocomplete": "off"}


def _words(label: Any, *, rows: int, longest: int = LONGEST, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows, **_PLAIN}), **more
    )


class CasesForm(forms.Form):
    """Filters of the list; every one may be left out."""

    SORTS = ("due_on", "-due_on", "received_on", "-received_on")

    q = forms.CharField(
        label=_("Words of the summary"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("open", _("Waits for an answer")), *Case.State.choices],
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("All")), ("none", _("Not sorted")), *Case.Kind.choices],
    )
    source = forms.ChoiceField(
        label=_("Source"), required=False, choices=[("", _("All")), *Case.Source.choices]
    )
    only = forms.ChoiceField(
        label=_("Only"),
        required=False,
        choices=[("", _("All")), ("mine", _("Given to me")), ("overdue", _("Overdue"))],
    )
    sort = forms.ChoiceField(
        required=False, choices=[("", ""), *((key, key) for key in SORTS)], widget=forms.HiddenInput
    )

    def words(self) -> list[str]:
        """The folded words of a valid form."""
        return fold(self.cleaned_data["q"]).split()


class RevisionForm(forms.Form):
    """The state of the case that the page showed."""

    revision = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)


class EnterForm(forms.Form):
    """What was told or written to the office; how the citizen is reached, with consent by word."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=200)
    agency = forms.ModelChoiceField(label=_("Agency that it is about"), queryset=Agency.objects.none())
    point = forms.ModelChoiceField(
        label=_("Service point"), queryset=ServicePoint.objects.none(), required=False, empty_label="–"
    )
    source = forms.ChoiceField(
        label=_("How it came"),
        choices=[
            (value, label) for value, label in Case.Source.choices if value in ("hotline", "meeting", "box")
        ],
        widget=forms.RadioSelect,
    )
    respondent = forms.ChoiceField(
        label=_("Who speaks"),
        choices=[("citizen", _("Citizen")), ("business", _("Business"))],
        widget=forms.RadioSelect,
    )
    text = _words(
        _("What the citizen says"),
        rows=6,
        help_text=_("Word for word, as far as possible. Only those who handle it can read it."),
    )
    about_heads = forms.BooleanField(
        label=_("It is about the head or a deputy head of the office"),
        required=False,
        help_text=_("The agency above then deals with it."),
    )
    agrees_contact = forms.BooleanField(
        label=_("The citizen agreed by word that contact details are kept for the answer"), required=False
    )
    name = forms.CharField(
        label=_("Name"), required=False, max_length=120, widget=forms.TextInput(attrs=_PLAIN)
    )
    phone = forms.RegexField(
        label=_("Telephone"),
        required=False,
        regex=r"^\+?[0-9][0-9 .()\-]{6,18}$",
        error_messages={"invalid": _("Digits with blanks or dots, such as 0912 345 678.")},
        widget=forms.TextInput(attrs={"inputmode": "tel", **_PLAIN}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=120)
    is_child = forms.BooleanField(label=_("The citizen is under 16"), required=False)
    parent = forms.CharField(
        label=_("Parent or guardian who agreed too"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs=_PLAIN),
    )
    shares_words = forms.BooleanField(
        label=_("The citizen agreed by word that the people concerned read the words themselves"),
        required=False,
    )
    agrees_public = forms.BooleanField(
        label=_("The citizen agreed by word that remark and answer are made public without personal data"),
        required=False,
    )

    def __init__(self, *args: Any, agencies: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = set(agencies)
        choose(self.fields["agency"], Agency.objects.filter(pk__in=ids).order_by("name", "pk"))
        open_points = ServicePoint.objects.filter(agency_id__in=ids, closed_on=None).select_related("agency")
        choose(self.fields["point"], open_points.order_by("agency__name", "name", "pk"))

    def clean(self) -> None:
        """The desk lies in the agency; contact details need the consent, a child's the parent's too."""
        said = self.cleaned_data
        point, agency = said.get("point"), said.get("agency")
        if point and agency and point.agency_id != agency.pk:
            self.add_error("point", _("This service point belongs to another agency."))
        given = any(said.get(name) for name in ("name", "phone", "email"))
        if given and not said.get("agrees_contact"):
            self.add_error("agrees_contact", _("Contact details are kept only when the citizen agreed."))
        agrees = any(said.get(name) for name in ("agrees_contact", "shares_words", "agrees_public"))
        if said.get("is_child") and agrees and not said.get("parent"):
            self.add_error("parent", _("For somebody under 16 a parent or guardian has to agree too."))


def choose(field: forms.Field, found: Any) -> None:
    """What a choice among rows offers."""
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = found


class SortForm(RevisionForm):
    """What the remark is, whom it names, and what it says without personal data."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Case.Kind.choices, widget=forms.RadioSelect)
    summary = _words(
        _("Summary without personal data"),
        rows=3,
        longest=300,
        help_text=_("What happened, where, since when. No name, no number, nothing that tells who it was."),
    )
    looked_through = forms.BooleanField(
        label=_("I have looked through it: these are no personal data"), required=False
    )
    postings = forms.ModelMultipleChoiceField(
        label=_("Whom it names"),
        queryset=Posting.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They lose sight of it at once; one about a head goes to the agency above."),
    )

    def __init__(self, *args: Any, staff: Sequence[Posting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["postings"]
        choose(field, Posting.objects.filter(pk__in=[posting.pk for posting in staff]))
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.choices = [
                (posting.pk, f"{posting.person.full_name}, {posting.title}") for posting in staff
            ]


class AssignForm(RevisionForm):
    """To whom the remark is given."""

    assignee = forms.ModelChoiceField(label=_("Given to"), queryset=User.objects.none(), empty_label="–")

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["assignee"], User.objects.filter(pk__in=[person.pk for person in people]))


class MoveForm(RevisionForm):
    """Which agency takes it, and why."""

    agency = forms.ModelChoiceField(label=_("To the agency"), queryset=Agency.objects.none(), empty_label="–")
    reason = _words(_("Reason"), rows=3, longest=500, help_text=_("No name, no telephone number."))

    def __init__(self, *args: Any, targets: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [agency.pk for agency in targets]
        choose(self.fields["agency"], Agency.objects.filter(pk__in=ids).order_by("name", "pk"))


class NoteForm(forms.Form):
    """A note for those who handle the remark."""

    text = _words(_("Internal note"), rows=4, longest=3000)


class CaseField(forms.ModelChoiceField["Case"]):
    """A choice among cases, by the day and the summary; never by words."""

    def label_from_instance(self, obj: Case) -> str:
        """22/11/2026 · summary."""
        return f"{date_text(obj.received_on)} · {obj.summary or obj.get_state_display()}"


class MergeForm(RevisionForm):
    """The remark to which this one belongs."""

    main = CaseField(label=_("Same matter as"), queryset=Case.objects.none(), empty_label="–")

    def __init__(self, *args: Any, offered: CaseQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["main"], offered)


class ReplyForm(RevisionForm):
    """The answer, and whether the remark was right."""

    is_upheld = forms.TypedChoiceField(
        label=_("Was the remark right?"),
        choices=[("yes", _("It was right")), ("no", _("It was not right"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    corrective_action = _words(
        _("What is put right"),
        rows=3,
        longest=600,
        required=False,
        help_text=_("Needed when the remark was right. No name, no telephone number."),
    )
    answer = _words(_("Answer to the citizen"), rows=8)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if case.kind == Case.Kind.COMPLAINT:
            self.fields["is_upheld"].required = True
        else:
            del self.fields["is_upheld"], self.fields["corrective_action"]

    def clean(self) -> None:
        """What was right is put right."""
        if self.cleaned_data.get("is_upheld") and not self.cleaned_data.get("corrective_action"):
            self.add_error("corrective_action", _("Say what is put right."))

    def said(self) -> dict[str, Any]:
        """The arguments of the act."""
        said = self.cleaned_data
        return {
            "answer": said["answer"],
            "is_upheld": said.get("is_upheld"),
            "corrective_action": said.get("corrective_action", ""),
            "revision": said["revision"],
        }


class ForwardForm(RevisionForm):
    """Where a complaint or denunciation belongs, and what the citizen is told."""

    to = forms.CharField(label=_("Authority that deals with it"), max_length=200)
    text = _words(_("What the citizen reads"), rows=10)


class ReasonForm(RevisionForm):
    """Why."""

    reason = _words(_("Reason"), rows=3, longest=500)


class PublishForm(RevisionForm):
    """Remark and answer in words for everybody."""

    question = _words(_("The remark, for everybody"), rows=5, longest=2000)
    answer = _words(_("The answer, for everybody"), rows=6, longest=4000)
    looked_through = forms.BooleanField(
        label=_("I have looked through it: these are no personal data"), required=False
    )
