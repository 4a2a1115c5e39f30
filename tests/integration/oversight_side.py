"""What inspections leave behind at Lan's centre, for the crawls over every page."""

from datetime import timedelta

from conduct.oversight.services.findings import answer_finding, decide_finding, set_action
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.citizens_side import Words
from tests.integration.oversight.arrange import found, visit


def inspect_everything(cast: Cast, words: Words) -> None:
    """A confirmed finding at Lan's with what must be put right, one that waits, and a visit being made."""
    finding = found(cast, cast.khoi, text=words.finding)
    answer_finding(finding=finding, revision=1, text=words.excuse, by=cast.lan, now=NOW)
    decide_finding(
        finding=finding, revision=2, is_confirmed=True, reason=words.decision, by=cast.tam, now=NOW
    )
    set_action(
        finding=finding, revision=3, text=words.remedy, due_on=NOW.date() + timedelta(days=9), by=cast.tam,
        now=NOW,
    )  # fmt: skip
    found(cast, cast.khoi, NOW.date(), text=words.finding)
    visit(cast, cast.khoi, NOW.date())
