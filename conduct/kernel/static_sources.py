"""The files of npm packages that pages load, and nothing else of those packages.

node_modules holds over a hundred megabytes; a page needs a dozen files of it. Each is listed by its public
name below `vendor/`, so `collectstatic` copies these and no other.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

_VIETNAM = "@fontsource/be-vietnam-pro/files"
_INTER = "@fontsource/inter/files"
# The source map is named inside the stylesheet, and the manifest storage insists on finding it.
_SOURCES = {
    "tabler": ("@tabler/core/dist/css", ["tabler.min.css", "tabler.min.css.map"]),
    "be-vietnam-pro": (
        _VIETNAM,
        [f"be-vietnam-pro-{part}-{w}-normal.woff2" for part in ("latin", "vietnamese") for w in (400, 600)],
    ),
    "inter": (_INTER, [f"inter-latin-{weight}-normal.woff2" for weight in (400, 600)]),
    "echarts": ("echarts/dist", ["echarts.min.js"]),
}


def vendor_files() -> Iterator[tuple[str, Path]]:
    """(public name, file) of every vendored file."""
    for prefix, (folder, names) in _SOURCES.items():
        for name in names:
            yield f"vendor/{prefix}/{name}", settings.VENDOR_DIR / folder / name


class VendorFinder(BaseFinder):
    """Staticfiles finder for the list above."""

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to check at start: the engines install the packages first."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file behind a public name; [] when it is not ours."""
        found = [str(file) for name, file in vendor_files() if name == path and file.is_file()]
        if find_all:
            return found
        return found[0] if found else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every vendored file with a storage that serves it under its public name."""
        for prefix, (folder, names) in _SOURCES.items():
            storage = FileSystemStorage(location=settings.VENDOR_DIR / folder)
            storage.prefix = f"vendor/{prefix}"  # type: ignore[attr-defined]
            for name in names:
                yield name, storage
