"""What a report is about: the period, and by what answers are told apart."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from conduct.kernel.months import Month
from surveys.tallies.figures import Dimension

from .rules import Span, SpanKind
from .wording import DIMENSIONS, span_text

_OFFERED = ((SpanKind.MONTH, 12), (SpanKind.QUARTER, 6), (SpanKind.YEAR, 3))


def spans_until(last: Month, first: Month) -> list[Span]:
    """The months, quarters and years offered, newest first, none before the agency began."""
    found = []
    for kind, times in _OFFERED:
        span = Span.of(kind, last)
        for _number in range(times):
            if span.last < first:
                break
            found.append(span)
            span = span.previous()
    return found


class ReportForm(forms.Form):
    """What the address asks for; anything unknown falls back to what is usual."""

    period = forms.ChoiceField(label=_("Period"))
    by = forms.ChoiceField(
        label=_("Told apart by"), choices=[(one.value, name) for one, name in DIMENSIONS.items()]
    )

    def __init__(self, data: object, spans: Iterable[Span], usual: Span) -> None:
        asked = data if isinstance(data, dict) else {}
        known = {str(span): span for span in [*spans, usual]}
        self.span = known.get(str(asked.get("period", "")), usual)
        by = str(asked.get("by", ""))
        self.by = Dimension(by) if by in set(Dimension) else Dimension.RESPONDENT
        super().__init__(initial={"period": str(self.span), "by": self.by.value})
        period = self.fields["period"]
        if isinstance(period, forms.ChoiceField):
            period.choices = [(key, span_text(span)) for key, span in known.items()]
