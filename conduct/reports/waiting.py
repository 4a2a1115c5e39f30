"""What waits for a person today, in the order in which it is due."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conduct.agencies.models import Period, Role, RoleGrant, User, on_day
from conduct.feedback.permissions.apologies import PREPARING
from conduct.feedback.permissions.cases import RECEIVING
from conduct.judgements.rules import REPLY_DAYS
from conduct.kernel.months import Month
from conduct.kernel.wording import date_text, month_text, time_text
from conduct.kernel.workdays import nth_working_day

from .tallies.remarks import WaitingRemarks, tally_waiting_remarks
from .tallies.start import (
    Judged,
    OpenMonth,
    Unsigned,
    WaitingPromise,
    tally_judged,
    tally_open_months,
    tally_unjudged,
    tally_unsigned,
    tally_waiting_promises,
)

CLOSING_WORKING_DAY = 5
MONTHS_BACK = 6
SOON = timedelta(days=7)


class Kind(StrEnum):
    """What is to be done."""

    PROMISE = "promise"
    SETTLE = "settle"
    SIGN = "sign"
    READ = "read"
    JUDGE = "judge"
    CLOSE = "close"
    ANSWER = "answer"
    SORT = "sort"
    WRITE = "write"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that waits, due at the end of the day ``on``, or at the moment ``at`` of that day.

    ``n`` is what the headline counts.
    """

    kind: Kind
    on: date
    title: str
    detail: str
    act: str
    url: str
    n: int = 1
    n_days: int = 0
    """Days from today, back or forth."""
    at: datetime | None = None

    def is_late(self, now: datetime) -> bool:
        """Whether the day, or the moment, has passed."""
        return self.on < timezone.localdate(now) or (self.at is not None and self.at < now)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that waits, parted by how near it is."""

    late: list[Due]
    soon: list[Due]
    later: list[Due]
    judged: list[Judged]
    """The judgements of this month and the last, read or not."""

    @property
    def everything(self) -> list[Due]:
        """In order of time."""
        return [*self.late, *self.soon, *self.later]

    def headline(self) -> str:
        """What to know before anything else, in one sentence."""
        words = [text for kind in Kind if (n := sum(due.n for due in self.everything if due.kind is kind))
                 for text in [_COUNTED[kind](n)]]  # fmt: skip
        if not words:
            return _("Nothing waits today")
        said = _("Waiting today: %(things)s") % {"things": ", ".join(words)}
        if self.late:
            n = len(self.late)
            said = ngettext("%(said)s; %(n)s is late", "%(said)s; %(n)s are late", n) % {"said": said, "n": n}
        return said


_COUNTED = {
    Kind.PROMISE: lambda n: ngettext("%(n)s promise to keep", "%(n)s promises to keep", n) % {"n": n},
    Kind.SETTLE: lambda n: (
        ngettext("%(n)s withdrawal to confirm", "%(n)s withdrawals to confirm", n) % {"n": n}
    ),
    Kind.SIGN: lambda n: ngettext("%(n)s pledge to sign", "%(n)s pledges to sign", n) % {"n": n},
    Kind.READ: lambda n: ngettext("%(n)s remark to read", "%(n)s remarks to read", n) % {"n": n},
    Kind.JUDGE: lambda n: ngettext("%(n)s person to judge", "%(n)s people to judge", n) % {"n": n},
    Kind.CLOSE: lambda n: ngettext("%(n)s month to close", "%(n)s months to close", n) % {"n": n},
    Kind.ANSWER: lambda n: ngettext("%(n)s citizen to answer", "%(n)s citizens to answer", n) % {"n": n},
    Kind.SORT: lambda n: ngettext("%(n)s remark to sort", "%(n)s remarks to sort", n) % {"n": n},
    Kind.WRITE: lambda n: (
        ngettext("%(n)s letter of apology to write", "%(n)s letters of apology to write", n) % {"n": n}
    ),
    Kind.LETTER: lambda n: (
        ngettext("%(n)s letter of apology to sign", "%(n)s letters of apology to sign", n) % {"n": n}
    ),
}


def closing_day(month: Month) -> date:
    """The working day of the next month on which a month closes."""
    return nth_working_day(month.next(), CLOSING_WORKING_DAY)


def waiting_for(user: User, now: datetime) -> Waiting:
    """What the person has promised, has to sign, read, judge and close; at most eight statements."""
    today = timezone.localdate(now)
    this = Month.of(today)
    judged = tally_judged(user.pk, this.previous())
    midnight = datetime.combine(today + timedelta(days=1), time(), tzinfo=timezone.get_default_timezone())
    promises = tally_waiting_promises(user.pk, today, midnight)
    things = [_to_keep(row, now) for row in promises if not row.to_settle]
    things += _to_settle([row for row in promises if row.to_settle], today)
    things += [_to_sign(row) for row in tally_unsigned(user.pk, today)]
    things += [due for row in judged if (due := _to_read(row, now)) is not None]
    grants = RoleGrant.objects.filter(
        on_day(today, "starts_on", "ends_on"), person=user, role__in=(Role.SUPERVISOR, Role.HEAD)
    )
    roles = list(grants.values_list("role", "agency_id"))
    headed = [agency_id for role, agency_id in roles if role == Role.HEAD]
    still_open = tally_open_months(headed, this.plus(-MONTHS_BACK), this.previous()) if headed else []
    if roles:
        months = [this.previous(), this] if today <= closing_day(this.previous()) else [this]
        things += [due for month in months if (due := _to_judge(user, month, today)) is not None]
    things += [_to_close(row) for row in still_open if row.state == Period.State.OPEN]
    remarks = tally_waiting_remarks(user.pk, today, receiving=RECEIVING, preparing=PREPARING)
    things += [_of_citizens(row) for row in remarks]
    things = [replace(due, n_days=abs((due.on - today).days)) for due in things]
    things.sort(key=lambda due: (due.on, list(Kind).index(due.kind)))
    return Waiting(
        [due for due in things if due.is_late(now)],
        [due for due in things if not due.is_late(now) and due.on <= today + SOON],
        [due for due in things if due.on > today + SOON],
        judged,
    )


def _to_keep(row: WaitingPromise, now: datetime) -> Due:
    said = _("Promised by %(time)s on %(day)s") % {
        "time": time_text(row.due_at),
        "day": date_text(row.due_at),
    }
    if row.dossier_code:
        said += " · " + _("dossier %(code)s") % {"code": row.dossier_code}
    return Due(
        Kind.PROMISE,
        timezone.localdate(row.due_at),
        row.what,
        said,
        _("Write down how it ended") if row.due_at < now else _("Look at the promise"),
        reverse("commitments:promise", args=[row.promise_id]),
        at=row.due_at,
    )


def _to_settle(rows: list[WaitingPromise], today: date) -> list[Due]:
    """One line for all withdrawals that wait."""
    if not rows:
        return []
    n = len(rows)
    url = reverse("commitments:settle_withdrawal", args=[rows[0].promise_id])
    if n > 1:
        url = f"{reverse('commitments:team_promises')}?month=&state=asked"
    return [
        Due(
            Kind.SETTLE,
            today,
            ngettext(
                "Confirm or refuse the withdrawal of %(n)s promise",
                "Confirm or refuse the withdrawal of %(n)s promises",
                n,
            )
            % {"n": n},
            _("The citizen withdrew without a code; it takes a second person."),
            _("Look and decide"),
            url,
            n,
        )
    ]


def _to_sign(row: Unsigned) -> Due:
    return Due(
        Kind.SIGN,
        row.due_on,
        _("Sign “%(model)s” for %(year)s") % {"model": row.model, "year": row.year},
        _("Read the text, then sign with the password."),
        _("Read and sign"),
        reverse("commitments:sign", args=[row.campaign_id, row.posting_id]),
    )


def _to_read(row: Judged, now: datetime) -> Due | None:
    """A judgement with something below 4, as long as a first reply is surely possible."""
    until = row.judged_at + timedelta(days=REPLY_DAYS)
    if not row.n_below or row.replied_at or now >= until:
        return None
    below = ngettext("%(n)s item is below 4", "%(n)s items are below 4", row.n_below) % {"n": row.n_below}
    return Due(
        Kind.READ,
        timezone.localdate(until),
        _("Read the judgement of %(month)s: %(model)s")
        % {"month": month_text(row.month), "model": row.model},
        _("%(by)s judged; %(below)s. A reply is possible.") % {"by": row.by, "below": below},
        _("Read and reply"),
        reverse("judgements:mine", args=[Month.of(row.month)]),
    )


def _to_judge(user: User, month: Month, today: date) -> Due | None:
    found = tally_unjudged(user.pk, month, today)
    if not found.n_waiting:
        return None
    return Due(
        Kind.JUDGE,
        closing_day(month),
        ngettext("Judge %(n)s person for %(month)s", "Judge %(n)s people for %(month)s", found.n_waiting)
        % {"n": found.n_waiting, "month": month_text(month)},
        _("%(done)s of %(all)s are judged.")
        % {"done": found.n_people - found.n_waiting, "all": found.n_people},
        _("Judge"),
        reverse("judgements:team", args=[month]),
        found.n_waiting,
    )


def _to_close(row: OpenMonth) -> Due:
    month = Month.of(row.month)
    return Due(
        Kind.CLOSE,
        closing_day(month),
        _("Close %(month)s of %(office)s") % {"month": month_text(month), "office": row.name},
        _("After closing, nothing more is written into the month, and its scores are shown to everyone."),
        _("Look and close"),
        reverse("scores:close_month", args=[month, row.code]),
    )


def _of_citizens(row: WaitingRemarks) -> Due:
    """One line for all remarks, or letters, with which the same is to be done."""
    kind = Kind(row.act)
    title, detail, act, one, many = {
        Kind.ANSWER: (
            ngettext("Answer %(n)s citizen", "Answer %(n)s citizens", row.n),
            _("The case was given to you; the first answer is due then."),
            _("Read and answer"), "feedback:case", f"{reverse('feedback:cases')}?only=mine",
        ),
        Kind.SORT: (
            ngettext("Sort %(n)s new remark", "Sort %(n)s new remarks", row.n),
            _("Say what it is and who deals with it; the first answer is due then."),
            _("Look and sort"), "feedback:case", f"{reverse('feedback:cases')}?state=new",
        ),
        Kind.WRITE: (
            ngettext("Write %(n)s letter of apology", "Write %(n)s letters of apology", row.n),
            _("A dossier will be late or is late; the citizen hears it from you first."),
            _("Look and write"), "feedback:apology", f"{reverse('feedback:apologies')}?state=owed",
        ),
        Kind.LETTER: (
            ngettext("Sign %(n)s letter of apology", "Sign %(n)s letters of apology", row.n),
            _("It is written and waits for the signature."),
            _("Read and sign"), "feedback:apology", f"{reverse('feedback:apologies')}?state=ready",
        ),
    }[kind]  # fmt: skip
    url = reverse(one, args=[row.first_id]) if row.n == 1 else many
    return Due(kind, row.due_on, title % {"n": row.n}, detail, act, url, row.n)
