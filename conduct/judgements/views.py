"""Pages of judgements: the team's month, judging one person, my judgements, replying."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import User
from conduct.agencies.periods import closed_months
from conduct.agencies.permissions import Refused, own_office_ids
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page
from conduct.kernel.workdays import nth_working_day
from models_catalog.models import Emphasis, Item

from .forms import JudgeForm, ReplyForm, TeamForm, initial_of
from .models import Judgement, JudgementSheet, JudgementSheetQuerySet
from .permissions import can_reply, month_is_open
from .rules import REASON_MOST, REPLY_DAYS, REPLY_MOST, Verdict
from .services import SheetChanged, items_to_judge, judge_person, reply_to_judgement, verdicts_of
from .team import Duty, Member, Team, TeamPosting, replied, unjudged

PEOPLE_A_PAGE = 50
NEIGHBOURS = 5
CLOSING_WORKING_DAY = 5


def _user(request: HttpRequest) -> User:
    """The signed-in person (LoginRequiredMiddleware lets nobody else in)."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _not_ahead(month: Month, today: date) -> Month:
    """A month that has begun; pages of later ones do not exist."""
    if month.first > today:
        raise Http404
    return month


def _month_to_judge(user: User, today: date) -> Month:
    """Last month until it closes (working day 5 of this one), else this month."""
    this = Month.of(today)
    if today > nth_working_day(this, CLOSING_WORKING_DAY):
        return this
    offices = own_office_ids(user, today)
    closed = {month for _office, month in closed_months(offices)}
    return this if this.previous() in closed else this.previous()


@require_safe
def team(request: HttpRequest, month: Month | None = None) -> HttpResponse:
    """The people I lead and how far the month's judgements are."""
    user, today = _user(request), timezone.localdate()
    month = _not_ahead(month, today) if month else _month_to_judge(user, today)
    own = Team(user, month, today)
    if not own.roots:
        raise Refused(_("Only supervisors and heads judge; this account leads nobody at present."))
    everybody = own.postings()
    form = TeamForm(request.GET, agencies=list(own.agencies()))
    shown = _filtered(everybody, form, month)
    page = Paginator(shown, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    summary = own.summary()
    members = own.members(list(page.object_list))
    context = {
        "month": month,
        "upcoming": next((member for member in members if not member.is_judged), None),
        "is_current": month == Month.of(today),
        "form": form,
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
        "page": page,
        "members": members,
        "n_people": summary.n_people,
        "n_open": summary.n_open,
        "has_models": any(own.adoptions.values()),
        "previous_url": reverse("judgements:team", args=[month.previous()])
        if summary.first and month.previous().last >= summary.first
        else "",
        "next_url": reverse("judgements:team", args=[month.next()]) if month.next().first <= today else "",
    }
    return render_page(request, "judgements/team.html", context, partials=("people",))


def _filtered(people: QuerySet[TeamPosting], form: TeamForm, month: Month) -> QuerySet[TeamPosting]:
    if not form.is_valid():
        return people
    for word in form.words():
        people = people.filter(person__search__contains=word)
    if agency_id := form.cleaned_data["agency"]:
        people = people.filter(agency_id=agency_id)
    state = form.cleaned_data["state"]
    if state == "open":
        return unjudged(people)
    if state == "judged":
        return people.filter(n_sheets__gte=F("n_needed"))
    return replied(people, month) if state == "replied" else people


@dataclass(frozen=True, slots=True)
class Desk:
    """What stands before a supervisor: the person, the model, its items and its sheet."""

    team: Team
    month: Month
    member: Member
    duty: Duty
    items: list[Item]

    @property
    def sheet(self) -> JudgementSheet | None:
        """The sheet as it stands, if any."""
        return self.duty.sheet


def _desk(user: User, month: Month, posting_id: int, adoption_id: int, today: date) -> Desk:
    own = Team(user, _not_ahead(month, today), today)
    posting = get_object_or_404(own.postings(), pk=posting_id)
    member = own.members([posting])[0]
    duty = next((duty for duty in member.duties if duty.adoption.pk == adoption_id), None)
    if duty is None:
        raise Http404
    return Desk(own, month, member, duty, items_to_judge(duty.adoption))


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, month: Month, posting_id: int, adoption_id: int) -> HttpResponse:
    """One person's month by one model: five steps an item, a reason below the highest."""
    user, now = _user(request), timezone.now()
    today = timezone.localdate(now)
    desk = _desk(user, month, posting_id, adoption_id, today)
    stored = verdicts_of(desk.sheet)
    revision = desk.sheet.revision if desk.sheet else 0
    form = JudgeForm(items=desk.items, initial=initial_of(stored, revision))
    status, clash = 200, False
    if request.method == "POST":
        form, status = JudgeForm(request.POST, items=desk.items), 422
        if form.is_valid():
            try:
                judge_person(
                    posting=desk.member.posting, adoption=desk.duty.adoption, month=month,
                    verdicts=form.cleaned_data["verdicts"], revision=form.cleaned_data["revision"],
                    by=user, now=now,
                )  # fmt: skip
            except ValidationError as error:
                form.add_error(None, error)
            except SheetChanged:
                return _conflict(request, user, desk, form, now)
            else:
                messages.success(
                    request,
                    _("Judgement of %(name)s saved.") % {"name": desk.member.posting.person.full_name},
                )
                return redirect(_after(request, desk, today, user))
    return _judge_page(request, desk, form, now, stored={}, status=status, clash=clash)


