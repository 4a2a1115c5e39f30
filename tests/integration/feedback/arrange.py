"""Cases for tests."""

from typing import Any

from conduct.agencies.models import User
from conduct.feedback.models import Case
from conduct.feedback.services.receiving import receive_case
from tests.cast import Cast
from tests.factories import NOW

BACKEND = "django.contrib.auth.backends.ModelBackend"
WORDS = "Chờ từ bảy giờ đến mười giờ mà không ai ở quầy nói lý do"
NAMING_LAN = "Cô tôn nữ hoàng thảo LAN nói trống không với mẹ tôi"
NAMING_TAM = "Ông bà Le Thi Tam bảo tôi về chờ mà không hẹn ngày"


def received(cast: Cast, text: str = WORDS, **said: Any) -> Case:
    """A case about Lan's one-stop centre."""
    return taken_in(cast, text, **said)[0]


def taken_in(cast: Cast, text: str = WORDS, **said: Any) -> tuple[Case, str]:
    """The same, with its follow code."""
    values: dict[str, Any] = {
        "agency": cast.one_stop, "source": "mailbox", "respondent": "citizen", "language": "vi", "now": NOW,
        **said,
    }  # fmt: skip
    return receive_case(text=text, **values)


def person_ids(case: Case) -> set[int]:
    """Whom a case names."""
    return set(case.subjects.values_list("posting__person_id", flat=True))


def names(user: User, case: Case) -> bool:
    return user.pk in person_ids(case)
