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

from conduct.agencies.models import Period, User
from conduct.agencies.permissions import Refused, signed_in
from conduct.agencies.tree import desk_of
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page
from conduct.kernel.workdays import nth_working_day

from .forms import JudgeForm, ReplyForm, TeamForm, initial_of
from .models import Judgement, JudgementSheet, JudgementSheetQuerySet
from .permissions import can_reply, month_is_open
from .rules import REPLY_DAYS, Verdict
from .services import (
    SheetChanged,
    items_to_judge,
    judge_person,
    reply_to_judgement,
    verdicts_by_month,
)
from .team import Duty, Member, Team, TeamPosting, replied, unjudged

PEOPLE_A_PAGE = 50
NEIGHBOURS = 5
CLOSING_WORKING_DAY = 5


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
    closed = Period.objects.filter(
        office__code=desk_of(user.pk, today).office_code, kind=Period.Kind.MONTH, month=this.previous().first
    ).exclude(state=Period.State.OPEN)
    return this if closed.exists() else this.previous()


@require_safe
def team(request: HttpRequest, month: Month | None = None) -> HttpResponse:
    """The people I lead and how far the month's judgements are."""
    user, today = signed_in(request), timezone.localdate()
    month = _not_ahead(month, today) if month else _month_to_judge(user, today)
    own = Team(user, month, today)
    if not own.roots:
        raise Refused(_("Only supervisors and heads judge; this account leads nobody at present."))
    everybody = own.postings()
    form = TeamForm(request.GET, agencies=list(own.agencies()))
    summary = own.summary()
    filtered = form.is_valid() and any(form.cleaned_data.values())
    paginator = Paginator(_filtered(everybody, form, month), PEOPLE_A_PAGE)
    if not filtered:
        paginator.count = summary.n_people
    page = paginator.get_page(request.GET.get("page"))
    members = own.members(list(page.object_list))
    context = {
        "month": month,
        "upcoming": next((member for member in members if not member.is_judged), None),
        "is_current": month == Month.of(today),
        "form": form,
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
    """What stands before a supervisor: the person among the neighbours, the model and its sheet."""

    month: Month
    roster: list[Member]
    place: int
    duty: Duty
    is_open: bool

    @property
    def member(self) -> Member:
        """The person to judge."""
        return self.roster[self.place]

    @property
    def following(self) -> Member | None:
        """The next person in the list."""
        return self.roster[self.place + 1] if self.place + 1 < len(self.roster) else None

    @property
    def sheet(self) -> JudgementSheet | None:
        """The sheet as it stands, if any."""
        return self.duty.sheet


def _desk(user: User, month: Month, posting_id: int, adoption_id: int, today: date) -> Desk:
    own = Team(user, _not_ahead(month, today), today)
    posting = get_object_or_404(own.postings(), pk=posting_id)
    before, after = own.around(posting, NEIGHBOURS)
    roster = own.members([*before, posting, *after])
    place = len(before)
    duty = next((duty for duty in roster[place].duties if duty.adoption.pk == adoption_id), None)
    if duty is None:
        raise Http404
    return Desk(month, roster, place, duty, own.takes_judgements(posting))


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, month: Month, posting_id: int, adoption_id: int) -> HttpResponse:
    """One person's month by one model: five steps an item, a reason below the highest."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    desk = _desk(user, month, posting_id, adoption_id, today)
    if request.method != "POST" and not desk.is_open:
        return render_page(request, "judgements/judge.html", {**_shared(desk), "judgements": _written(desk)})
    items = items_to_judge(desk.duty.adoption)
    known = verdicts_by_month(desk.member.posting, desk.duty.adoption, [month, month.previous()])
    revision = desk.sheet.revision if desk.sheet else 0
    form = JudgeForm(items=items, initial=initial_of(known[month], revision))
    status = 200
    if request.method == "POST":
        form, status = JudgeForm(request.POST, items=items), 422
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
                return redirect(_after(request, desk))
    return _judge_page(request, desk, form, last=known[month.previous()], stored={}, status=status)


def _conflict(request: HttpRequest, user: User, desk: Desk, form: JudgeForm, now: datetime) -> HttpResponse:
    """The page again with what the second writer chose, beside what stands there now; saving is a new act."""
    fresh = _desk(user, desk.month, desk.member.posting.pk, desk.duty.adoption.pk, timezone.localdate(now))
    data = request.POST.copy()
    data["revision"] = str(fresh.sheet.revision if fresh.sheet else 0)
    form = JudgeForm(data, items=items_to_judge(fresh.duty.adoption))
    form.is_valid()
    months = [desk.month, desk.month.previous()]
    known = verdicts_by_month(desk.member.posting, desk.duty.adoption, months)
    return _judge_page(request, fresh, form, last=known[months[1]], stored=known[months[0]], status=409)


def _after(request: HttpRequest, desk: Desk) -> str:
    """Where saving leads: the same page, or the next model or person, or the team when nobody is left."""
    posting, now_judged = desk.member.posting, desk.duty.adoption.pk
    if request.POST.get("then") != "next":
        return reverse("judgements:judge", args=[desk.month, posting.pk, now_judged])
    rest = [d for d in desk.member.duties if d.sheet is None and d.adoption.pk != now_judged]
    if rest:
        return reverse("judgements:judge", args=[desk.month, posting.pk, rest[0].adoption.pk])
    if desk.following is None:
        return reverse("judgements:team", args=[desk.month])
    adoption = desk.following.first_duty.adoption
    return reverse("judgements:judge", args=[desk.month, desk.following.posting.pk, adoption.pk])


def _judge_page(
    request: HttpRequest, desk: Desk, form: JudgeForm, *, last: Mapping[int, Verdict],
    stored: Mapping[int, Verdict], status: int,
) -> HttpResponse:  # fmt: skip
    rows = form.rows(last=last, stored=stored)
    context = {
        **_shared(desk),
        "form": form,
        "rows": rows,
        "n_chosen": sum(row.chosen != "" for row in rows),
        "judgements": [] if desk.is_open else _written(desk),
        "clash": status == 409,
    }
    return render_page(request, "judgements/judge.html", context, status=status)


def _written(desk: Desk) -> list[Judgement]:
    """The items of the stored sheet, for a month that takes no more judgements."""
    return list(desk.sheet.judgements.select_related("item")) if desk.sheet else []


def _shared(desk: Desk) -> dict[str, Any]:
    return {
        "month": desk.month,
        "member": desk.member,
        "duty": desk.duty,
        "sheet": desk.sheet,
        "roster": desk.roster,
        "previous": desk.roster[desk.place - 1] if desk.place else None,
        "following": desk.following,
        "is_open": desk.is_open,
    }


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
    base_first = F("item__group__version").asc(nulls_last=True)
    ordered = judgements.order_by(base_first, "item__group__position", "item__position")
    return Received(sheet, list(ordered), form)


def _own_sheets(user: User) -> JudgementSheetQuerySet:
    return JudgementSheet.objects.filter(posting__person=user).select_related(
        "posting__agency", "posting__person", "adoption__version__model", "judged_by"
    )


@require_safe
def mine(request: HttpRequest, month: Month | None = None) -> HttpResponse:
    """How my month was judged, by whom and why; with my reply."""
    user, now = signed_in(request), timezone.now()
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
        "previous_url": reverse("judgements:mine", args=[earlier[-1]]) if earlier else "",
        "next_url": reverse("judgements:mine", args=[later[0]]) if later else "",
    }
    return render_page(request, "judgements/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Write or change my reply to one judgement."""
    user, now = signed_in(request), timezone.now()
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
    context = {"month": Month.of(sheet.month), "received": _received(user, sheet, now, form), "form": form}
    return render_page(request, "judgements/reply.html", context, status=status)
