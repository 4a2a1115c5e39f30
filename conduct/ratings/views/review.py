"""Reviewing one sheet and confirming one, with the evidence beside the lines."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from ..forms.review import ReviewForm, initial_of, rows_to_read
from ..forms.sheets import RevisionForm
from ..models import Sheet
from ..rules.reviewing import Held
from ..services.reviewing import approve_sheet, review_sheet, save_review
from ..services.sheets import SheetChanged
from .review_desk import Desk, Roster

HELD_WORDS = {
    Held.INCOMPLETE: lambda: _("Points or tasks are missing."),
    Held.DIFFERENT: lambda: _("The review differs from the own score."),
    Held.NO_REASON: lambda: _("A score below the maximum has no reason."),
    Held.BREACH: lambda: _("A breach was confirmed in the period."),
    Held.PETITION: lambda: _("A petition of this person waits."),
    Held.MUTUAL: lambda: _("The two rate each other."),
    Held.FAILED: lambda: _("The total lies in the lowest level."),
    Held.LEVEL_MOVED: lambda: _("The level is another one than in the period before."),
    Held.CHANGED: lambda: _("It was changed after this list was shown."),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """One person's sheet: own points, mine, last period's, the evidence; saved as typed, said in the end."""
    desk = Desk(signed_in(request), sheet_id, timezone.now())
    desk.check_reviews()
    if desk.sheet.state in (Sheet.State.APPROVED, Sheet.State.ACKNOWLEDGED):
        return redirect("ratings:sheet", sheet_id)
    desk.check_state(
        Sheet.State.SUBMITTED, Sheet.State.REVIEWED, why=_("The sheet has not been handed in yet.")
    )
    form = ReviewForm(initial=initial_of(desk.sheet, desk.lines), scheme=desk.scheme, lines=desk.lines)
    if request.method != "POST":
        return _review_page(request, desk, form)
    form = ReviewForm(request.POST, scheme=desk.scheme, lines=desk.lines)
    if not form.is_valid():
        return _review_page(request, desk, form, status=422)
    said, revision = form.review(), form.cleaned_data["revision"]
    is_final = request.POST.get("then") in ("next", "stay")
    try:
        if is_final:
            review_sheet(sheet=desk.sheet, revision=revision, review=said, by=desk.user, now=desk.now)
        else:
            save_review(sheet_id=sheet_id, revision=revision, review=said, by=desk.user, now=desk.now)
    except SheetChanged:
        return _clash(request, desk)
    except ValidationError as error:
        form.add_error(None, error)
        return _review_page(request, desk, form, status=422)
    if not is_final:
        return _saved(request, sheet_id)
    messages.success(
        request, _("The sheet of %(name)s is reviewed.") % {"name": desk.sheet.posting.person.full_name}
    )
    return redirect(_after(desk, desk.roster("review"), then=request.POST["then"]))


def _saved(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """What autosave answers; without a script, the page again."""
    if request.headers.get("HX-Request") != "true":
        messages.success(request, _("The review is kept as a draft."))
        return redirect("ratings:review", sheet_id)
    desk = Desk(signed_in(request), sheet_id, timezone.now())
    form = ReviewForm(initial=initial_of(desk.sheet, desk.lines), scheme=desk.scheme, lines=desk.lines)
    return _review_page(request, desk, form)


def _clash(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page again with what the second writer typed, beside what stands there now; saving is a new act."""
    fresh = Desk(desk.user, desk.sheet.pk, desk.now)
    data = request.POST.copy()
    data["revision"] = str(fresh.sheet.revision)
    form = ReviewForm(data, scheme=fresh.scheme, lines=fresh.lines)
    form.is_valid()
    return _review_page(request, fresh, form, status=409)


def _after(desk: Desk, roster: Roster, *, then: str) -> str:
    """The next sheet that waits for the same step, else the list."""
    following = roster.following
    if then == "next" and following is not None:
        name = "ratings:approve" if following.step == "approve" else "ratings:review"
        return reverse(name, args=[following.sheet_id])
    return reverse("ratings:inbox", args=[desk.period.first])


def _review_page(request: HttpRequest, desk: Desk, form: ReviewForm, *, status: int = 200) -> HttpResponse:
    clash = status == 409
    own, given = desk.total("self"), desk.total("review")
    context = {
        **_context(desk, desk.roster("review")),
        "form": form,
        "groups": form.groups(desk.evidence.last_points, show_stored=clash),
        "parts": form.parts(),
        "own": own,
        "given": given,
        "shares": desk.shares(given.tasks),
        "unit": desk.evidence.unit,
        "clash": clash,
        "target": "ratings:review",
    }
    return render_page(request, "ratings/review.html", context, partials=("saved",), status=status)


def _context(desk: Desk, roster: Roster) -> dict[str, Any]:
    return {
        "sheet": desk.sheet,
        "mutual": desk.mutual,
        "month": desk.period.first,
        "period": desk.period,
        "roster": roster,
        "evidence": desk.evidence,
        "tasks": desk.tasks,
        "scheme": desk.scheme,
        "stands_in_for": desk.stands_in_for,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """One reviewed sheet to confirm: the reviewer's points and reasons beside the same evidence."""
    desk = Desk(signed_in(request), sheet_id, timezone.now())
    desk.check_approves()
    is_done = desk.sheet.state in (Sheet.State.APPROVED, Sheet.State.ACKNOWLEDGED)
    if is_done and request.method != "POST":
        return redirect("ratings:sheet", sheet_id)
    if not is_done:
        desk.check_state(Sheet.State.REVIEWED, why=_("The sheet has not been reviewed yet."))
    form, status = RevisionForm(initial={"revision": desk.sheet.revision}), 200
    if request.method == "POST":
        form, status = RevisionForm(request.POST), 422
        if form.is_valid():
            try:
                approve_sheet(
                    sheet=desk.sheet, revision=form.cleaned_data["revision"], by=desk.user, now=desk.now
                )
            except SheetChanged:
                desk, status = Desk(desk.user, sheet_id, desk.now), 409
                form = RevisionForm(initial={"revision": desk.sheet.revision})
            except ValidationError as error:
                form.add_error(None, error)
            else:
                name = desk.sheet.posting.person.full_name
                messages.success(request, _("The sheet of %(name)s is confirmed.") % {"name": name})
                return redirect(_after(desk, desk.roster("approve"), then="next"))
    given = desk.total("review")
    context = {
        **_context(desk, desk.roster("approve")),
        "form": form,
        "groups": rows_to_read(desk.scheme, desk.lines, desk.evidence.last_points),
        "own": desk.total("self"),
        "given": given,
        "shares": desk.shares(given.tasks),
        "clash": status == 409,
        "target": "ratings:approve",
    }
    return render_page(request, "ratings/approve.html", context, status=status)
