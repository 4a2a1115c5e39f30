"""Visits of the catalogue."""

from tests.routes.objects import A_FILE, Visit, adoption, model

VISITS: dict[tuple[str, int], Visit] = {
    ("models_catalog:browse", 0): Visit("lan"),
    ("models_catalog:detail", 1): Visit("tam", model),
    ("models_catalog:adopt", 2): Visit("tam", lambda: (*model(), adoption().version.number)),
    ("models_catalog:adopt_choose", 0): Visit("tam"),
    ("models_catalog:adoption", 1): Visit("lan", lambda: (adoption().pk,), also=("tam",)),
    ("models_catalog:end", 1): Visit("tam", lambda: (adoption().pk,)),
    ("models_catalog:compare", 1): Visit("lan", model),
    ("models_catalog:export", 1): Visit("lan", model, no_picture=A_FILE),
    ("models_catalog:import_model", 0): Visit("tam"),
}
