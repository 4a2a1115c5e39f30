"""Visits of commitments."""

from django.utils import timezone

from conduct.agencies.models import Posting
from conduct.commitments.coverage import Scope
from conduct.commitments.models import (
    LedgerEntry,
    NotSigning,
    Pledge,
    RegisterPrint,
    SavingsPlan,
    SignedSheet,
    Support,
    Undertaking,
)
from conduct.kernel.months import Month
from tests.routes.objects import A_FILE, POST_ONLY, Visit, asked_promise, campaign, lan, office, promise


def undertaking() -> tuple[int]:
    """An undertaking of Lan's office."""
    return (Undertaking.objects.filter(agency=office()).order_by("pk")[0].pk,)


def savings_plan() -> tuple[int]:
    """A savings plan of Lan's office."""
    return (SavingsPlan.objects.filter(agency=office()).order_by("-year")[0].pk,)


def savings_month() -> tuple[int, Month]:
    """The plan and a month with a gift."""
    return (*savings_plan(), Month.of(gift().month))


def gift() -> LedgerEntry:
    """A line of its ledger."""
    return LedgerEntry.objects.filter(plan=savings_plan()[0], kind="contribution").order_by("pk")[0]


def support() -> Support:
    """A unit that helps in it."""
    return Support.objects.filter(beneficiary__undertaking=undertaking()[0]).order_by("pk")[0]


def posting_of(username: str) -> int:
    """The main posting of one of the cast."""
    return Posting.objects.get(person__username=username, is_main=True, ends_on=None).pk


def excuse() -> tuple[int]:
    """Somebody who is excused from signing in Lan's office."""
    excused = NotSigning.objects.filter(campaign__agency=office(), kind=NotSigning.Kind.EXCUSED)
    return (excused.filter(withdrawn_at=None).order_by("-pk")[0].pk,)


def unsigned() -> tuple[int, int]:
    """Somebody below Tâm who is asked to sign and has neither signed nor declined."""
    asked = campaign()
    people = Scope(asked, timezone.localdate()).postings().filter(has_signed=False, has_declined=False)
    return asked.pk, people.exclude(person__username="tam").order_by("pk")[0].pk


def scan() -> tuple[int]:
    """The scan of a sheet that was signed on paper in Lan's office."""
    return (SignedSheet.objects.filter(campaign__agency=office()).order_by("pk")[0].pk,)


def printed() -> tuple[int]:
    """A register of a campaign of Lan's office that was made."""
    made = RegisterPrint.objects.filter(campaign__agency=office(), state=RegisterPrint.State.DONE)
    return (made.order_by("-pk")[0].pk,)


