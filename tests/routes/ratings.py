"""Visits of the pages of the statutory rating: sheets, tasks, review, petitions, schemes."""

from conduct.agencies.models import Delegation
from conduct.kernel.months import Month
from conduct.ratings.models import (
    Petition,
    RatingScheme,
    Result,
    Sheet,
    SheetTask,
    TaskImport,
    WorkItem,
    YearRating,
)
from tests.routes.objects import A_FILE, POST_ONLY, Visit, lan, office


def sheets(*states: str) -> list[Sheet]:
    """Lan's sheets that stand so, the newest first."""
    return list(Sheet.objects.filter(posting=lan(), state__in=states).order_by("-period"))


def confirmed() -> Sheet:
    """Lan's newest confirmed sheet."""
    return sheets("approved", "acknowledged")[0]


def draft() -> tuple[int]:
    """The sheet that Lan is filling."""
    return (sheets("draft")[0].pk,)


def result() -> Result:
    """Lan's result in force against which no petition waits; the oldest."""
    waiting = Petition.objects.filter(state="filed", result__isnull=False).values("result")
    mine = Result.objects.filter(sheet__posting=lan(), replaced_by__isnull=True).exclude(pk__in=waiting)
    return mine.order_by("sheet__period")[0]


def at(state: str) -> Sheet:
    """A colleague's newest sheet at Lan's desk that stands so."""
    colleagues = Sheet.objects.filter(posting__agency=lan().agency, state=state).exclude(posting=lan())
    return colleagues.filter(posting__is_leader=False).order_by("-period", "pk")[0]


def month_of(state: str) -> tuple[Month]:
    """The month in which such a sheet waits."""
    return (Month.of(at(state).period),)


def task() -> tuple[int, int]:
    """A task of the sheet that Lan is filling."""
    found = SheetTask.objects.filter(sheet_id=draft()[0]).order_by("place")[0]
    return found.sheet_id, found.pk


def petition() -> tuple[int]:
    """Lan's newest petition."""
    return (Petition.objects.filter(filed_by=lan().person).order_by("-pk")[0].pk,)


def work_item() -> tuple[int]:
    """A kind of work in the list of Lan's office."""
    return (WorkItem.objects.filter(agency=office()).order_by("pk")[0].pk,)


def scheme(state: str) -> tuple[str, int]:
    """A rating scheme that stands so; the decree's where it is published."""
    found = RatingScheme.objects.filter(state=state).order_by("code", "number")
    row = found.filter(code="nd335").first() or found[0]
    return row.code, row.number


def period() -> tuple[str, str, Month]:
    """The last period of Lan's office with results."""
    found = confirmed()
    return office().code, found.kind, Month.of(found.period)


def delegation() -> tuple[int]:
    """Who acts in somebody's place at Lan's office."""
    return (Delegation.objects.filter(agency__in=(lan().agency, office())).order_by("-pk")[0].pk,)


def task_file() -> tuple[int]:
    """A file of tasks that was brought in, or waits, at Lan's office."""
    return (TaskImport.objects.filter(office__in=(lan().agency, office())).order_by("-pk")[0].pk,)


def own_year() -> tuple[int]:
    """Lan's decided class of a year, in force."""
    decided = YearRating.objects.filter(person=lan().person, state="decided", replaced_by=None)
    return (decided.order_by("-year")[0].pk,)


