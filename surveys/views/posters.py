"""The posters of an office: what is printed, where it hangs, what must be checked or replaced."""

from datetime import date, timedelta
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.permissions import Refused, signed_in
from conduct.documents.posters import WallPaper
from conduct.documents.posters import poster_pdf as make_poster_pdf
from conduct.documents.xlsx import Column, make_xlsx, xlsx_response
from conduct.kernel.names import fold
from conduct.kernel.pages import render_page
from conduct.kernel.wording import date_text
from models_catalog.models import Adoption

from ..forms.posters import CheckPosterForm, HangPosterForm, PostersForm, PrintPosterForm, TakeDownForm
from ..models import Poster, PosterQuerySet, ServicePoint
from ..permissions.posters import adoptions_to_hang, check_can_keep_posters, keeps_posters, points_for_posters
from ..services import posters as services

ROWS_A_PAGE = 50
# A poster is looked at every three months unless another day is chosen.
CHECK_AFTER = timedelta(days=90)


def _visible(request: HttpRequest) -> PosterQuerySet:
    found = Poster.objects.visible_to(signed_in(request), timezone.localdate())
    return found.select_related("agency", "point", "adoption__version__model", "adoption__replaced_by")


def _filtered(request: HttpRequest, form: PostersForm, on: date) -> PosterQuerySet:
    """The posters that fit the filters; without one, all that hang. The first to be checked come first."""
    found = _visible(request)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    if state == "check":
        found = found.to_check(on)
    elif state == "replace":
        found = found.to_replace(on)
    else:
        found = found.filter(removed_on__isnull=False) if state == "removed" else found.hanging()
    for word in fold(form.cleaned_data["q"]).split() if form.is_valid() else ():
        named = Q(agency__search__contains=word) | Q(adoption__version__model__search__contains=word)
        found = found.filter(named | Q(place__unaccent__icontains=word))
    return found.order_by("check_by", "agency__search", "place", "pk")


@require_safe
def posters(request: HttpRequest) -> HttpResponse:
    """Where the models of the reader's offices hang."""
    today = timezone.localdate()
    form = PostersForm(request.GET)
    page = Paginator(_filtered(request, form, today), ROWS_A_PAGE).get_page(request.GET.get("page"))
    visible = Poster.objects.visible_to(signed_in(request), today)
    context = {
        "form": form,
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
        "page": page,
        "rows": [(poster, poster.is_outdated(today)) for poster in page.object_list],
        "today": today,
        "n_to_check": visible.to_check(today).count(),
        "n_to_replace": visible.to_replace(today).count(),
        "may_hang": adoptions_to_hang(signed_in(request), today).exists(),
    }
    return render_page(request, "surveys/posters.html", context, partials=("posters",))


@require_safe
def posters_xlsx(request: HttpRequest) -> HttpResponse:
    """The list as filtered."""
    today = timezone.localdate()
    columns = [
        Column(_("Agency"), width=32),
        Column(_("Where it hangs"), width=40),
        Column(_("Model"), width=28),
        Column(_("Paper"), width=8),
        Column(_("Service point"), width=28),
        Column(_("Hung on"), "day", 14),
        Column(_("Checked on"), "day", 14),
        Column(_("Next check by"), "day", 14),
        Column(_("Condition"), width=14),
        Column(_("To be replaced"), width=20),
        Column(_("Taken down on"), "day", 14),
        Column(_("Note"), width=36),
    ]
    rows = (
        (
            one.agency.name,
            one.place,
            one.adoption.version.model.name,
            one.get_paper_display(),
            one.point.name if one.point else "",
            one.hung_on,
            one.checked_on,
            one.check_by,
            one.get_condition_display(),
            _("another wording is kept") if one.is_outdated(today) else "",
            one.removed_on,
            one.note,
        )
        for one in _filtered(request, PostersForm(request.GET), today)
    )
    content = make_xlsx(_("Posters"), [_("As of %s") % date_text(today)], columns, rows)
    return xlsx_response("posters", content)


def _may_hang(request: HttpRequest, today: date) -> None:
    if not adoptions_to_hang(signed_in(request), today).exists():
        raise Refused(
            _("Only the head or the office administrator of an office that keeps a model hangs it.")
        )


