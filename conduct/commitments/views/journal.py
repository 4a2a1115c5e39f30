"""Pages of the own journal: writing, following up, the month to bring along. For the writer alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.permissions import Refused, signed_in
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page
from models_catalog.models import Item

from ..forms.journal import EntryForm, FollowUpForm
from ..models import JournalEntry
from ..permissions.journal import check_can_change, kept_models
from ..rules.journal import Remedy, remedy_state
from ..services import journal as services

_WITH = ("item__group", "posting__agency")


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with how its remedy stands ("" for what was kept)."""

    entry: JournalEntry
    state: Remedy | str


@dataclass
class ItemCount:
    """How often an item was kept and slipped in a month."""

    item: Item
    n_kept: int = 0
    n_slipped: int = 0


def rows_of(entries: Iterable[JournalEntry], today: date) -> list[Row]:
    """The entries with the state of their remedies."""
    return [
        Row(
            entry,
            remedy_state(was_remedied=entry.was_remedied, remedy_by=entry.remedy_by, today=today)
            if entry.remedy_by
            else "",
        )
        for entry in entries
    ]


def own_entry(request: HttpRequest, entry_id: int) -> JournalEntry:
    """The own entry of that number; 404 for anybody else's."""
    own = JournalEntry.objects.of(signed_in(request)).select_related(*_WITH, "posting__person")
    return get_object_or_404(own, pk=entry_id)


@require_http_methods(["GET", "HEAD", "POST"])
def journal(request: HttpRequest) -> HttpResponse:
    """Write an entry; below it what waits for follow-up, and this month's entries."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    month = Month.of(today)
    own = JournalEntry.objects.of(user).filter(
        Q(on__gte=month.previous().first) | Q(pk__in=JournalEntry.objects.of(user).to_follow_up())
    )
    entries = list(own.select_related(*_WITH).order_by("-on", "-pk"))
    kept = kept_models(user, today)
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        kept=kept,
        written=entries,
        today=today,
        initial={"on": today},
    )
    if request.method == "POST" and form.is_valid():
        try:
            _entry, created = services.write_entry(words=form.words(), by=user, now=now)
        except Refused as refused:
            form.add_error("about", str(refused))
        else:
            if created:
                messages.success(request, _("Written into the journal. Nobody else reads it."))
            return redirect("commitments:journal")
    rows = rows_of(entries, today)
    waiting = [row for row in rows if row.state in (Remedy.DUE, Remedy.LATE, Remedy.AHEAD)]
    waiting.sort(key=lambda row: (row.entry.remedy_by or today, row.entry.pk))
    context = {
        "form": form,
        "has_items": bool(kept),
        "today": today,
        "month": month,
        "waiting": waiting,
        "n_due": sum(row.state != Remedy.AHEAD for row in waiting),
        "rows": [row for row in rows if row.entry.on in month],
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "commitments/journal.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def change_entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Change own words that have not been submitted."""
    user, now = signed_in(request), timezone.now()
    entry = own_entry(request, entry_id)
    check_can_change(user, entry)
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        kept=kept_models(user, entry.on),
        written=[entry],
        today=timezone.localdate(now),
        initial=EntryForm.initial_of(entry),
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_entry(entry=entry, words=form.words(), by=user, now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            if changed:
                messages.success(request, _("The entry has been changed."))
            return redirect("commitments:journal_month", Month.of(form.cleaned_data["on"]))
    context = {"form": form, "entry": entry, "month": Month.of(entry.on)}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "commitments/change_entry.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Delete own words that have not been submitted, for good."""
    user, now = signed_in(request), timezone.now()
    entry = own_entry(request, entry_id)
    check_can_change(user, entry)
    month = Month.of(entry.on)
    if request.method == "POST":
        if services.delete_entry(entry=entry, by=user, now=now):
            messages.success(request, _("The entry has been deleted for good."))
        return redirect("commitments:journal_month", month)
    context = {"row": rows_of([entry], timezone.localdate(now))[0], "month": month}
    return render_page(request, "commitments/delete_entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Say whether a remedy was done; a "no" asks for a new day."""
    user, now = signed_in(request), timezone.now()
    today, entry = timezone.localdate(now), own_entry(request, entry_id)
    if entry.was_kept or entry.was_remedied:
        return redirect("commitments:journal_month", Month.of(entry.on))
    form = FollowUpForm(request.POST if request.method == "POST" else None, today=today)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        if services.follow_up_slip(
            entry=entry, was_remedied=asked["was_remedied"] == "yes", text=asked["text"],
            new_day=asked["new_day"], by=user, now=now,
        ):  # fmt: skip
            messages.success(request, _("The follow-up has been written down."))
        return redirect("commitments:journal")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "row": rows_of([entry], today)[0], "month": Month.of(entry.on)}
    return render_page(request, "commitments/follow_up.html", context, status=status)


@require_safe
def journal_month(request: HttpRequest, month: Month) -> HttpResponse:
    """A month of the own journal, to print and bring to the meeting."""
    user, today = signed_in(request), timezone.localdate()
    this = Month.of(today)
    if month > this:
        raise Http404
    entries = JournalEntry.objects.of(user).in_month(month).select_related(*_WITH)
    rows = rows_of(entries.order_by("on", "pk"), today)
    counts: dict[int, ItemCount] = {}
    for row in rows:
        count = counts.setdefault(row.entry.item_id, ItemCount(row.entry.item))
        count.n_kept += row.entry.was_kept
        count.n_slipped += not row.entry.was_kept
    context = {
        "month": month,
        "this": this,
        "today": today,
        "counts": sorted(counts.values(), key=lambda count: (-count.n_slipped, -count.n_kept, count.item.pk)),
        "slips": [row for row in rows if not row.entry.was_kept],
        "kept": [row for row in rows if row.entry.was_kept],
        "n_done": sum(row.state == Remedy.DONE for row in rows),
        "next": month.next() if month < this else None,
    }
    return render_page(request, "commitments/journal_month.html", context)
