"""Telling people of their promises: on the morning of the due day, and once overdue by a working day."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from conduct.kernel.wording import date_text, time_text
from conduct.kernel.workdays import working_day
from conduct.notices.services import Message, push

from ..models import Promise

# So long after the due day a line may come late, over Tết or when the workers were away.
LOOK_BACK = timedelta(days=20)


def remind_of_promises(*, now: datetime) -> int:
    """Push a line for each open promise due today, and one for each overdue by a working day.

    The lines name no citizen; the same one is pushed once. Returns how many were asked for.
    """
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    found = Promise.objects.filter(
        outcome=Promise.Outcome.OPEN,
        due_at__gte=midnight - LOOK_BACK,
        due_at__lt=midnight + timedelta(days=1),
        posting__person__is_active=True,
    ).select_related("posting")
    with translation.override("vi"):
        lines = [_line(promise, midnight) for promise in found.order_by("due_at", "pk")]
    return push(messages=[line for line in lines if line is not None], now=now)


def _line(promise: Promise, midnight: datetime) -> Message | None:
    due_on, today = timezone.localdate(promise.due_at), midnight.date()
    what = promise.dossier_code or _("without a dossier code")
    if due_on == today:
        key, title = "due", _("Promise %(what)s is due today at %(time)s")
    elif working_day(due_on, 1) <= today:
        key, title = "overdue", _("Promise %(what)s has been overdue since %(time)s on %(day)s")
    else:
        return None
    return Message(
        recipient_id=promise.posting.person_id,
        key=f"commitments.promise_{key}:{promise.pk}",
        title=title % {"what": what, "time": time_text(promise.due_at), "day": date_text(promise.due_at)},
        text=_("Write down that it was kept; if it was not, apologise to the citizen."),
        url=reverse("commitments:promise", args=[promise.pk]),
    )
