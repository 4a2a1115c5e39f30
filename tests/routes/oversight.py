"""Visits of the pages of inspections."""

from django.db.models import F

from conduct.oversight.models import CorrectiveAction, Finding, Inspection, InspectionLine
from tests.routes.objects import A_FILE, POST_ONLY, Visit, lan


def begun() -> Inspection:
    """A visit of Lan's centre that is being made."""
    return Inspection.objects.filter(agency=lan().agency, done_at__isnull=True).order_by("-pk")[0]


def examined() -> tuple[int, int]:
    """The visit being made with a model of its lines."""
    return begun().pk, begun().lines.order_by("pk")[0].adoption_id


def line() -> tuple[int]:
    """A line of the visit being made, without finding, of a prohibition where there is one."""
    lines = InspectionLine.objects.filter(inspection=begun(), finding__isnull=True)
    return (lines.order_by("-item__group__polarity", "pk")[0].pk,)


def finding() -> tuple[int]:
    """What was found at Lan's: one that was decided, else one that waits for her answer."""
    decided_first = F("decided_at").desc(nulls_last=True)
    return (Finding.objects.filter(line__posting=lan()).order_by(decided_first, "-pk")[0].pk,)


def action_row() -> CorrectiveAction:
    """What must be put right at Lan's centre."""
    found = CorrectiveAction.objects.filter(finding__line__posting__agency=lan().agency)
    return found.order_by("pk")[0]


VISITS: dict[tuple[str, int], Visit] = {
    ("oversight:inspections", 0): Visit("khoi", also=("tam",)),
    ("oversight:inspections_xlsx", 0): Visit("khoi", no_picture=A_FILE),
    ("oversight:begin_inspection", 0): Visit("khoi"),
    ("oversight:inspection", 1): Visit("khoi", lambda: (begun().pk,)),
    ("oversight:examine", 2): Visit("khoi", examined),
    ("oversight:finish_inspection", 1): Visit("khoi", lambda: (begun().pk,), no_picture=POST_ONLY),
    ("oversight:leave_out", 1): Visit("khoi", line, no_picture=POST_ONLY),
    ("oversight:note_finding", 1): Visit("khoi", line),
    ("oversight:findings", 0): Visit("khoi", also=("lan", "tam")),
    ("oversight:finding", 1): Visit("lan", finding, also=("khoi",)),
    ("oversight:actions", 0): Visit("khoi", also=("tam",)),
    ("oversight:report_action", 1): Visit("lan", lambda: (action_row().pk,), no_picture=POST_ONLY),
    ("oversight:check_action", 1): Visit("khoi", lambda: (action_row().pk,), no_picture=POST_ONLY),
}
