"""Template tags and filters of Chuẩn Mực: icons, states, shares with intervals, numbers and dates."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.utils.html import format_html
from django.utils.safestring import SafeString

from conduct.kernel import wording
from conduct.kernel.icons import icon_shapes
from conduct.kernel.statistics import wilson

register = template.Library()

_STATE_ICONS = {
    "ok": "check",
    "soon": "clock",
    "back": "arrow-back-up",
    "late": "alert-triangle",
    "wait": "circle",
    "none": "minus",
}
# Letters that segments hold together on 360 px, in two lines each.
_SEGMENTS = 60
_STATE_CLASSES = {"back": "soon", "wait": "none"}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One of static/icons as inline SVG; silent for screen readers unless it has a label."""
    try:
        shapes = icon_shapes(name)
    except LookupError as missing:
        raise template.TemplateSyntaxError(str(missing)) from missing
    voice = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    # The shapes come from the package on our disk, never from a person.
    return format_html('<svg class="ico" viewBox="0 0 24 24" {}>{}</svg>', voice, SafeString(shapes))


@register.inclusion_tag("components/_state.html")
def state(kind: str, words: str, icon_name: str = "") -> dict[str, Any]:
    """A badge: icon and word in one colour. Kinds: ok, soon, back, late, wait, none."""
    if kind not in _STATE_ICONS:
        raise template.TemplateSyntaxError(f"no state {kind!r}, only {', '.join(_STATE_ICONS)}")
    return {
        "tone": _STATE_CLASSES.get(kind, kind),
        "icon_name": icon_name or _STATE_ICONS[kind],
        "words": words,
    }


def _interval(
    kept: float, judged: float, start: float, reference: float | None, n_eff: float | None
) -> dict[str, Any]:
    """What the interval glyph shows; positions are percent of its width, from `start` % to 100 %."""
    low, high = wilson(kept, judged, n_eff)
    share_ = kept / judged if judged else 0.0

    def place(part: float) -> str:
        return plain(max(0.0, min(100.0, (part * 100 - start) / (100 - start) * 100)), 2)

    return {
        "kept": kept,
        "judged": judged,
        "share": share_,
        "low": low,
        "high": high,
        "x": place(share_),
        "x_low": place(low),
        "x_high": place(high),
        "reference": reference,
        "x_reference": None if reference is None else place(reference),
    }


@register.inclusion_tag("components/_share.html")
def share(
    kept: float,
    judged: float,
    start: float = 0,
    reference: float | None = None,
    n_eff: float | None = None,
    glyph_only: bool = False,
) -> dict[str, Any]:
    """A share with k/n, its 95 % Wilson interval in words and as dot and line.

    `start` is the left end of the scale in percent, `reference` (fraction of 1) a dashed tick to compare
    with, `n_eff` the effective number of answers when they come in clusters.
    """
    return {"glyph_only": glyph_only, **_interval(kept or 0, judged or 0, start, reference, n_eff)}


@register.inclusion_tag("components/_bar.html")
def bar(value: float, total: float) -> dict[str, Any]:
    """A 6 px progress bar; the words stand before it, so it is silent for screen readers."""
    part = 0.0 if not total else max(0.0, min(100.0, 100.0 * float(value) / float(total)))
    return {"width": plain(part, 2)}


@register.filter
def vn_number(value: wording.Number | None, places: int = 0) -> str:
    """1.234,56; a dash when unknown."""
    return wording.number_text(value, places)


@register.filter
def vn_short(value: wording.Number | None, most: int = 2) -> str:
    """1,5 or 30: no zeros at the end; a dash when unknown."""
    return wording.short_text(value, most)


@register.filter
def in_column(text: str | None) -> str:
    """98,5 as papers write it → 98,50, so that a column stands in line; a dash when unknown."""
    if not text:
        return wording.number_text(None)
    decimals = text.partition(",")[2]
    return wording.number_text(Decimal(text.replace(",", ".")), max(2, len(decimals)))


@register.filter
def vn_percent(value: wording.Number | None, places: int = 1) -> str:
    """97,5 % of a fraction of 1; a dash when unknown."""
    return wording.percent_text(value, places)


@register.filter
def bare_percent(value: wording.Number | None, places: int = 1) -> str:
    """97,5 without the sign, for the left end of a range."""
    return wording.percent_text(value, places).removesuffix(f"{wording.NO_BREAK}%")


@register.filter
def vn_date(value: date | datetime | None) -> str:
    """22/11/2026."""
    return wording.date_text(value)


@register.filter
def vn_time(value: datetime | None) -> str:
    """09:42."""
    return wording.time_text(value)


@register.filter
def month_label(value: wording.MonthLike | None) -> str:
    """10/2026 of a date or a Month."""
    return wording.month_text(value)


@register.filter
def plain(value: wording.Number, places: int = 2) -> str:
    """A number for attributes of SVG and HTML: 87.25, whatever the language."""
    return f"{wording.to_decimal(value, places):f}"


@register.filter
def control(field: BoundField) -> SafeString:
    """The widget of a form field in our classes."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        return field.as_widget()
    widget.attrs.pop("placeholder", None)  # allauth repeats the label there; the label above is enough
    name = "form-select" if isinstance(widget, Select) else "form-control"
    own = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{name} {own}".strip()})


@register.filter
def kind(field: BoundField) -> str:
    """Which form the component gives a field: check, few (segments), many (rows) or plain.

    Segments stand side by side on a phone too: with long words they are rows.
    """
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, CheckboxSelectMultiple):  # itself a RadioSelect in Django
        return "many_checks"
    if isinstance(widget, RadioSelect):
        labels = [str(label) for _value, label in widget.choices]
        longest = max(map(len, labels), default=0)
        return "few" if len(labels) <= 3 and longest * len(labels) <= _SEGMENTS else "many"
    return "plain"


@register.inclusion_tag("components/_field.html")
def field(bound: BoundField, hint: str = "", optional: bool = False) -> dict[str, Any]:
    """One field of a form: label, hint, control, error."""
    return {"field": bound, "hint": hint or bound.help_text, "optional": optional}
