"""Icons as inline SVG: outlines of the npm package @tabler/icons, read where npm put them."""

import re
from functools import cache

from django.conf import settings

_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_FRAME = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'
_NAME = re.compile(r"[a-z0-9-]+")


@cache
def icon_shapes(name: str) -> str:
    """The paths of one icon, without the frame. LookupError when the package has no icon of that name."""
    file = settings.VENDOR_DIR / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise LookupError(f"no icon {name!r} in @tabler/icons")
    found = _SHAPES.search(file.read_text(encoding="utf-8"))
    if found is None:
        raise LookupError(f"{name}.svg of @tabler/icons is not an SVG")
    shapes = found[1].replace(_FRAME, "")
    return re.sub(r"\s*\n\s*", "", shapes).replace(" />", "/>")
