"""Visits of judging, scores and reports."""

from conduct.agencies.models import Agency
from tests.routes.objects import (
    LEADS_ON,
    POST_ONLY,
    Visit,
    adoption,
    code,
    judged,
    lan,
    month,
    office,
    scored_month,
    sheet,
)

VISITS: dict[tuple[str, int], Visit] = {
    ("reports:today", 0): Visit("tam", also=("lan", "minh")),
    ("reports:own_office", 0): Visit("lan", no_picture=LEADS_ON),
    ("reports:office", 1): Visit("phuong", lambda: (Agency.objects.get(kind="province").code,)),
    ("reports:office", 2): Visit("lan", lambda: (office().code, scored_month())),
    ("judgements:team", 0): Visit("minh"),
    ("judgements:team", 1): Visit("minh", lambda: (month(),)),
    ("judgements:judge", 3): Visit("minh", judged),
    ("judgements:mine", 0): Visit("lan"),
    ("judgements:mine", 1): Visit("lan", lambda: (month(),)),
    ("judgements:reply", 1): Visit("lan", lambda: (sheet().pk,)),
    ("scores:mine", 0): Visit("lan"),
    ("scores:why", 3): Visit("lan", lambda: (scored_month(), lan().pk, adoption().pk)),
    ("scores:team", 0): Visit("minh"),
    ("scores:team", 1): Visit("minh", lambda: (scored_month(),)),
    ("scores:months", 0): Visit("tam"),
    ("scores:months", 1): Visit("phuong", lambda: (scored_month(),)),
    ("scores:roll_up", 2): Visit("tam", lambda: (month(), *code()), no_picture=POST_ONLY),
    ("scores:close_month", 2): Visit("tam", lambda: (month().previous(), *code())),
    ("scores:reopen_month", 2): Visit("phuong", lambda: (scored_month(), *code())),
}
