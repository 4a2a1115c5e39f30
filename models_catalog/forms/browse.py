"""What narrows the list of the library."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import ConductModel, ModelVersion
from ..rules.library import search_words

ANY = ("", _("All"))


class BrowseForm(forms.Form):
    """Filters of the list; every one may be left out."""

    q = forms.CharField(
        label=_("Words to look for"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *ModelVersion.State.choices])
    judged = forms.ChoiceField(
        label=_("Who is judged"), required=False, choices=[ANY, *ConductModel.Judged.choices]
    )

    def words(self) -> list[str]:
        """The words of a valid form; signs alone are a word that nothing holds."""
        asked: str = self.cleaned_data["q"]
        return search_words(asked) or asked.split()
