"""What a report is about: the period, and by what answers are told apart."""

from collections.abc import Callable, Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from conduct.kernel.months import Month
from surveys.tallies.monthly import Dimension

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

    def __init__(
        self, asked: Mapping[str, str], first: Month, last: Month, usual: Callable[[], Span]
    ) -> None:
        self.span = _read(asked.get("period", ""), first, last) or usual()
        by = asked.get("by", "")
        self.dimension = Dimension(by) if by in set(Dimension) else Dimension.RESPONDENT
        super().__init__(initial={"period": str(self.span), "by": self.dimension.value})
        period = self.fields["period"]
        if isinstance(period, forms.ChoiceField):
            offered = dict.fromkeys([*spans_until(last, first), self.span])
            period.choices = [(str(span), span_text(span)) for span in offered]


def _read(text: str, first: Month, last: Month) -> Span | None:
    """The period of that name, if the agency lived in it."""
    try:
        span = Span.parse(text)
    except ValueError:
        return None
    return span if first <= span.last and span.first <= last else None
