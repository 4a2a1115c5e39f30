"""What to think of at each criterion of decree 335 (Phụ lục I; Điều 15.3), in few words of our own."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_COMMON: dict[str, Sequence[str]] = {
    "I.1": (
        gettext_noop("Keeps to the Party's line, the laws and the principles of organisation."),
        gettext_noop("Lives honestly and plainly; no corruption, waste or favours for relatives."),
        gettext_noop("Proper manner and professional style at work; helps to keep the office united."),
        gettext_noop(
            "Looks at oneself and corrects oneself: names own faults and mends what was pointed out."
        ),
    ),
    "I.2": (
        gettext_noop("Accepts what the organisation assigns; keeps regulations, rules and working hours."),
        gettext_noop("Declares property and income as required."),
        gettext_noop("Reports fully and truthfully when superiors ask."),
    ),
    "II.1": (
        gettext_noop("Knows the field, its law and its procedures thoroughly."),
        gettext_noop("Keeps learning and applies it; works alone and in a team; masters the tools."),
    ),
    "II.2": (
        gettext_noop("Regular tasks: done by plan at a steady quality."),
        gettext_noop("Unexpected tasks: proposes solutions, reacts fast and rightly."),
    ),
    "II.3": (
        gettext_noop("Responsible in studying, proposing and advising; adjusts in time."),
        gettext_noop("Takes up new knowledge and technology; ready to learn and to cooperate."),
    ),
    "II.4": (
        gettext_noop("In contact with citizens: they judge the service clear, open and professional."),
        gettext_noop("Without contact: colleagues find the cooperation responsible and effective."),
    ),
    "III.1": (gettext_noop("A product or solution of the period that visibly improved the unit's results."),),
    "III.2": (gettext_noop("Took part in specially important, sudden, complex or hard tasks."),),
    "III.3": (gettext_noop("Stood by the results; owned up to mistakes and mended them with clear steps."),),
    "III.4": (gettext_noop("Decided within the own power without evading; went first in new tasks."),),
}
_LEADING: dict[str, Sequence[str]] = {
    "unit": (
        gettext_noop("100 % when everybody led is rated as having completed the tasks or better, else 50 %."),
    ),
    "organising": (
        gettext_noop("100 % when the unit's plan was met in time and quality, 50 % when delays lasted."),
    ),
    "unity": (
        gettext_noop("100 % when the unit worked together well, 50 % when complaints of discord lasted."),
    ),
}


def guidance_of(scheme: str, code: str) -> Sequence[str]:
    """Short hints for a criterion of a scheme (by its code), or for a leading component ("leading")."""
    known = _LEADING if scheme == "leading" else _COMMON if scheme.startswith("nd335") else {}
    return [_(text) for text in known.get(code, ())]
