"""Visits of citizens' answers and service points."""

from uuid import UUID

from conduct.agencies.models import Period
from surveys.models import DeskOfficer, Kiosk, Poster, Questionnaire, Response
from tests.routes.objects import A_FILE, POST_ONLY, Visit, lan, office, point_id, slug


def poster() -> Poster:
    """A poster of Lan's office."""
    return Poster.objects.filter(agency=office()).order_by("pk")[0]


def poster_id() -> tuple[int]:
    return (poster().pk,)


def kiosk_id() -> tuple[int]:
    """A tablet of Lan's office that has not been revoked."""
    return (Kiosk.objects.filter(point__agency=lan().agency, revoked_at=None).order_by("pk")[0].pk,)


def draft() -> tuple[int]:
    """A draft of a questionnaire of Lan's office."""
    drafts = Questionnaire.objects.filter(keeper=office(), state=Questionnaire.State.DRAFT)
    return (drafts.order_by("pk")[0].pk,)


def draft_page() -> tuple[int, str]:
    return (*draft(), "vi")


def draft_question() -> tuple[int, str]:
    return (*draft(), "overall")


def published() -> tuple[int]:
    """A questionnaire that Lan's office asks, else the newest of all."""
    asked = Questionnaire.objects.filter(state=Questionnaire.State.PUBLISHED)
    own = asked.filter(keeper=office()).order_by("-pk").first()
    return ((own or asked.order_by("-pk")[0]).pk,)


def desk_officer() -> tuple[int, int]:
    """Who sits at Lan's desk."""
    officer = DeskOfficer.objects.filter(point__agency=lan().agency).order_by("pk")[0]
    return officer.point_id, officer.pk


def comment() -> tuple[str, UUID]:
    """A comment at Lan's desks, of a closed month where there is one."""
    closed = Period.objects.filter(office=office(), state=Period.State.CLOSED).values("month")
    said = Response.objects.filter(point__agency=lan().agency).exclude(comment="")
    found = said.filter(month__in=closed).order_by("-month", "pk").first() or said.order_by("-month", "pk")[0]
    return lan().agency.code, found.pk


VISITS: dict[tuple[str, int], Visit] = {
    ("surveys:respond", 1): Visit("", slug),
    ("surveys:thanks", 1): Visit("", slug),
    ("surveys:points", 0): Visit("quan"),
    ("surveys:create_point", 0): Visit("quan"),
    ("surveys:point", 1): Visit("quan", point_id),
    ("surveys:change_point", 1): Visit("quan", point_id),
    ("surveys:close_point", 1): Visit("quan", point_id, no_picture=POST_ONLY),
    ("surveys:open_point", 1): Visit("quan", point_id, no_picture=POST_ONLY),
    ("surveys:point_sheet", 1): Visit("quan", point_id, no_picture=A_FILE),
    ("surveys:point_qr_svg", 1): Visit("quan", point_id, no_picture=A_FILE),
    ("surveys:point_qr_png", 1): Visit("quan", point_id, no_picture=A_FILE),
    ("surveys:set_aside", 0): Visit("tam", also=("quan", "minh")),
    ("surveys:reinstate", 0): Visit("tam", no_picture=POST_ONLY),
    ("surveys:signals", 0): Visit("tam", also=("quan", "minh")),
    ("surveys:signals_xlsx", 0): Visit("tam", no_picture=A_FILE),
    ("surveys:posters", 0): Visit("quan", also=("lan",)),
    ("surveys:posters_xlsx", 0): Visit("quan", no_picture=A_FILE),
    ("surveys:print_poster", 0): Visit("quan"),
    ("surveys:hang_poster", 0): Visit("quan"),
    ("surveys:poster_pdf", 1): Visit("quan", lambda: (poster().adoption_id,), no_picture=A_FILE),
    ("surveys:poster", 1): Visit("quan", poster_id, also=("lan",)),
    ("surveys:check_poster", 1): Visit("quan", poster_id, no_picture=POST_ONLY),
    ("surveys:take_down_poster", 1): Visit("quan", poster_id, no_picture=POST_ONLY),
    ("surveys:kiosks", 0): Visit("quan", also=("lan",)),
    ("surveys:kiosks_xlsx", 0): Visit("quan", no_picture=A_FILE),
    ("surveys:add_kiosk", 0): Visit("quan"),
    ("surveys:kiosk", 1): Visit("quan", kiosk_id, also=("lan",)),
    ("surveys:pair_again", 1): Visit("quan", kiosk_id, no_picture=POST_ONLY),
    ("surveys:revoke_kiosk", 1): Visit("quan", kiosk_id, no_picture=POST_ONLY),
    ("surveys:kiosk_app", 0): Visit(""),
    ("surveys:kiosk_pair", 0): Visit(""),
    ("surveys:kiosk_answers", 0): Visit("", no_picture=POST_ONLY),
    ("surveys:kiosk_worker", 0): Visit("", no_picture=A_FILE),
    ("surveys:kiosk_manifest", 0): Visit("", no_picture=A_FILE),
    ("surveys:paper_sheet", 1): Visit("quan", point_id, no_picture=A_FILE),
    ("surveys:enter_paper", 0): Visit("oanh"),
    ("surveys:end_paper", 0): Visit("oanh", no_picture=POST_ONLY),
    ("surveys:enter_phone", 0): Visit("oanh"),
    ("surveys:end_phone", 0): Visit("oanh", no_picture=POST_ONLY),
    ("surveys:questionnaires", 0): Visit("quan"),
    ("surveys:new_questionnaire", 0): Visit("quan"),
    ("surveys:questionnaire", 1): Visit("quan", draft),
    ("surveys:questionnaire_yaml", 1): Visit("quan", draft, no_picture=A_FILE),
    ("surveys:preview_questionnaire", 1): Visit("quan", draft),
    ("surveys:preview_questionnaire_page", 2): Visit("quan", draft_page),
    ("surveys:next_questionnaire", 1): Visit("quan", draft, no_picture=POST_ONLY),
    ("surveys:edit_questionnaire", 1): Visit("quan", draft),
    ("surveys:move_question", 1): Visit("quan", draft, no_picture=POST_ONLY),
    ("surveys:new_question", 1): Visit("quan", draft),
    ("surveys:edit_question", 2): Visit("quan", draft_question),
    ("surveys:remove_question", 2): Visit("quan", draft_question, no_picture=POST_ONLY),
    ("surveys:publish_questionnaire", 1): Visit("quan", draft),
    ("surveys:retire_questionnaire", 1): Visit("hanh", published),
    ("surveys:discard_questionnaire", 1): Visit("quan", draft),
    ("surveys:desk_officers", 1): Visit("quan", point_id, also=("lan",)),
    ("surveys:end_desk_officer", 2): Visit("quan", desk_officer),
    ("surveys:reattribute", 1): Visit("quan", point_id),
    ("surveys:undo_reattribution", 2): Visit("quan", desk_officer, no_picture=POST_ONLY),
    ("surveys:comments", 0): Visit("tam"),
    ("surveys:comments_xlsx", 0): Visit("tam", no_picture=A_FILE),
    ("surveys:tag_comment", 1): Visit("tam", lambda: (lan().agency.code,), no_picture=POST_ONLY),
    ("surveys:redact_comment", 2): Visit("tam", comment),
}
