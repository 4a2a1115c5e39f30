"""Entries of a journal, as their writer left them."""

from datetime import timedelta

from conduct.agencies.models import Posting
from conduct.commitments.models import JournalEntry
from models_catalog.models import Adoption, Item
from tests.factories import DAY, NOW

KEPT_WORDS = "Trả lời hết bảy lượt hỏi của bà con"
SLIP_WORDS = "Hẹn trả bản sao mà để bà cụ về không"
REMEDY_WORDS = "Gọi điện xin lỗi, mang bản sao đến tận nhà"


def item_of(adoption: Adoption, place: int = 0) -> Item:
    return Item.objects.kept_under(adoption)[place]


def write_kept(posting: Posting, item: Item, **fields: object) -> JournalEntry:
    values = {"on": DAY, "was_kept": True, "text": KEPT_WORDS, "written_at": NOW, **fields}
    return JournalEntry.objects.create(posting=posting, item=item, **values)


def write_slip(posting: Posting, item: Item, **fields: object) -> JournalEntry:
    values = {
        "on": DAY,
        "was_kept": False,
        "text": SLIP_WORDS,
        "remedy": REMEDY_WORDS,
        "remedy_by": DAY + timedelta(days=3),
        "written_at": NOW,
        **fields,
    }
    return JournalEntry.objects.create(posting=posting, item=item, **values)
