"""Icons as inline SVG: chosen outlines of @tabler/icons, kept in static/icons/ (MIT licence beside them)."""

import re
from functools import cache

from django.conf import settings

_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_FRAME = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'
_NAME = re.compile(r"[a-z0-9-]+")


@cache
def icon_shapes(name: str) -> str:
    """The paths of one icon, without the frame. LookupError with the remedy when we do not keep that icon."""
    file = settings.BASE_DIR / "static" / "icons" / f"{name}.svg"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise LookupError(
            f"no icon {name!r}: copy node_modules/@tabler/icons/icons/outline/{name}.svg to static/icons/"
        )
    found = _SHAPES.search(file.read_text(encoding="utf-8"))
    if found is None:
        raise LookupError(f"static/icons/{name}.svg is not an SVG")
    shapes = found[1].replace(_FRAME, "")
    return re.sub(r"\s*\n\s*", "", shapes).replace(" />", "/>")