@require_safe
def print_poster(request: HttpRequest) -> HttpResponseBase:
    """Choose what to print; then the file."""
    user, today = signed_in(request), timezone.localdate()
    _may_hang(request, today)
    form = PrintPosterForm(
        request.GET if request.GET.get("paper") else None,
        adoptions=adoptions_to_hang(user, today),
        points=points_for_posters(user, today),
        initial=request.GET.dict(),
    )
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            services.check_point(chosen["adoption"], chosen["point"], today)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            url = reverse("surveys:poster_pdf", args=[chosen["adoption"].pk])
            point = f"&point={chosen['point'].pk}" if chosen["point"] else ""
            return redirect(f"{url}?paper={chosen['paper']}{point}")
    status = 422 if form.errors else 200
    return render_page(request, "surveys/print_poster.html", {"form": form}, status=status)


@require_safe
def poster_pdf(request: HttpRequest, adoption_id: int) -> HttpResponse:
    """The poster of an adopted model to print."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    visible = Adoption.objects.visible_to(user, today).select_related("agency", "version__model")
    adoption = get_object_or_404(visible, pk=adoption_id)
    point = None
    if asked := request.GET.get("point"):
        points = ServicePoint.objects.visible_to(user, today)
        point = get_object_or_404(points, pk=int(asked) if asked.isdecimal() and len(asked) < 10 else 0)
    paper: WallPaper = "a4" if request.GET.get("paper") == "a4" else "a3"
    try:
        services.check_point(adoption, point, today)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    pdf = make_poster_pdf(services.what_it_says(adoption, point, today), at=now, paper=paper)
    headers = {
        "Content-Disposition": f'inline; filename="poster-{adoption.version.model.key}-{paper}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def hang_poster(request: HttpRequest) -> HttpResponse:
    """Note where a model hangs."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    _may_hang(request, today)
    first = {"hung_on": today, "check_by": today + CHECK_AFTER, **request.GET.dict()}
    form = HangPosterForm(
        request.POST if request.method == "POST" else None,
        adoptions=adoptions_to_hang(user, today),
        points=points_for_posters(user, today),
        initial=first,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made, _created = services.hang_poster(**form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The poster is in the list, with its next check."))
            return redirect("surveys:poster", made.pk)
    status = 422 if request.method == "POST" else 200
    return render_page(request, "surveys/hang_poster.html", {"form": form}, status=status)


def _page(
    request: HttpRequest, found: Poster, status: int = 200, **bound: CheckPosterForm | TakeDownForm
) -> HttpResponse:
    today = timezone.localdate()
    check = {"note": found.note, "check_by": max(found.check_by, today + CHECK_AFTER)}
    context: dict[str, object] = {
        "poster": found,
        "is_outdated": found.is_outdated(today),
        "today": today,
        "may_keep": keeps_posters(signed_in(request), found.agency, today) and found.removed_on is None,
        "check_form": CheckPosterForm(initial=check, auto_id="check_%s"),
        "down_form": TakeDownForm(initial={"removed_on": today}, auto_id="down_%s"),
    }
    context |= bound
    context["form"] = next(iter(bound.values()), None)
    return render_page(request, "surveys/poster.html", context, status=status)


@require_safe
def poster(request: HttpRequest, poster_id: int) -> HttpResponse:
    """One poster: what it shows, how it was found, what to do."""
    return _page(request, get_object_or_404(_visible(request), pk=poster_id))


@require_POST
def check_poster(request: HttpRequest, poster_id: int) -> HttpResponse:
    """Note how a poster was found."""
    found, user, now = get_object_or_404(_visible(request), pk=poster_id), signed_in(request), timezone.now()
    check_can_keep_posters(user, found.agency, timezone.localdate(now))
    form = CheckPosterForm(request.POST, auto_id="check_%s")
    if form.is_valid():
        try:
            services.check_poster(poster=found, **form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The check has been noted."))
            return redirect("surveys:poster", found.pk)
    return _page(request, found, 422, check_form=form)


@require_POST
def take_down_poster(request: HttpRequest, poster_id: int) -> HttpResponse:
    """Note that a poster hangs no more."""
    found, user, now = get_object_or_404(_visible(request), pk=poster_id), signed_in(request), timezone.now()
    check_can_keep_posters(user, found.agency, timezone.localdate(now))
    form = TakeDownForm(request.POST, auto_id="down_%s")
    if form.is_valid():
        day = cast("date", form.cleaned_data["removed_on"])
        try:
            services.take_down_poster(poster=found, removed_on=day, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The poster has been taken down."))
            return redirect("surveys:posters")
    return _page(request, found, 422, down_form=form)
