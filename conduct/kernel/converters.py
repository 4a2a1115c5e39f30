"""URL converters; importing this module registers them (the composition root's urls.py does)."""

from django.urls import register_converter

from conduct.kernel.months import Month


class MonthConverter:
    """`<month:month>`: "2026-10" as a Month; an impossible month is no match, hence 404."""

    regex = r"[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> Month:
        return Month.parse(value)

    def to_url(self, value: Month) -> str:
        return str(value)


class CodeConverter:
    """`<code:code>`: the code of an agency, such as XA-AN-THUAN; anything else is no match, hence 404."""

    regex = r"[A-Z0-9][A-Z0-9.-]{0,39}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(MonthConverter, "month")
register_converter(CodeConverter, "code")
