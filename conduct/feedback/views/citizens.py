"""Writing to an office: the mailbox, the form of a desk or an office, and what is said when it is sent."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Agency, AgencyParent, on_day
from conduct.agencies.tree import office_of
from conduct.documents.qr import qr_svg
from conduct.kernel.codes import code_in_fours
from conduct.kernel.names import fold
from conduct.kernel.requests import address_of
from surveys.models import ServicePoint

from ..forms.citizens import LONGEST, WriteForm
from ..models import Case
from ..services.citizens import write_case
from ..services.consent_texts import texts_in_force
from ..services.limits import may_write
from .frames import citizen_page, give_key, language_of, read_key, refusal, refused_post

_SLUG = re.compile(r"[a-z0-9]{3,12}", re.ASCII)
_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,39}", re.ASCII)
_FOUND_AT_MOST = 20
# Whom citizens write to: offices, and the centres in which they are received.
_WRITTEN_TO = (*Agency.OFFICE_KINDS, Agency.Kind.ONE_STOP)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a form goes to: an agency, perhaps one of its desks; ``mark`` ties the form's key to it."""

    agency: Agency
    office: Agency
    point: ServicePoint | None
    mark: str

    def frame(self, language: str) -> dict[str, Any]:
        """What the head of the page shows."""
        desk = ""
        if self.point is not None:
            desk = (self.point.name_en if language == "en" else "") or self.point.name
        above = self.office.name if self.office.pk != self.agency.pk else ""
        return {"office_name": self.agency.name, "office_place": above, "desk": desk, "office": self.office}


@login_not_required
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """Where to write and where to follow: the offices found by a word, with or without diacritics."""
    with translation.override(language_of(request.GET)):
        word = fold(request.GET.get("q", "")[:100].replace("\0", ""))
        offices: list[tuple[Agency, str]] = []
        n_found = 0
        if len(word) >= 2:
            today = timezone.localdate()
            named = Agency.objects.in_force(today).filter(kind__in=_WRITTEN_TO, search__contains=word)
            n_found = named.count()
            shown = list(named.order_by("name", "pk")[:_FOUND_AT_MOST])
            above = _names_above(shown, today)
            offices = [(agency, above[agency.pk]) for agency in shown]
        context = {
            "word": request.GET.get("q", "")[:100].replace("\0", ""),
            "is_searched": bool(word),
            "offices": offices,
            "n_more": max(n_found - len(offices), 0),
        }
        return citizen_page(request, "feedback/mailbox.html", context)


def _names_above(agencies: Sequence[Agency], on: date) -> dict[int, str]:
    """The names of the two agencies above each, so that two of one name are told apart. Two statements."""
    first = _parents([agency.pk for agency in agencies], on)
    second = _parents([parent.pk for parent in first.values()], on)
    found = {}
    for agency in agencies:
        near = first.get(agency.pk)
        far = second.get(near.pk) if near else None
        found[agency.pk] = ", ".join(one.name for one in (near, far) if one)
    return found


def _parents(ids: Sequence[int], on: date) -> dict[int, Agency]:
    links = AgencyParent.objects.filter(on_day(on), agency_id__in=ids).select_related("parent")
    return {link.agency_id: link.parent for link in links}


@login_not_required
@csrf_exempt  # no sign-in and no cookie: a forged request can do no more than anybody can (ADR 0006)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """Write to the office of a desk."""
    slug = slug.lower()
    desks = ServicePoint.objects.select_related("agency")
    point = desks.filter(slug=slug).first() if _SLUG.fullmatch(slug) else None
    return _write(request, _addressee(point.agency, point, f"write:{slug}") if point else None)


@login_not_required
@csrf_exempt  # as above
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def write_office(request: HttpRequest, code: str) -> HttpResponse:
    """Write to an office, without a desk."""
    code = code.upper()
    agency = Agency.objects.filter(code=code).first() if _CODE.fullmatch(code) else None
    return _write(request, _addressee(agency, None, f"office:{code}") if agency else None)


