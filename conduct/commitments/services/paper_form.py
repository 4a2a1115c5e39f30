"""The list that people sign by hand: the text once, then a row for each of them."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from conduct.agencies.models import Posting
from conduct.documents.typst import compile_pdf

from ..models import Campaign
from ..rules.pledges import blocks_of, list_text
from .papers import letterhead
from .signing import facts_for, wording_of


def paper_form_pdf(campaign: Campaign, postings: Iterable[Posting], *, at: datetime) -> bytes:
    """The paper, for postings with ``person`` and ``agency``. Three queries beside them."""
    text = list_text(facts_for(campaign, wording_of(campaign.adoption)))
    head = letterhead(campaign.agency, timezone.localdate(at)).as_data()
    blocks = blocks_of(text)
    data = {
        # The day is written by hand: nobody knows when the last one signs.
        "head": head | {"place_and_date": _dotted(head["place_and_date"])},
        "title": " ".join(blocks[0].lines),
        "blocks": [
            {"kind": one.kind.value, "heading": one.heading, "lines": list(one.lines)} for one in blocks
        ],
        "rows": [
            [str(number), posting.person.full_name, posting.title, posting.agency.name]
            for number, posting in enumerate(postings, 1)
        ],
    }
    return compile_pdf("pledge-list.typ", data, at=at)


def _dotted(place_and_date: str) -> str:
    """ "An Thuận, ngày … tháng … năm …" with room to write."""
    place, comma, _day = place_and_date.rpartition(", ")
    day = "ngày ..... tháng ..... năm ........"
    return f"{place}{comma}{day}" if place else day.capitalize()
