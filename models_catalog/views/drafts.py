"""Beginning to edit: a new model, its name, the next version, completing what the library does not know."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from conduct.agencies.permissions import Refused, signed_in
from conduct.kernel.pages import render_page

from ..forms.editing import CompleteForm, ModelForm, NewModelForm
from ..models import ConductModel
from ..permissions.editing import check_can_rename, keepable_agencies, rights_of
from ..services import can_be_completed, change_model, complete_draft, create_model, draft_next_version
from .finding import model_or_404

FORM_METHODS = ["GET", "HEAD", "POST"]


def form_status(request: HttpRequest) -> int:
    """A form that is shown again after a POST was invalid."""
    return 422 if request.method == "POST" else 200


@require_http_methods(FORM_METHODS)
def new_model(request: HttpRequest) -> HttpResponse:
    """Begin a model for the common library or for an office."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    rights = rights_of(user, today)
    if not rights.keeps_something:
        raise Refused(_("Models are begun by catalogue editors, and by heads and administrators of offices."))
    agencies = keepable_agencies(user, today)
    first = None if rights.keeps_library else agencies.first()
    form = NewModelForm(
        request.POST or None,
        agencies=agencies,
        keeps_library=rights.keeps_library,
        initial={
            "judged": ConductModel.Judged.PERSON,
            "keeper": first,
            "owner": first.name if first else "",
            "year": today.year,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            model, _created = create_model(
                facts=form.facts(), keeper=form.cleaned_data["keeper"], by=user, now=now
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("models_catalog:edit_version", key=model.key, number=1)
    context = {"form": form, "keeps_library": rights.keeps_library}
    return render_page(request, "models_catalog/new_model.html", context, status=form_status(request))


@require_http_methods(FORM_METHODS)
def edit_model(request: HttpRequest, key: str) -> HttpResponse:
    """Name, owner and origin of a model of which nothing is published yet."""
    user, now = signed_in(request), timezone.now()
    model = model_or_404(user, key, timezone.localdate(now))
    check_can_rename(user, model, timezone.localdate(now))
    names = ("name", "owner", "year", "judged", "note")
    form = ModelForm(request.POST or None, initial={name: getattr(model, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            change_model(model=model, facts=form.facts(), by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            draft = model.versions.order_by("-number")[0]
            return redirect("models_catalog:edit_version", key=key, number=draft.number)
    context = {"form": form, "model": model}
    return render_page(request, "models_catalog/edit_model.html", context, status=form_status(request))


@require_POST
def new_version(request: HttpRequest, key: str) -> HttpResponse:
    """Copy the last version into a draft, or go on with the draft there is."""
    user, now = signed_in(request), timezone.now()
    model = model_or_404(user, key, timezone.localdate(now))
    try:
        draft, _created = draft_next_version(model=model, by=user, now=now)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("models_catalog:detail", key=key)
    return redirect("models_catalog:edit_version", key=key, number=draft.number)


@require_http_methods(FORM_METHODS)
def complete(request: HttpRequest, key: str) -> HttpResponse:
    """An office writes the items of a model of which the library knows only the name."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    model = model_or_404(user, key, today)
    agencies = keepable_agencies(user, today)
    if not can_be_completed(model):
        raise Refused(_("The items of this model are known; adopt it, or begin a new version."))
    if not agencies:
        raise Refused(_("A draft is completed by the head or the office administrator of an office."))
    form = CompleteForm(request.POST or None, agencies=agencies, initial={"keeper": agencies.first()})
    if request.method == "POST" and form.is_valid():
        own, _created = complete_draft(model=model, keeper=form.cleaned_data["keeper"], by=user, now=now)
        draft = own.versions.order_by("-number")[0]
        if not draft.is_draft:
            messages.info(request, _("%(agency)s has its own version already.") % {"agency": own.owner})
            return redirect("models_catalog:detail", key=own.key)
        return redirect("models_catalog:edit_version", key=own.key, number=draft.number)
    context = {"form": form, "model": model, "version": model.versions.order_by("-number")[0]}
    return render_page(request, "models_catalog/complete.html", context, status=form_status(request))
