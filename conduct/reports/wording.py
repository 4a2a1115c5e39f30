"""Names of spans, dimensions, values and changes, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conduct.kernel.comparing import Change
from conduct.kernel.wording import month_text, number_text
from surveys.models import Response
from surveys.tallies.monthly import Dimension

from .rules import Span, SpanKind

QUESTIONS = (
    gettext_lazy("Satisfied on the whole"),
    gettext_lazy("1. Access to the service"),
    gettext_lazy("2. Administrative procedure"),
    gettext_lazy("3. The officer"),
    gettext_lazy("4. Result of the service"),
    gettext_lazy("5. Handling of feedback"),
)
DIMENSIONS = {
    Dimension.RESPONDENT: gettext_lazy("Who answered"),
    Dimension.CHANNEL: gettext_lazy("Channel"),
    Dimension.TRUST: gettext_lazy("Invited or open"),
    Dimension.GROUP: gettext_lazy("Field of the procedure"),
    Dimension.DESK: gettext_lazy("Desk"),
}
MARKS = (
    gettext_lazy("Very dissatisfied"),
    gettext_lazy("Dissatisfied"),
    gettext_lazy("So-so"),
    gettext_lazy("Satisfied"),
    gettext_lazy("Very satisfied"),
)
_TRUST = {
    "verified": gettext_lazy("Invited or drawn"),
    "open": gettext_lazy("Open: whoever wanted to"),
}


def span_text(span: Span) -> str:
    """tháng 10/2026, quý III/2026, năm 2026."""
    if span.kind is SpanKind.YEAR:
        return _("year %(year)s") % {"year": span.first.year}
    if span.kind is SpanKind.QUARTER:
        roman = ("I", "II", "III", "IV")[(span.first.month - 1) // 3]
        return _("quarter %(quarter)s/%(year)s") % {"quarter": roman, "year": span.first.year}
    return _("month %(month)s") % {"month": month_text(span.first)}


def value_text(by: Dimension, value: str) -> str:
    """A value of a dimension in words; desks have names of their own."""
    if by is Dimension.CHANNEL:
        return str(Response.Channel(value).label)
    if by is Dimension.RESPONDENT:
        return str(Response.Respondent(value).label)
    if by is Dimension.TRUST:
        return str(_TRUST[value])
    return value or _("not known: answered without an invitation")


def change_text(change: Change, difference: tuple[float, float] | None) -> str:
    """The plain sentence about two spans."""
    if change is Change.UNKNOWN or difference is None:
        return _("There is nothing to compare with: too few answers in the period before.")
    ends = {"low": number_text(100 * difference[0], 1), "high": number_text(100 * difference[1], 1)}
    if change is Change.ROSE:
        return _("Rose: by %(low)s to %(high)s points of %%, more than chance explains.") % ends
    if change is Change.FELL:
        down = {"low": number_text(-100 * difference[1], 1), "high": number_text(-100 * difference[0], 1)}
        return _("Fell: by %(low)s to %(high)s points of %%, more than chance explains.") % down
    return _("No clear change: the difference lies between %(low)s and %(high)s points of %%.") % ends
