"""An inspection of Lan's one-stop centre by Khôi, the province's inspector."""

from datetime import date

from conduct.agencies.models import User
from conduct.oversight.models import Finding, Inspection, InspectionLine
from conduct.oversight.services import inspections as services
from models_catalog.models import Item
from tests.cast import Cast
from tests.factories import NOW

VISIT = date(2026, 10, 14)
HOURS = "Không vi phạm giờ giấc làm việc"


def hours_of(cast: Cast) -> Item:
    """The one item of the cast's model that an inspection judges."""
    return Item.objects.get(text=HOURS, group__version=cast.adoption.version)


def visit(cast: Cast, khoi: User, on: date = VISIT) -> Inspection:
    """Lan and Minh were looked at; the visit is not finished."""
    inspection = services.begin_inspection(
        agency=cast.one_stop, kind="unannounced", on=on, subject="Giờ giấc làm việc", by=khoi, now=NOW
    )
    services.examine(
        inspection=inspection, adoption=cast.adoption,
        posting_ids=[cast.lan_posting.pk, cast.minh_posting.pk],
        item_ids=[hours_of(cast).pk], by=khoi, now=NOW,
    )  # fmt: skip
    return inspection


def line_of(inspection: Inspection, cast: Cast) -> InspectionLine:
    """Lan's line."""
    return inspection.lines.select_related("item__group").get(posting=cast.lan_posting)


def found(
    cast: Cast, khoi: User, on: date = VISIT, *, is_breach: bool = True, text: str = "Đến lúc 8 giờ 05."
) -> Finding:
    """Lan was late; the visit is finished and she is asked to answer."""
    inspection = visit(cast, khoi, on)
    finding, _is_new = services.note_finding(
        line=line_of(inspection, cast), text=text, is_breach=is_breach, by=khoi, now=NOW
    )
    services.finish_inspection(inspection=inspection, note="", by=khoi, now=NOW)
    finding.refresh_from_db()
    return finding
