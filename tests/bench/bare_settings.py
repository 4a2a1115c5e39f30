"""Our settings without middleware: same database, same pool, one view (tests/bench/bare.py)."""

from conduct import settings as ours

for _name in dir(ours):
    if _name.isupper():
        globals()[_name] = getattr(ours, _name)

MIDDLEWARE: list[str] = []
# allauth insists on its middleware
INSTALLED_APPS = [app for app in ours.INSTALLED_APPS if not app.startswith("allauth")]
ROOT_URLCONF = "tests.bench.bare"
