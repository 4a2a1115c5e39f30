"""A whole month at Lan's office, with one of everything that a page can show."""

from datetime import date
from uuid import uuid4

from django.utils import timezone

from conduct.agencies.models import Period
from conduct.commitments.models import Campaign, NotSigning
from conduct.judgements.models import JudgementSheet
from conduct.notices.services import Message, push
from surveys.models import Questionnaire, Response
from tests.cast import Cast, make_cast
from tests.factories import NOW, make_posting, make_user
from tests.integration.citizens_side import Words, leave_behind
from tests.integration.commitments.arrange import help_a_household, save_together
from tests.integration.commitments.journaling import item_of, write_slip
from tests.integration.commitments.papers import made_print
from tests.integration.commitments.promising import promises_of
from tests.integration.commitments.scans import enter
from tests.integration.models_catalog.drafting import next_draft, unknown_model
from tests.integration.oversight_side import inspect_everything
from tests.integration.rating_side import rate_everything
from tests.integration.scores.arrange import OCTOBER, fill, make_questionnaire, roll_up, try_a_draft
from tests.integration.surveys.arrange import hang

EXCUSE = "Điều trị dài ngày tại bệnh viện tỉnh"
COMMENT, REPLY = "Chờ hai buổi vì cô cán bộ đi vắng", "Hôm đó tôi đi họp theo giấy mời"
NOTICE, SUBMITTED = "Nhắc ký cam kết trước ngày 30", "Nóng giận với người nộp hồ sơ"


def arrange_everything(words: Words) -> Cast:
    """Pledge, judgement, answers with comments, dossiers, cases, letters, scores; October is closed."""
    cast = make_cast()
    point = fill(cast)
    NotSigning.objects.create(
        campaign=Campaign.objects.get(agency=cast.commune), posting=cast.tam_posting, kind="excused",
        reason=EXCUSE, stated_by=cast.quan, stated_at=NOW,
    )  # fmt: skip
    made_print(Campaign.objects.get(agency=cast.commune), cast.tam)
    help_a_household(cast)
    save_together(cast)
    hang(cast)
    promises_of(cast.lan_posting, timezone.now())
    next_draft(cast)
    unknown_model()
    item = item_of(cast.adoption)
    write_slip(cast.lan_posting, item)
    write_slip(cast.lan_posting, item, text=SUBMITTED, remedy="Tự kiềm chế", submitted_at=NOW)
    JudgementSheet.objects.update(reply=REPLY, replied_at=NOW)
    push(messages=[Message(cast.lan.pk, "reminder", NOTICE)], now=NOW)
    Response.objects.create(
        key=uuid4(),
        agency=point.agency,
        point=point,
        questionnaire=make_questionnaire(),
        month=OCTOBER.first,
        channel="qr",
        cluster=1,
        overall=1,
        factors=[None] * 5,
        comment=COMMENT,
    )
    # Made for scoring; citizens are asked the real one.
    Questionnaire.objects.filter(code="sipas").update(state="retired")
    leave_behind(cast, point, words)
    inspect_everything(cast, words)
    rate_everything(cast, words)
    roll_up(below=cast.province)
    Period.objects.create(office=cast.commune, month=OCTOBER.first, state="closed", closed_at=NOW)
    try_a_draft(cast)
    on_paper = make_posting(make_user("Nguyễn Ký Giấy"), cast.one_stop)
    campaign = Campaign.objects.get(agency=cast.commune)
    enter(campaign, on_paper, by=cast.quan, signed_on=date(2026, 10, 15))
    return cast
