"""Confirmed results of October 2026, and petitions against them, at any step of their way."""

from datetime import datetime
from typing import Any

from conduct.agencies.models import Posting, Role, User
from conduct.ratings.models import Petition, Result, Sheet
from conduct.ratings.services.petitions import file_petition
from conduct.ratings.services.results import confirm_result
from tests.cast import Cast
from tests.factories import NOW, grant, make_posting, make_user

from .arrange import add_task, give_points, make_sheet


def confirmed(
    cast: Cast, posting: Posting | None = None, *, less: str = "1", now: datetime = NOW, **fields: Any
) -> Result:
    """A sheet that Minh reviewed and Tâm confirmed; the first line is ``less`` below its maximum."""
    steps = {
        "state": "approved", "submitted_at": now, "reviewer": cast.minh, "reviewed_at": now,
        "approver": cast.tam, "approved_at": now, "strengths": "Tận tụy với dân.",
        "opinion": "Cần đúng giờ hơn.", **fields,
    }  # fmt: skip
    if posting is not None and posting.is_leader:
        whole = {"unit": 100, "organising": 100, "unity": 100}
        steps.update(self_leading=whole, review_leading=whole)
    sheet = make_sheet(posting or cast.lan_posting, **steps)
    add_task(sheet)
    give_points(sheet, "self", "review", less=less)
    return confirm_result(sheet=sheet, cause=Result.Cause.CONFIRMED, by=cast.tam, now=now)


def filed(
    cast: Cast, result: Result | None = None, *, now: datetime = NOW, by: User | None = None
) -> Petition:
    """Lan's petition against her October."""
    about = result or confirmed(cast, now=now)
    return file_petition(
        about=about,
        text="Tôi chỉ đi muộn một buổi.",
        wish="Xem lại điểm ý thức kỷ luật.",
        by=by or cast.lan,
        now=now,
    )[0]


def make_deputy(cast: Cast) -> User:
    """A deputy head of the commune, who was not involved in any sheet."""
    deputy = make_user("Nguyễn Văn Phó", username="pho")
    make_posting(deputy, cast.commune, is_leader=True, title="Phó Chủ tịch UBND xã")
    return deputy


def make_second_head(cast: Cast) -> User:
    """Another who heads the commune."""
    person = make_user("Hoàng Văn Hai", username="hai")
    grant(person, cast.commune, Role.HEAD)
    return person


def read(cast: Cast, petition: Petition) -> Petition:
    """The petition with the deputy's opinion."""
    Petition.objects.filter(pk=petition.pk).update(
        reader=make_deputy(cast), read_opinion="Nên tính một buổi.", read_at=NOW
    )
    petition.refresh_from_db()
    return petition


def sheet_of(petition: Petition) -> Sheet:
    """The sheet that a petition of a period is about."""
    assert petition.result is not None
    return petition.result.sheet
