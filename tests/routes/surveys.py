"""Visits of citizens' answers and service points."""

from surveys.models import Poster
from tests.routes.objects import A_FILE, POST_ONLY, Visit, office, point_id, slug


def poster() -> Poster:
    """A poster of Lan's office."""
    return Poster.objects.filter(agency=office()).order_by("pk")[0]


def poster_id() -> tuple[int]:
    return (poster().pk,)


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
    ("surveys:posters", 0): Visit("quan", also=("lan",)),
    ("surveys:posters_xlsx", 0): Visit("quan", no_picture=A_FILE),
    ("surveys:print_poster", 0): Visit("quan"),
    ("surveys:hang_poster", 0): Visit("quan"),
    ("surveys:poster_pdf", 1): Visit("quan", lambda: (poster().adoption_id,), no_picture=A_FILE),
    ("surveys:poster", 1): Visit("quan", poster_id, also=("lan",)),
    ("surveys:check_poster", 1): Visit("quan", poster_id, no_picture=POST_ONLY),
    ("surveys:take_down_poster", 1): Visit("quan", poster_id, no_picture=POST_ONLY),
}
