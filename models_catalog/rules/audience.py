"""To which staff an office's adoption speaks."""

from collections.abc import Collection


def speaks_to(audience: str, categories: Collection[str], *, serves_citizens: bool, category: str) -> bool:
    """Whether somebody of this category, serving citizens or not, belongs to the audience of an adoption.

    ``audience`` is one of ``Adoption.Audience``: all, front_desk, categories.
    """
    if audience == "front_desk":
        return serves_citizens
    if audience == "categories":
        return category in categories
    return True