def _conflict(request: HttpRequest, user: User, desk: Desk, form: JudgeForm, now: datetime) -> HttpResponse:
    """The page again with what the second writer chose, beside what stands there now; saving is a new act."""
    fresh = _desk(user, desk.month, desk.member.posting.pk, desk.duty.adoption.pk, timezone.localdate(now))
    data = request.POST.copy()
    data["revision"] = str(fresh.sheet.revision if fresh.sheet else 0)
    form = JudgeForm(data, items=fresh.items)
    form.is_valid()
    return _judge_page(request, fresh, form, now, stored=verdicts_of(fresh.sheet), status=409, clash=True)


def _after(request: HttpRequest, desk: Desk, today: date, user: User) -> str:
    """Where saving leads: the same page, or the next model or person, or the team when nobody is left."""
    posting = desk.member.posting
    if request.POST.get("then") != "next":
        return reverse("judgements:judge", args=[desk.month, posting.pk, desk.duty.adoption.pk])
    own = Team(user, desk.month, today)
    rest = own.members([posting])[0]
    if not rest.is_judged:
        return reverse("judgements:judge", args=[desk.month, posting.pk, rest.first_duty.adoption.pk])
    _before, after = own.around(posting, 1)
    if not after:
        return reverse("judgements:team", args=[desk.month])
    following = own.members(after)[0]
    return reverse(
        "judgements:judge", args=[desk.month, following.posting.pk, following.first_duty.adoption.pk]
    )


def _judge_page(
    request: HttpRequest, desk: Desk, form: JudgeForm, now: datetime, *, stored: Mapping[int, Verdict],
    status: int, clash: bool,
) -> HttpResponse:  # fmt: skip
    posting, adoption = desk.member.posting, desk.duty.adoption
    today = timezone.localdate(now)
    before, after = desk.team.around(posting, NEIGHBOURS)
    roster = desk.team.members([*before, posting, *after])
    earlier = JudgementSheet.objects.filter(
        posting=posting, adoption=adoption, month=desk.month.previous().first
    ).first()
    weights = dict(Emphasis.objects.filter(adoption=adoption).values_list("item_id", "weight"))
    rows = form.rows(weights=weights, last=verdicts_of(earlier), stored=stored)
    context: dict[str, Any] = {
        "month": desk.month,
        "member": desk.member,
        "duty": desk.duty,
        "sheet": desk.sheet,
        "form": form,
        "rows": rows,
        "n_chosen": sum(row.chosen != "" for row in rows),
        "roster": roster,
        "previous": roster[len(before) - 1] if before else None,
        "following": roster[len(before) + 1] if after else None,
        "is_open": month_is_open(desk.month, posting, today),
        "has_earlier": earlier is not None,
        "clash": clash,
        "reason_most": REASON_MOST,
    }
    return render_page(request, "judgements/judge.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Received:
    """A sheet as the person judged reads it."""

    sheet: JudgementSheet
    judgements: list[Judgement]
    form: ReplyForm | None

    @property
    def n_below(self) -> int:
        """How many items are below "always kept"."""
        return sum(judgement.value < Judgement.MAXIMUM for judgement in self.judgements)


def _received(user: User, sheet: JudgementSheet, now: datetime, form: ReplyForm | None = None) -> Received:
    judgements = Judgement.objects.filter(sheet=sheet).select_related("item__group")
    if form is None and can_reply(user, sheet, now):
        form = ReplyForm(initial={"text": sheet.reply}, auto_id=f"id_{sheet.pk}_%s")
    return Received(sheet, list(judgements.order_by("item__group__position", "item__position")), form)


def _own_sheets(user: User) -> JudgementSheetQuerySet:
    return JudgementSheet.objects.filter(posting__person=user).select_related(
        "posting__agency", "posting__person", "adoption__version__model", "judged_by"
    )


@require_safe
def mine(request: HttpRequest, month: Month | None = None) -> HttpResponse:
    """How my month was judged, by whom and why; with my reply."""
    user, now = _user(request), timezone.now()
    sheets = _own_sheets(user)
    known = [Month.of(day) for day in sheets.order_by("month").values_list("month", flat=True).distinct()]
    if month is None:
        month = known[-1] if known else Month.of(timezone.localdate(now))
    elif month not in known:
        raise Http404
    earlier = [one for one in known if one < month]
    later = [one for one in known if one > month]
    found = [
        _received(user, sheet, now)
        for sheet in sheets.in_month(month).order_by("adoption__version__model__name_order", "pk")
    ]
    context = {
        "month": month,
        "found": found,
        "n_below": sum(received.n_below for received in found),
        "is_open": any(
            month_is_open(month, received.sheet.posting, timezone.localdate(now)) for received in found
        ),
        "reply_days": REPLY_DAYS,
        "reply_most": REPLY_MOST,
        "previous_url": reverse("judgements:mine", args=[earlier[-1]]) if earlier else "",
        "next_url": reverse("judgements:mine", args=[later[0]]) if later else "",
    }
    return render_page(request, "judgements/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Write or change my reply to one judgement."""
    user, now = _user(request), timezone.now()
    sheet = get_object_or_404(_own_sheets(user), pk=sheet_id)
    form, status = None, 200
    if request.method == "POST":
        form, status = ReplyForm(request.POST), 422
        if form.is_valid():
            try:
                reply_to_judgement(sheet=sheet, text=form.cleaned_data["text"], by=user, now=now)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("The reply is stored. It stands beside the judgement."))
                return redirect("judgements:mine", Month.of(sheet.month))
    context = {"month": Month.of(sheet.month), "received": _received(user, sheet, now, form), "form": form,
               "reply_most": REPLY_MOST}  # fmt: skip
    return render_page(request, "judgements/reply.html", context, status=status)
