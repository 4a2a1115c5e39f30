"""Other ways to answer: the paper sheet, typing sheets in, asking on the telephone."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.permissions import Refused, signed_in
from conduct.agencies.tree import office_of
from conduct.documents.papers import paper_sheet_pdf
from conduct.kernel.pages import render_page

from ..asking import LANGUAGES, read_sheets
from ..forms.paper import PaperSittingForm, SittingForm, SpokenForm, TypedForm, digits_in_words
from ..forms.sheets import paper_of
from ..models import Questionnaire, ServicePoint
from ..permissions.paper import points_to_type
from ..rules.paper import printed_questions, sheet_number
from ..rules.questions import Sheet
from ..services import paper as services


@dataclass(frozen=True, slots=True)
class Sitting:
    """What somebody is entering: forms of one desk and day, on one version of the questions."""

    point: ServicePoint
    given_on: date
    printed_on: date
    language: str
    questionnaire: Questionnaire
    sheet: Sheet
    n_forms: int


@require_safe
def paper_sheet(request: HttpRequest, point_id: int) -> HttpResponse:
    """The sheet of a desk to print, Vietnamese or with ``?lang=en`` English."""
    now = timezone.now()
    today = timezone.localdate(now)
    visible = ServicePoint.objects.visible_to(signed_in(request), today).select_related("agency")
    point = get_object_or_404(visible, pk=point_id)
    asked = read_sheets(point, today) if point.is_open else []
    if not asked:
        raise Refused(_("This service point asks nobody now, so there is nothing to print."))
    questionnaire, sheet = asked[0]
    wanted = request.GET.get("lang", "")
    language = wanted if wanted in LANGUAGES and wanted in sheet.languages else "vi"
    paper = paper_of(
        point=point,
        office=office_of(point.agency, today),
        questionnaire=questionnaire,
        sheet=sheet,
        day=today,
        language=language,
        address=f"{settings.SITE_URL}{reverse('surveys:respond', args=[point.slug])}",
    )
    headers = {
        "Content-Disposition": f'inline; filename="phieu-{point.slug}-{language}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(paper_sheet_pdf(paper, at=now), content_type="application/pdf", headers=headers)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_paper(request: HttpRequest) -> HttpResponse:
    """Type paper sheets, one line each, after desk and day were chosen."""
    sitting = _sitting(request, "paper")
    if sitting is None:
        return _begin(request, "paper")
    questions = printed_questions(sitting.sheet, sitting.printed_on)
    form = TypedForm(
        request.POST if request.method == "POST" else None,
        slug=sitting.point.slug,
        sheet=sitting.sheet,
        questions=questions,
        language=sitting.language,
        respondent=_last_respondent(request),
    )
    if form.is_bound and form.is_valid():
        return _store(request, "paper", sitting, form)
    with translation.override(sitting.language):
        asked = [
            (one, one.wording(sitting.language), digits_in_words(one, sitting.language)) for one in questions
        ]
    context = {"form": form, "sitting": sitting, "asked": asked}
    return render_page(request, "surveys/enter_paper.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_phone(request: HttpRequest) -> HttpResponse:
    """Ask on the telephone: the words to be read aloud, then the answers."""
    sitting = _sitting(request, "phone")
    if sitting is None:
        return _begin(request, "phone")
    with translation.override(sitting.language):
        form = SpokenForm(
            request.POST if request.method == "POST" else None,
            slug=sitting.point.slug,
            sheet=sitting.sheet,
            respondent="",
            day=sitting.given_on,
            language=sitting.language,
        )
        is_valid = form.is_bound and form.is_valid()
        spoken = {
            "hello": _("Hello, I am calling from %(office)s.") % {"office": sitting.point.agency.name},
            "consent": _(
                "May I ask you a few questions about how you were served? It takes two minutes, it is"
                " voluntary, and your name is not kept with the answers."
            ),
            "scale": _("1 is very dissatisfied, 5 is very satisfied"),
            "bye": _("Thank you. Your opinion has been recorded."),
        }
    if is_valid:
        return _store(request, "phone", sitting, form)
    asked = form.asked
    context = {
        "form": form,
        "sitting": sitting,
        "spoken": spoken,
        "first": [asked.overall, *asked.follow_ups],
        "rest": [asked.trips, *asked.others, *asked.items],
    }
    return render_page(request, "surveys/enter_phone.html", context, status=422 if form.errors else 200)


@require_POST
def end_paper(request: HttpRequest) -> HttpResponse:
    """Nothing more to type of this desk and day."""
    return _end(request, "paper")


@require_POST
def end_phone(request: HttpRequest) -> HttpResponse:
    """No more calls for this desk and day."""
    return _end(request, "phone")


def _session_key(channel: str) -> str:
    return f"surveys.sitting.{channel}"


def _sitting(request: HttpRequest, channel: str) -> Sitting | None:
    """What the person is entering now; None before desk and day are chosen, or without the right any more."""
    kept: dict[str, Any] | None = request.session.get(_session_key(channel))
    if kept is None:
        return None
    points = points_to_type(signed_in(request), timezone.localdate())
    point = points.filter(pk=kept["point"]).first()
    printed_on = date.fromisoformat(kept["printed_on"])
    sheets = read_sheets(point, printed_on) if point else []
    found = next((pair for pair in sheets if pair[0].pk == kept["questionnaire"]), None)
    if point is None or found is None:
        del request.session[_session_key(channel)]
        return None
    return Sitting(
        point=point,
        given_on=date.fromisoformat(kept["given_on"]),
        printed_on=printed_on,
        language=kept["language"],
        questionnaire=found[0],
        sheet=found[1],
        n_forms=kept["n_forms"],
    )


def _begin(request: HttpRequest, channel: str) -> HttpResponse:
    """Choose desk and day; for paper also the sheet, by what stands at its foot."""
    user, today = signed_in(request), timezone.localdate()
    points = points_to_type(user, today)
    if not points.exists():
        raise Refused(
            _("Forms are entered by the receiver of feedback, the office administrator or the head,")
            + " "
            + _("and not by whoever sits at the desk.")
        )
    first = {"given_on": today, "point": request.GET.get("point", ""), "language": "vi"}
    kind = PaperSittingForm if channel == "paper" else SittingForm
    form = kind(request.POST if request.method == "POST" else None, points=points, initial=first)
    if form.is_bound and form.is_valid():
        try:
            _open_sitting(request, channel, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(f"surveys:enter_{channel}")
    context = {"form": form, "channel": channel}
    return render_page(request, "surveys/enter_paper_begin.html", context, status=422 if form.errors else 200)


def _open_sitting(request: HttpRequest, channel: str, chosen: dict[str, Any]) -> None:
    """Remember what is entered. Raises ValidationError for a day or a sheet that cannot be."""
    now = timezone.now()
    point, given_on, printed_on = (
        chosen["point"],
        chosen["given_on"],
        chosen.get("printed_on", chosen["given_on"]),
    )
    if printed_on > given_on:
        raise ValidationError(
            {"printed_on": _("The sheet was printed after it was filled in; check both days.")}
        )
    if not read_sheets(point, given_on):
        raise ValidationError({"given_on": _("This service point asked nobody on that day.")})
    sheets = read_sheets(point, printed_on)
    if channel == "paper":
        sheets = [pair for pair in sheets if _number(*pair, printed_on) == chosen["number"]]
    if not sheets:
        raise ValidationError(
            {"number": _("No sheet of this desk with this number was printed on that day; compare its foot.")}
        )
    services.begin_sitting(point=point, given_on=given_on, channel=channel, by=signed_in(request), now=now)
    request.session[_session_key(channel)] = {
        "point": point.pk,
        "given_on": given_on.isoformat(),
        "printed_on": printed_on.isoformat(),
        "language": chosen["language"],
        "questionnaire": sheets[0][0].pk,
        "n_forms": 0,
    }


def _number(questionnaire: Questionnaire, sheet: Sheet, printed_on: date) -> str:
    return sheet_number(questionnaire.code, questionnaire.number, printed_questions(sheet, printed_on))


def _last_respondent(request: HttpRequest) -> str:
    kept: dict[str, str] = request.session[_session_key("paper")]
    return kept.get("respondent", "citizen")


def _store(
    request: HttpRequest, channel: str, sitting: Sitting, form: TypedForm | SpokenForm
) -> HttpResponse:
    """Store what was read and lead to the next empty form."""
    if form.answers is None:
        raise ValueError("a form without errors has answers")
    is_new = services.store_typed(
        point=sitting.point,
        questionnaire=sitting.questionnaire,
        key=form.cleaned_data["key"],
        answers=form.answers,
        given_on=sitting.given_on,
        channel=channel,
        language=sitting.language,
        respondent=form.cleaned_data["respondent"],
        by=signed_in(request),
        now=timezone.now(),
    )
    n_forms = sitting.n_forms + is_new
    kept = request.session[_session_key(channel)]
    changed = {"n_forms": n_forms, "respondent": form.cleaned_data["respondent"]}
    request.session[_session_key(channel)] = {**kept, **changed}
    if is_new:
        messages.success(request, _("Form %(number)d is stored.") % {"number": n_forms})
    else:
        messages.warning(request, _("This form had been stored before; it counts once."))
    return redirect(f"surveys:enter_{channel}")


def _end(request: HttpRequest, channel: str) -> HttpResponse:
    sitting = _sitting(request, channel)
    if sitting is not None:
        services.end_sitting(
            point=sitting.point,
            given_on=sitting.given_on,
            channel=channel,
            n_forms=sitting.n_forms,
            by=signed_in(request),
            now=timezone.now(),
        )
        del request.session[_session_key(channel)]
        words = ngettext(
            "%(n)d form of %(desk)s was stored.", "%(n)d forms of %(desk)s were stored.", sitting.n_forms
        )
        messages.success(request, words % {"n": sitting.n_forms, "desk": sitting.point.name})
    return redirect(f"surveys:enter_{channel}")
