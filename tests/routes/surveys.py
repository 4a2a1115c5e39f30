"""Visits of citizens' answers and service points."""

from tests.routes.objects import A_FILE, POST_ONLY, Visit, point_id, slug

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
}
