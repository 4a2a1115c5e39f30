"""A survey round of the cast's province over its communes, with forms typed in."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from conduct.agencies.models import Agency, Role, User
from surveys.models import Questionnaire, Round, RoundUnit
from surveys.rules.questions import Answers
from surveys.services.rounds import Outline, create_round, enter_round_answer
from tests.cast import Cast
from tests.factories import DAY, NOW, grant

FIRST, LAST = DAY - timedelta(days=5), DAY + timedelta(days=20)


def survey(cast: Cast, *offices: Agency, by: User | None = None, **fields: Any) -> Round:
    """A round of the province (Phương heads it) over these communes, 90 forms wanted of each."""
    values = {
        "agency": cast.province, "questionnaire": Questionnaire.objects.get(code="sipas-round-2026"),
        "name": "Điều tra xã hội học 2026", "legal_basis": "", "mode": "interview", "frame": "dossiers",
        "frame_from": date(2026, 7, 1), "frame_to": date(2026, 9, 30), "starts_on": FIRST, "ends_on": LAST,
        **fields,
    }  # fmt: skip
    targets = {office.pk: 90 for office in offices or (cast.commune, cast.other_commune)}
    made, _created = create_round(outline=Outline(**values), targets=targets, by=by or cast.phuong, now=NOW)
    return made


def unit_of(found: Round, office: Agency) -> RoundUnit:
    return RoundUnit.objects.get(round=found, agency=office)


def type_in(unit: RoundUnit, by: User, *marks: int, respondent: str = "citizen", **fields: Any) -> None:
    """One form for each overall mark."""
    for mark in marks:
        values = {"given_on": DAY, "now": NOW, **fields}
        answers = Answers(overall=mark, factors=(mark, None, 5, None, None))
        assert enter_round_answer(
            unit=unit, key=uuid4(), answers=answers, respondent=respondent, by=by, **values
        )


def make_operator(cast: Cast) -> User:
    """Quân also receives feedback, for the commune alone."""
    grant(cast.quan, cast.commune, Role.OPERATOR)
    return cast.quan
