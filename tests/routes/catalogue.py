"""Visits of the catalogue."""

from tests.routes.objects import Visit, adoption, model

VISITS: dict[tuple[str, int], Visit] = {
    ("models_catalog:browse", 0): Visit("lan"),
    ("models_catalog:detail", 1): Visit("tam", model),
    ("models_catalog:adopt", 2): Visit("tam", lambda: (*model(), adoption().version.number)),
    ("models_catalog:end", 1): Visit("tam", lambda: (adoption().pk,)),
}
