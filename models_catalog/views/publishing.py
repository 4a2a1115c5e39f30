"""Looking at a version as others see it, and the acts that cannot be undone: publish, retire, fold."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.permissions import Refused, signed_in
from conduct.kernel.pages import render_page

from ..forms.editing import MergeForm, RetireForm, RevisionForm
from ..models import Adoption, ConductModel, Item, ModelVersion
from ..permissions.editing import check_can_edit, check_can_edit_draft
from ..services import DraftChanged, merge_model, publish_version, read_draft, retire_version
from .drafts import FORM_METHODS, form_status
from .editing import Desk, stale
from .finding import model_or_404, version_or_404

PREVIEW_LANGUAGES = ("vi", "en")
OFFICES_LISTED = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a citizen can choose; the same shape as on the citizen's form."""

    value: str | int
    label: str
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the citizen's form shows it."""

    field: str
    legend: str
    choices: tuple[Choice, ...]
    is_scale: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class Phone:
    """The citizen's form in one language."""

    language: str
    questions: tuple[Asked, ...]


def _phone(items: Iterable[Item], language: str) -> Phone:
    with translation.override(language):
        return Phone(language, tuple(_asked(item, language) for item in items if item.question))


def _asked(item: Item, language: str) -> Asked:
    """A question in the citizen's language; Vietnamese where there is no English."""
    is_scale = item.answer == Item.Answer.SCALE5
    yes_no = (Choice(1, _("Yes")), Choice(0, _("No")), Choice("", _("Not sure")))
    steps = tuple(Choice(step, str(step)) for step in range(1, 6))
    legend = (item.question_en if language == "en" else "") or item.question
    return Asked(f"{language}{item.pk}", legend, steps if is_scale else yes_no, is_scale)


@require_safe
def preview(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """A version as citizens meet it on a phone, in both languages, and as staff meet it on their sheet."""
    user, today = signed_in(request), timezone.localdate()
    version = version_or_404(user, key, number, today)
    items = list(Item.objects.of_version(version))
    context = {
        "version": version,
        "model": version.model,
        "items": items,
        "phones": [_phone(items, language) for language in PREVIEW_LANGUAGES],
        "n_asked": sum(bool(item.question) for item in items),
    }
    return render_page(request, "models_catalog/preview.html", context)


@require_http_methods(FORM_METHODS)
def publish(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """What will be frozen for ever, and what is still wrong; confirmed, the version is published."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    version = version_or_404(user, key, number, today)
    if not version.is_draft and request.method == "POST":  # the second click of a pair
        check_can_edit(user, version.model, today)
        return redirect("models_catalog:detail", key=key)
    check_can_edit_draft(user, version, today)
    form = RevisionForm(request.POST or None, initial={"revision": version.revision})
    if request.method == "POST" and form.is_valid():
        try:
            publish_version(version=version, revision=form.cleaned_data["revision"], by=user, now=now)
        except DraftChanged:
            return stale(request, Desk(user, now, version))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = _("Version %(number)s of “%(model)s” is published.")
            messages.success(request, said % {"number": number, "model": version.model.name})
            return redirect("models_catalog:detail", key=key)
    context = {"version": version, "model": version.model, "draft": read_draft(version), "form": form}
    return render_page(request, "models_catalog/publish.html", context, status=form_status(request))


@require_http_methods(FORM_METHODS)
def retire(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """No office can adopt the version any more; those that keep it are listed."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    version = version_or_404(user, key, number, today)
    check_can_edit(user, version.model, today)
    form = RetireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            retire_version(version=version, reason=form.cleaned_data["reason"], by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = _("Version %(number)s of “%(model)s” is retired.")
            messages.success(request, said % {"number": number, "model": version.model.name})
            return redirect("models_catalog:detail", key=key)
    if version.state != ModelVersion.State.PUBLISHED:
        raise Refused(_("Only a published version retires; this one is not in force."))
    kept_by = Adoption.objects.filter(version=version).in_force(today)
    seen = kept_by.visible_to(user, today).select_related("agency", "version").order_by("agency__search")
    context = {
        "version": version,
        "model": version.model,
        "form": form,
        "adoptions": seen[:OFFICES_LISTED],
        "n_adoptions": kept_by.count(),
    }
    return render_page(request, "models_catalog/retire.html", context, status=form_status(request))


@require_http_methods(FORM_METHODS)
def merge(request: HttpRequest, key: str) -> HttpResponse:
    """Fold a model into another one that goes on."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    model = model_or_404(user, key, today)
    check_can_edit(user, model, today)
    others = ConductModel.objects.filter(versions__state=ModelVersion.State.PUBLISHED).exclude(pk=model.pk)
    form = MergeForm(request.POST or None, targets=others.distinct().order_by("name_order", "owner"))
    if request.method == "POST" and form.is_valid():
        target = form.cleaned_data["target"]
        try:
            merge_model(model=model, target=target, reason=form.cleaned_data["reason"], by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = _("“%(model)s” is folded into “%(target)s”.")
            messages.success(request, said % {"model": model.name, "target": target.name})
            return redirect("models_catalog:detail", key=key)
    published = list(model.versions.filter(state=ModelVersion.State.PUBLISHED).order_by("number"))
    if not published:
        raise Refused(_("“%(model)s” has no published version to fold into another.") % {"model": model.name})
    kept_by = Adoption.objects.filter(version__in=published).in_force(today)
    seen = kept_by.visible_to(user, today).select_related("agency", "version").order_by("agency__search")
    context = {
        "model": model,
        "form": form,
        "versions": published,
        "adoptions": seen[:OFFICES_LISTED],
        "n_adoptions": kept_by.count(),
    }
    return render_page(request, "models_catalog/merge.html", context, status=form_status(request))