def _addressee(agency: Agency, point: ServicePoint | None, mark: str) -> Addressee | None:
    """None for an agency that is no more."""
    today = timezone.localdate()
    if agency.valid_to is not None and agency.valid_to < today:
        return None
    return Addressee(agency, office_of(agency, today), point, mark)


def _write(request: HttpRequest, to: Addressee | None) -> HttpResponse:
    request.encoding = "utf-8"  # whatever a client calls its bytes
    with translation.override(language_of(request.GET)):
        if to is None:
            return refusal(
                request,
                404,
                _("There is no office at this address"),
                _("Please check the letters of the address, or look the office up by its name."),
            )
        if request.method != "POST":
            return _draw(request, to, _form(to))
        if refused := refused_post(request):
            return refused
        with translation.override(language_of(request.POST)):
            if request.POST.get("step") == "begin":
                return _begin(request, to)
            return _take(request, to)


def _begin(request: HttpRequest, to: Addressee) -> HttpResponse:
    """The rating page hands over what was typed there: nothing is sent yet."""
    form = _form(to, initial={"text": request.POST.get("text", "")[:LONGEST]})
    return _draw(request, to, form, from_rating=request.POST.get("from_rating") == "1")


def _form(to: Addressee, said: Mapping[str, Any] | None = None, **options: Any) -> WriteForm:
    today = timezone.localdate()
    return WriteForm(
        said,
        texts=texts_in_force(today),
        office=to.office.name,
        language=translation.get_language(),
        **options,
    )


def _draw(
    request: HttpRequest,
    to: Addressee,
    form: WriteForm,
    *,
    key: str = "",
    status: int = 200,
    from_rating: bool = False,
    is_too_often: bool = False,
) -> HttpResponse:
    context = {
        **to.frame(translation.get_language()),
        "form": form,
        "key": key or give_key(to.mark),
        "from_rating": from_rating,
        "is_too_often": is_too_often,
    }
    return citizen_page(request, "feedback/write.html", context, status)


def _take(request: HttpRequest, to: Addressee) -> HttpResponse:
    """Store what was written, or say what is wrong with it and keep everything that was typed."""
    said = request.POST
    key = read_key(said.get("key", ""), to.mark)
    form = _form(to, said)
    from_rating = said.get("from_rating") == "1"
    if key is None:
        form.add_error(
            None, _("This form was damaged on its way. Nothing has been sent: please send it again.")
        )
        return _draw(request, to, form, status=422, from_rating=from_rating)
    if not form.is_valid():
        return _draw(request, to, form, key=said["key"], status=422, from_rating=from_rating)
    if not may_write(address_of(request)):
        return _draw(
            request, to, form, key=said["key"], status=429, from_rating=from_rating, is_too_often=True
        )
    case, code, _created = write_case(
        key=key,
        text=form.cleaned_data["text"],
        agency=to.agency,
        point=to.point,
        source=Case.Source.RATING if from_rating else Case.Source.MAILBOX,
        respondent=form.cleaned_data["respondent"],
        about_heads=form.cleaned_data["about_heads"],
        language=translation.get_language(),
        sender=form.sender(),
        now=timezone.now(),
    )
    return _sent(request, to, case, code)


def _sent(request: HttpRequest, to: Addressee, case: Case, code: str) -> HttpResponse:
    """The code, once: a second click on the same day sees the same page, later it is not shown again."""
    shows_code = case.received_on == timezone.localdate() and case.erased_at is None
    follow = f"{settings.SITE_URL}{reverse('feedback:follow')}"
    context = {
        **to.frame(translation.get_language()),
        "case": case,
        "code": code_in_fours(code) if shows_code else "",
        "follow": follow,
        "qr": qr_svg(follow, scale=4),
    }
    return citizen_page(request, "feedback/write_sent.html", context)
