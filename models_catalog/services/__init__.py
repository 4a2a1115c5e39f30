"""The acts on the catalogue: loading the library, adopting a version, ending an adoption."""

from .adoptions import adopt_version, end_adoption
from .library import LibraryRefused, LoadResult, load_library, read_library

__all__ = ["LibraryRefused", "LoadResult", "adopt_version", "end_adoption", "load_library", "read_library"]
