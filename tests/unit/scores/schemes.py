"""A scheme with round numbers, so that tables can be checked by hand."""

from copy import deepcopy
from typing import Any

from conduct.scores.rules.scheme import Scheme, parse_scheme

PLAIN: dict[str, Any] = {
    "person": {
        "sources": {
            "citizen": {"weight": 40, "k": 0, "p": 0, "minimum": 5, "pool_months": 2},
            "supervisor": {"weight": 30, "k": 0, "p": 0, "minimum": 1, "pool_months": 0},
            "inspection": {"weight": 20, "k": 0, "p": 0, "minimum": 1, "pool_months": 0},
            "promise": {"weight": 10, "k": 0, "p": 0, "minimum": 1, "pool_months": 0},
        },
        "expected": {"serves_citizens": ["citizen", "supervisor"], "others": ["supervisor"]},
        "coverage_floor": "0.6",
        "officer_emphasis": 1,
        "breach_cap": 60,
        "min_working_days": 10,
    },
    "office": {
        "components": {
            "satisfied": {"weight": 35, "minimum": 5, "expected": True},
            "conduct": {"weight": 20, "minimum": 5, "expected": True},
            "signing": {"weight": 10, "minimum": 1, "expected": True},
            "dossiers": {"weight": 15, "minimum": 1, "expected": False},
            "feedback": {"weight": 10, "minimum": 1, "expected": False},
            "corrective": {"weight": 5, "minimum": 1, "expected": False},
            "breaches": {"weight": 5, "minimum": 1, "expected": False},
        },
        "coverage_floor": "0.6",
        "breaches_per_100": 5,
    },
    "minimum": {"inside": 5, "public": 30},
    "bands": [
        {"code": "exemplary", "lower": 90, "vi": "Gương mẫu", "en": "Exemplary"},
        {"code": "meets", "lower": 75, "vi": "Đạt", "en": "Meets the code"},
        {"code": "strives", "lower": 60, "vi": "Cần cố gắng", "en": "Needs effort"},
        {"code": "rectifies", "lower": 0, "vi": "Cần chấn chỉnh", "en": "Needs correction"},
    ],
}


def plain(**changes: Any) -> Scheme:
    """The round scheme, with entries changed by path: `plain(person__sources__citizen__k=5)`."""
    data = deepcopy(PLAIN)
    for path, value in changes.items():
        *folders, last = path.split("__")
        place = data
        for folder in folders:
            place = place[folder]
        place[last] = value
    return parse_scheme(data)