VISITS: dict[tuple[str, int], Visit] = {
    ("ratings:mine", 0): Visit(also=("tam",)),
    ("ratings:open_sheet", 1): Visit(
        arguments=lambda: (Month.of(sheets("draft")[0].period),), no_picture=POST_ONLY
    ),
    ("ratings:sheet", 1): Visit(arguments=lambda: (confirmed().pk,), also=("minh", "tam")),
    ("ratings:fill", 1): Visit(arguments=draft),
    ("ratings:submit", 1): Visit(arguments=draft, no_picture=POST_ONLY),
    ("ratings:withdraw", 1): Visit(arguments=draft, no_picture=POST_ONLY),
    ("ratings:return_sheet", 1): Visit("minh", lambda: (at("submitted").pk,)),
    ("ratings:acknowledge", 1): Visit(arguments=lambda: (confirmed().pk,), no_picture=POST_ONLY),
    ("ratings:late", 0): Visit("tam", also=("minh",)),
    ("ratings:late_csv", 0): Visit("tam", no_picture=A_FILE),
    ("ratings:late_xlsx", 0): Visit("tam", no_picture=A_FILE),
    ("ratings:delegations", 0): Visit("tam", also=("quan",)),
    ("ratings:add_delegation", 0): Visit("tam"),
    ("ratings:petitions", 0): Visit(also=("tam",)),
    ("ratings:petitions_xlsx", 0): Visit("tam", no_picture=A_FILE),
    ("ratings:petition_add", 1): Visit(arguments=lambda: (result().pk,)),
    ("ratings:petition", 1): Visit(arguments=petition, also=("tam",)),
    ("ratings:petition_pdf", 1): Visit(arguments=petition, no_picture=A_FILE),
    ("ratings:petition_reader", 1): Visit("tam", petition, no_picture=POST_ONLY),
    ("ratings:petition_read", 1): Visit("tam", petition, no_picture=POST_ONLY),
    ("ratings:petition_answer", 1): Visit("tam", petition),
    ("ratings:petition_withdraw", 1): Visit(arguments=petition, no_picture=POST_ONLY),
    ("ratings:tasks_assign", 0): Visit("minh"),
    ("ratings:tasks_import", 0): Visit("tam"),
    ("ratings:tasks_template", 0): Visit("tam", no_picture=A_FILE),
    ("ratings:tasks", 1): Visit(arguments=draft, also=("minh",)),
    ("ratings:task_add", 1): Visit("minh", draft),
    ("ratings:task", 2): Visit(arguments=task, also=("minh",)),
    ("ratings:task_move", 2): Visit("minh", task, no_picture=POST_ONLY),
    ("ratings:work", 0): Visit(also=("tam",)),
    ("ratings:work_export", 0): Visit(no_picture=A_FILE),
    ("ratings:work_add", 0): Visit("tam"),
    ("ratings:work_import", 0): Visit("tam"),
    ("ratings:work_item", 1): Visit("tam", work_item),
    ("ratings:inbox", 0): Visit("minh", also=("tam",)),
    ("ratings:inbox", 1): Visit("minh", lambda: month_of("submitted")),
    ("ratings:approve_batch", 1): Visit("tam", lambda: month_of("reviewed")),
    ("ratings:review", 1): Visit("minh", lambda: (at("submitted").pk,)),
    ("ratings:approve", 1): Visit("tam", lambda: (at("reviewed").pk,), no_picture=POST_ONLY),
    ("ratings:schemes", 0): Visit(also=("hanh",)),
    ("ratings:scheme", 2): Visit(arguments=lambda: scheme("published"), also=("hanh",)),
    ("ratings:scheme_copy", 2): Visit("hanh", lambda: scheme("published")),
    ("ratings:scheme_edit", 2): Visit("hanh", lambda: scheme("draft")),
    ("ratings:scheme_publish", 2): Visit("hanh", lambda: scheme("draft")),
    ("ratings:scheme_remove", 2): Visit("hanh", lambda: scheme("draft"), no_picture=POST_ONLY),
    ("ratings:scheme_retire", 2): Visit("hanh", lambda: scheme("published")),
    ("ratings:terms", 0): Visit("tam"),
    ("ratings:terms_set", 1): Visit("tam", lambda: (office().code,)),
    ("ratings:signals", 0): Visit("tam"),
    ("ratings:end_delegation", 1): Visit("tam", delegation, no_picture=POST_ONLY),
    ("ratings:task_file", 1): Visit("tam", task_file),
    ("ratings:form_pdf", 1): Visit(arguments=lambda: (confirmed().pk,), no_picture=A_FILE),
    ("ratings:form_xlsx", 1): Visit(arguments=lambda: (confirmed().pk,), no_picture=A_FILE),
    ("ratings:form_year_pdf", 1): Visit(arguments=own_year, no_picture=A_FILE),
    ("ratings:form_year_xlsx", 1): Visit(arguments=own_year, no_picture=A_FILE),
    ("ratings:petition_add_year", 1): Visit(arguments=own_year),
    ("ratings:exports", 0): Visit("tam", also=("quan",)),
    ("ratings:export_period", 3): Visit("tam", period),
    ("ratings:export_list_pdf", 3): Visit("tam", period, no_picture=A_FILE),
    ("ratings:export_list_xlsx", 3): Visit("tam", period, no_picture=A_FILE),
    ("ratings:export_forms", 3): Visit("tam", period, no_picture=A_FILE),
}
