"""Long lists of ids as parameters of SQL."""

from collections.abc import Iterable


def id_array(ids: Iterable[int]) -> str:
    """Ids as PostgreSQL writes an array, for ``%s::bigint[]``: many times faster than adapting a list."""
    return f"{{{','.join(map(str, ids))}}}"