VISITS: dict[tuple[str, int], Visit] = {
    ("commitments:verify", 0): Visit(""),
    ("commitments:verify", 1): Visit("", lambda: (Pledge.objects.filter(posting=lan())[0].code,)),
    ("commitments:pledge_pdf", 1): Visit(
        "lan", lambda: (Pledge.objects.filter(posting=lan())[0].pk,), no_picture=A_FILE
    ),
    ("commitments:register", 1): Visit("tam", lambda: (campaign().pk,), also=("minh",)),
    ("commitments:register_xlsx", 1): Visit("tam", lambda: (campaign().pk,), no_picture=A_FILE),
    ("commitments:register_file", 1): Visit("tam", printed, no_picture=A_FILE),
    ("commitments:campaigns", 0): Visit("tam", also=("lan",)),
    ("commitments:open_campaign", 0): Visit("tam"),
    ("commitments:campaign", 1): Visit("tam", lambda: (campaign().pk,), also=("lan",)),
    ("commitments:campaign_office", 2): Visit("tam", lambda: (campaign().pk, lan().agency.code)),
    ("commitments:export_campaign", 1): Visit("tam", lambda: (campaign().pk,), no_picture=A_FILE),
    ("commitments:excuse", 1): Visit("tam", lambda: (campaign().pk,)),
    ("commitments:withdraw_excuse", 1): Visit("tam", excuse),
    ("commitments:decline", 2): Visit("quan", lambda: (campaign().pk, posting_of("quan"))),
    ("commitments:sign", 2): Visit("lan", lambda: (campaign().pk, lan().pk)),
    ("commitments:ask_key", 2): Visit("lan", lambda: (campaign().pk, lan().pk), no_picture=POST_ONLY),
    ("commitments:sign_on_behalf", 2): Visit("tam", unsigned),
    ("commitments:sign_paper", 1): Visit("quan", lambda: (campaign().pk,)),
    ("commitments:paper_form", 1): Visit("quan", lambda: (campaign().pk,), no_picture=A_FILE),
    ("commitments:scan", 1): Visit("quan", scan, no_picture=A_FILE),
    ("commitments:pledge", 1): Visit("lan", lambda: (Pledge.objects.filter(posting=lan())[0].pk,)),
    ("commitments:undertakings", 0): Visit("tam", also=("lan",)),
    ("commitments:open_undertaking", 0): Visit("tam"),
    ("commitments:undertaking", 1): Visit("tam", undertaking, also=("lan",)),
    ("commitments:undertaking_xlsx", 1): Visit("tam", undertaking, no_picture=A_FILE),
    ("commitments:add_beneficiaries", 1): Visit("tam", undertaking),
    ("commitments:undertaking_report", 1): Visit("tam", undertaking),
    ("commitments:undertaking_report_xlsx", 1): Visit("tam", undertaking, no_picture=A_FILE),
    ("commitments:beneficiary", 1): Visit("tam", lambda: (support().beneficiary_id,), also=("lan",)),
    ("commitments:add_support", 1): Visit("tam", lambda: (support().beneficiary_id,), no_picture=POST_ONLY),
    ("commitments:record_help", 1): Visit("tam", lambda: (support().beneficiary_id,), no_picture=POST_ONLY),
    ("commitments:record_outcome", 1): Visit(
        "tam", lambda: (support().beneficiary_id,), no_picture=POST_ONLY
    ),
    ("commitments:end_support", 1): Visit("tam", lambda: (support().pk,)),
    ("commitments:promises", 0): Visit("lan", also=("minh",)),
    ("commitments:export_promises", 0): Visit("lan", no_picture=A_FILE),
    ("commitments:team_promises", 0): Visit("minh", also=("tam",)),
    ("commitments:export_team_promises", 0): Visit("minh", no_picture=A_FILE),
    ("commitments:make_promise", 0): Visit("lan"),
    ("commitments:promise", 1): Visit("lan", lambda: (promise("open").pk,), also=("minh",)),
    ("commitments:keep_promise", 1): Visit("lan", lambda: (promise("open").pk,), no_picture=POST_ONLY),
    ("commitments:break_promise", 1): Visit("lan", lambda: (promise("open").pk,)),
    ("commitments:withdraw_promise", 1): Visit("lan", lambda: (promise("open").pk,)),
    ("commitments:settle_withdrawal", 1): Visit("minh", lambda: (asked_promise().pk,)),
    ("commitments:correct_promise", 1): Visit("minh", lambda: (promise("kept", "kept_late").pk,)),
    ("commitments:contributions", 0): Visit("tam", also=("lan",)),
    ("commitments:open_savings_plan", 0): Visit("yen"),
    ("commitments:savings_plan", 1): Visit("lan", savings_plan, also=("yen",)),
    ("commitments:change_savings_plan", 1): Visit("tam", savings_plan),
    ("commitments:savings_plan_xlsx", 1): Visit("lan", savings_plan, no_picture=A_FILE),
    ("commitments:enter_contributions", 2): Visit("yen", savings_month),
    ("commitments:enter_spending", 1): Visit("yen", savings_plan),
    ("commitments:ledger", 1): Visit("yen", savings_plan),
    ("commitments:ledger_xlsx", 1): Visit("yen", savings_plan, no_picture=A_FILE),
    ("commitments:reverse_entry", 1): Visit("yen", lambda: (gift().pk,)),
}
