"""Visits of the pages on which an office works with remarks of citizens."""

from django.db.models import Q

from conduct.feedback.models import Case, ReplyTemplate
from tests.routes.objects import A_FILE, LEADS_ON, POST_ONLY, Visit, lan, office


def case(*states: str, **fields: object) -> tuple[int]:
    """The newest remark about Lan's office that stands so and names nobody."""
    about = Case.objects.filter(Q(concerns=lan().agency) | Q(concerns=office()), agency=office(), **fields)
    found = about.filter(subjects=None, erased_at=None, state__in=states or Case.State.values)
    return (found.order_by("-received_on", "-pk")[0].pk,)


def case_or_opened(**fields: object) -> tuple[int]:
    """One of this kind that waits; another that waits where there is none."""
    about = Case.objects.filter(agency=office(), subjects=None, state__in=("sorted", "assigned"), **fields)
    found = about.order_by("-received_on", "-pk").first()
    return (found.pk,) if found else opened()


def opened() -> tuple[int]:
    """One on service that waits for its answer."""
    return case("sorted", "assigned", kind="complaint")


def unpublished() -> tuple[int]:
    """One that was answered and may be made public."""
    return case("answered", citizen_agrees_public=True)


def template() -> tuple[int]:
    """A reply template of Lan's office."""
    return (ReplyTemplate.objects.filter(agency__in=(lan().agency, office())).order_by("pk")[0].pk,)


VISITS: dict[tuple[str, int], Visit] = {
    ("feedback:cases", 0): Visit("oanh", also=("lan", "tam")),
    ("feedback:export_cases", 0): Visit("oanh", no_picture=A_FILE),
    ("feedback:enter_case", 0): Visit("oanh"),
    ("feedback:entered_case", 0): Visit("oanh", no_picture=LEADS_ON),
    ("feedback:case", 1): Visit("oanh", opened, also=("tam", "minh")),
    ("feedback:case_contact", 1): Visit("oanh", opened, no_picture=POST_ONLY),
    ("feedback:sort_case", 1): Visit("oanh", lambda: case("new", "sorted", "assigned")),
    ("feedback:assign_case", 1): Visit("tam", opened),
    ("feedback:move_case", 1): Visit("oanh", opened),
    ("feedback:merge_case", 1): Visit("oanh", opened),
    ("feedback:note_case", 1): Visit("oanh", opened),
    ("feedback:reply_case", 1): Visit("tam", opened),
    ("feedback:forward_case", 1): Visit("oanh", lambda: case_or_opened(kind="forward")),
    ("feedback:close_case", 1): Visit("oanh", lambda: case_or_opened(kind__in=("praise", "unclear"))),
    ("feedback:publish_case", 1): Visit("tam", unpublished),
    ("feedback:unpublish_case", 1): Visit("tam", lambda: case("answered", published_on__isnull=False)),
    ("feedback:templates", 0): Visit("oanh"),
    ("feedback:add_template", 0): Visit("oanh"),
    ("feedback:edit_template", 1): Visit("oanh", template),
    ("feedback:delete_template", 1): Visit("oanh", template, no_picture=POST_ONLY),
    ("feedback:public_answers", 1): Visit("", lambda: (office().code,)),
}
