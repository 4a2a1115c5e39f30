"""The citizen's data: take a consent or the remark back, have it erased, take it along."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import ConsentText
from ..services.citizens import Followed, withdraw_case
from ..services.contacts import take_back_consent
from ..services.erasure import erase_case
from ..services.portability import hand_out_data
from . import kept
from .following import followed_page, with_pass
from .frames import citizen_page, give_pass


@with_pass
def withdraw(request: HttpRequest, followed: Followed) -> HttpResponse:
    """Take back a consent, done at once; or the remark itself, after being asked once more."""
    what = request.POST.get("what", "")
    if what == "case":
        return _withdraw_case(request, followed)
    if what not in ConsentText.Purpose.values:
        refused = _("Please choose what to take back.")
        return followed_page(request, followed.case.pk, status=422, refused=refused)
    done = take_back_consent(case=followed.case, purpose=what, now=timezone.now())
    return followed_page(request, followed.case.pk, done=_said_of(what) if done else "")


def _said_of(what: str) -> str:
    return {
        "reply": _("Your contact details are erased. Nobody can reach you with them any more."),
        "publish": _("Your consent is taken back. Nothing of this remark is public."),
        "words": _("Your consent is taken back. The people concerned see a summary only."),
    }[what]


def _withdraw_case(request: HttpRequest, followed: Followed) -> HttpResponse:
    if request.POST.get("sure") != "1":
        return _ask_once_more(request, followed, "withdraw")
    done = withdraw_case(case=followed.case, now=timezone.now())
    said = _("Your remark is taken back. Nobody works on it any more.")
    return followed_page(request, followed.case.pk, done=said if done else "")


@with_pass
def erase(request: HttpRequest, followed: Followed) -> HttpResponse:
    """Erase words, answer and contact for good, after being asked once more."""
    if request.POST.get("sure") != "1" and followed.case.erased_at is None:
        return _ask_once_more(request, followed, "erase")
    erase_case(case=followed.case, reason="asked", now=timezone.now())
    return followed_page(request, followed.case.pk, done=_("Your remark is erased for good."))


def _ask_once_more(request: HttpRequest, followed: Followed, act: str) -> HttpResponse:
    context = {"followed": followed, "case": followed.case, "pass": give_pass(followed.case.pk), "act": act}
    return citizen_page(request, "feedback/privacy_sure.html", context)


@with_pass
def my_data(request: HttpRequest, followed: Followed) -> HttpResponse:
    """Everything that is kept about the remark: to read, or as a file to take along."""
    data = hand_out_data(followed=followed, now=timezone.now())
    if request.POST.get("as") == "json":
        answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
        answer["Content-Disposition"] = f'attachment; filename="remark-{followed.case.pk}.json"'
        answer["Cache-Control"] = "no-store"
        return answer
    context = {
        "case": followed.case,
        "remark": kept.remark_rows(data),
        "contact": kept.contact_rows(data),
        "consents": kept.consent_rows(data),
        "steps": kept.step_rows(data),
        "mails": kept.mail_rows(data),
        "n_notes": data["internal_notes"],
        "pass": give_pass(followed.case.pk),
    }
    return citizen_page(request, "feedback/privacy_data.html", context)
