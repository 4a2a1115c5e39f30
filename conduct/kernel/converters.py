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


register_converter(MonthConverter, "month")
