"""The office's kiosks: tablets at its desks, how they are paired and revoked."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.permissions import Refused, signed_in
from conduct.documents.xlsx import Column, make_xlsx, xlsx_response
from conduct.kernel.codes import code_in_fours
from conduct.kernel.names import fold
from conduct.kernel.pages import render_page
from conduct.kernel.sealing import Unreadable, seal, unseal
from conduct.kernel.wording import date_text

from ..forms.kiosks import KioskForm, KiosksForm, RevokeForm
from ..models import Kiosk, ServicePoint
from ..permissions.kiosks import points_for_kiosks
from ..permissions.points import check_can_keep_points, keeps_points
from ..services import kiosks as services

ROWS_A_PAGE = 50
# A tablet tells every five minutes that it works; after so long without a sign it counts as silent.
SILENT_AFTER = timedelta(hours=24)
# Where a new code waits, sealed, for the one page that shows it.
_CODE = "surveys.kiosk_code"


def _visible(request: HttpRequest) -> QuerySet[Kiosk]:
    points = ServicePoint.objects.visible_to(signed_in(request), timezone.localdate())
    return Kiosk.objects.filter(point__in=points).select_related("point__agency")


def _kiosk(request: HttpRequest, kiosk_id: int) -> Kiosk:
    """A kiosk that the person may see, else 404."""
    return get_object_or_404(_visible(request), pk=kiosk_id)


def _filtered(request: HttpRequest, form: KiosksForm) -> QuerySet[Kiosk]:
    found, state = _visible(request), form.cleaned_data["state"] if form.is_valid() else ""
    found = found.filter(revoked_at__isnull=state != "revoked")
    if state == "paired":
        found = found.filter(paired_at__isnull=False)
    elif state == "waiting":
        found = found.filter(paired_at=None)
    elif state == "silent":
        silent = Q(seen_at=None) | Q(seen_at__lt=timezone.now() - SILENT_AFTER)
        found = found.filter(silent, paired_at__isnull=False)
    for word in fold(form.cleaned_data["q"]).split() if form.is_valid() else ():
        named = Q(name__unaccent__icontains=word) | Q(point__name__unaccent__icontains=word)
        found = found.filter(named | Q(point__agency__search__contains=word))
    return found.order_by("point__agency__search", "point__name", "name", "pk")


def _state(kiosk: Kiosk) -> str:
    """``revoked``, ``code`` (a code waits), ``unpaired``, ``silent`` or ``paired``."""
    now = timezone.now()
    if kiosk.revoked_at is not None:
        return "revoked"
    if kiosk.paired_at is None:
        return "code" if kiosk.pairing_until and kiosk.pairing_until > now else "unpaired"
    return "silent" if kiosk.seen_at is None or kiosk.seen_at < now - SILENT_AFTER else "paired"


def state_words(kiosk: Kiosk) -> str:
    """The state of a kiosk in words."""
    return {
        "revoked": _("Revoked"),
        "code": _("Code waits to be typed"),
        "unpaired": _("Not paired"),
        "silent": _("Silent"),
        "paired": _("Paired"),
    }[_state(kiosk)]


@require_safe
def kiosks(request: HttpRequest) -> HttpResponse:
    """The kiosks of the agencies the reader may see."""
    form = KiosksForm(request.GET)
    page = Paginator(_filtered(request, form), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
        "page": page,
        "rows": [(kiosk, _state(kiosk), state_words(kiosk)) for kiosk in page.object_list],
        "may_add": points_for_kiosks(signed_in(request), timezone.localdate()).exists(),
    }
    return render_page(
        request, "surveys/kiosks.html", context, partials=("kiosks",), status=200 if form.is_valid() else 422
    )


@require_safe
def kiosks_xlsx(request: HttpRequest) -> HttpResponse:
    """The list as filtered."""
    columns = [
        Column(_("Kiosk"), width=32),
        Column(_("Service point"), width=36),
        Column(_("Agency"), width=36),
        Column(_("State"), width=22),
        Column(_("Last sign of life"), "day", 16),
    ]
    rows = (
        (
            one.name,
            one.point.name,
            one.point.agency.name,
            state_words(one),
            timezone.localdate(one.seen_at) if one.seen_at else None,
        )
        for one in _filtered(request, KiosksForm(request.GET))
    )
    content = make_xlsx(_("Kiosks"), [_("As of %s") % date_text(timezone.localdate())], columns, rows)
    return xlsx_response("kiosks", content)


@require_http_methods(["GET", "HEAD", "POST"])
def add_kiosk(request: HttpRequest) -> HttpResponse:
    """Note a tablet and get its code."""
    user, now = signed_in(request), timezone.now()
    points = points_for_kiosks(user, timezone.localdate(now))
    if not points.exists():
        raise Refused(_("Only the office administrator adds kiosks, and only at a desk that asks citizens."))
    bound = request.POST if request.method == "POST" else None
    form = KioskForm(bound, points=points, initial={"point": request.GET.get("point", "")})
    if bound is not None and form.is_valid():
        try:
            kiosk, code = services.add_kiosk(**form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _show_once(request, kiosk, code)
    return render_page(request, "surveys/add_kiosk.html", {"form": form}, status=422 if form.errors else 200)


def _show_once(request: HttpRequest, kiosk: Kiosk, code: str) -> HttpResponse:
    """Lead to the kiosk's page, which shows the code the first time it is opened and never again."""
    request.session[_CODE] = [kiosk.pk, seal(code).decode()]
    return redirect("surveys:kiosk", kiosk.pk)


def _take_code(request: HttpRequest, kiosk: Kiosk) -> str:
    waiting = request.session.get(_CODE)
    if not waiting or waiting[0] != kiosk.pk:
        return ""
    del request.session[_CODE]
    try:
        return code_in_fours(unseal(waiting[1].encode()))
    except Unreadable:  # the key was changed in between
        return ""


def _page(request: HttpRequest, found: Kiosk, form: RevokeForm, status: int = 200) -> HttpResponse:
    code = _take_code(request, found) if request.method == "GET" else ""
    context: dict[str, Any] = {
        "kiosk": found,
        "state": _state(found),
        "state_words": state_words(found),
        "code": code,
        "pair_address": f"{settings.SITE_URL}{reverse('surveys:kiosk_pair')}".partition("://")[2].rstrip("/"),
        "may_keep": keeps_points(signed_in(request), found.point.agency, timezone.localdate()),
        "form": form,
    }
    return render_page(request, "surveys/kiosk.html", context, status=status)


@require_safe
@never_cache
def kiosk(request: HttpRequest, kiosk_id: int) -> HttpResponse:
    """One kiosk: its state, when it was last heard of, its code when it was just made."""
    return _page(request, _kiosk(request, kiosk_id), RevokeForm())


@require_POST
def pair_again(request: HttpRequest, kiosk_id: int) -> HttpResponse:
    """Make a new code."""
    found = _kiosk(request, kiosk_id)
    try:
        code = services.pair_again(kiosk=found, by=signed_in(request), now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("surveys:kiosk", found.pk)
    return _show_once(request, found, code)


@require_POST
def revoke_kiosk(request: HttpRequest, kiosk_id: int) -> HttpResponse:
    """Take nothing more from a tablet."""
    found, user, now = _kiosk(request, kiosk_id), signed_in(request), timezone.now()
    check_can_keep_points(user, found.point.agency, timezone.localdate(now))
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, 422)
    services.revoke_kiosk(kiosk=found, reason=form.cleaned_data["reason"], by=user, now=now)
    messages.success(request, _("The kiosk is revoked. It takes no more answers and says so."))
    return redirect("surveys:kiosk", found.pk)
