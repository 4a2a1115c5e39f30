"""Cases as people of the office click them."""

from typing import Any

from django.test import Client
from django.urls import reverse

from conduct.agencies.models import Posting, User
from conduct.feedback.models import Case
from tests.integration.feedback.arrange import BACKEND

SUMMARY = "Chờ lâu ở quầy mà không được báo lý do"
ANSWER = "Chúng tôi đã bố trí thêm một cán bộ ở quầy từ sáng thứ Hai"
REMEDY = "Bố trí thêm người vào giờ cao điểm"


def url(name: str, case: Case) -> str:
    return reverse(f"feedback:{name}", args=[case.pk])


def seen(client: Client, user: User, case: Case, name: str = "case") -> tuple[int, str]:
    """What somebody gets to see."""
    client.force_login(user, BACKEND)
    response = client.get(url(name, case))
    return response.status_code, response.content.decode()


def sent(client: Client, user: User, case: Case, name: str, **said: Any) -> tuple[int, str]:
    """What somebody gets back; the revision is the one that stands unless one is given."""
    client.force_login(user, BACKEND)
    case.refresh_from_db()
    response = client.post(url(name, case), {"revision": case.revision, **said})
    return response.status_code, response.content.decode()


def sort(client: Client, by: User, case: Case, *named: Posting, **said: Any) -> Case:
    """Sorted as a remark on service unless another kind is said."""
    values = {"kind": "complaint", "summary": SUMMARY, "postings": [one.pk for one in named], **said}
    status, page = sent(client, by, case, "sort_case", **values)
    assert status == 302, page
    case.refresh_from_db()
    return case


def assign(client: Client, by: User, case: Case, to: User) -> Case:
    status, page = sent(client, by, case, "assign_case", assignee=to.pk)
    assert status == 302, page
    case.refresh_from_db()
    return case


def reply(client: Client, by: User, case: Case, **said: Any) -> Case:
    """Answered; a remark on service was right unless something else is said."""
    values: dict[str, Any] = {"answer": ANSWER, **said}
    if case.kind == "complaint":
        values = {"is_upheld": "yes", "corrective_action": REMEDY, **values}
    status, page = sent(client, by, case, "reply_case", **values)
    assert status == 302, page
    case.refresh_from_db()
    return case
