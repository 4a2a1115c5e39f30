"""Visits of judging, scores and reports."""

from conduct.agencies.models import Agency
from conduct.scores.models import RollUpRun, WhatIf
from tests.routes.objects import (
    A_FILE,
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

NO_DRAFT = "the demo tries out no draft scheme"


def trial() -> WhatIf:
    """The newest trial of a draft scheme."""
    return WhatIf.objects.order_by("-pk")[0]


VISITS: dict[tuple[str, int], Visit] = {
    ("reports:today", 0): Visit("tam", also=("lan", "minh")),
    ("reports:own_office", 0): Visit("lan", no_picture=LEADS_ON),
    ("reports:office", 1): Visit("phuong", lambda: (Agency.objects.get(kind="province").code,)),
    ("reports:office", 2): Visit("lan", lambda: (office().code, scored_month())),
    ("reports:citizens", 1): Visit("tam", code, also=("lan",)),
    ("reports:citizens_xlsx", 1): Visit("tam", code, no_picture=A_FILE),
    ("reports:compare_offices", 1): Visit("phuong", lambda: (Agency.objects.get(kind="province").code,)),
    ("reports:compare_offices_xlsx", 1): Visit("tam", code, no_picture=A_FILE),
    ("reports:hints", 0): Visit("khoi"),
    ("reports:public", 0): Visit(""),
    ("reports:public_office", 1): Visit("", code),
    ("reports:open_data_csv", 0): Visit("", no_picture=A_FILE),
    ("reports:open_data_json", 0): Visit("", no_picture=A_FILE),
    ("judgements:team", 0): Visit("minh"),
    ("judgements:team", 1): Visit("minh", lambda: (month(),)),
    ("judgements:judge", 3): Visit("minh", judged),
    ("judgements:mine", 0): Visit("lan"),
    ("judgements:mine", 1): Visit("lan", lambda: (month(),)),
    ("judgements:reply", 1): Visit("lan", lambda: (sheet().pk,)),
    ("scores:mine", 0): Visit("lan"),
    ("scores:why", 3): Visit("lan", lambda: (scored_month(), lan().pk, adoption().pk)),
    ("scores:why_pdf", 3): Visit("lan", lambda: (scored_month(), lan().pk, adoption().pk), no_picture=A_FILE),
    ("scores:why_office", 2): Visit("tam", lambda: (scored_month(), *code()), also=("lan",)),
    ("scores:why_office_pdf", 2): Visit("tam", lambda: (scored_month(), *code()), no_picture=A_FILE),
    ("scores:runs", 0): Visit("phuong"),
    ("scores:run", 1): Visit("phuong", lambda: (RollUpRun.objects.order_by("-pk")[0].pk,)),
    ("scores:steer_run", 1): Visit(
        "phuong", lambda: (RollUpRun.objects.order_by("-pk")[0].pk,), no_picture=POST_ONLY
    ),
    ("scores:schemes", 0): Visit("phuong"),
    ("scores:scheme", 1): Visit("phuong", lambda: (trial().scheme_id,), no_picture=NO_DRAFT),
    ("scores:what_if", 1): Visit("phuong", lambda: (trial().pk,), no_picture=NO_DRAFT),
    ("scores:what_if_xlsx", 1): Visit("phuong", lambda: (trial().pk,), no_picture=A_FILE),
    ("scores:team", 0): Visit("minh"),
    ("scores:team", 1): Visit("minh", lambda: (scored_month(),)),
    ("scores:months", 0): Visit("tam"),
    ("scores:months", 1): Visit("phuong", lambda: (scored_month(),)),
    ("scores:roll_up", 2): Visit("tam", lambda: (month(), *code()), no_picture=POST_ONLY),
    ("scores:close_month", 2): Visit("tam", lambda: (month().previous(), *code())),
    ("scores:reopen_month", 2): Visit("phuong", lambda: (scored_month(), *code())),
}
