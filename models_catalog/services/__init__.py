"""The acts on the catalogue: loading the library, editing and publishing, adopting and ending an adoption."""

from .adoptions import adopt_version, end_adoption
from .drafts import can_be_completed, change_model, complete_draft, create_model, draft_next_version
from .editing import (
    DraftChanged,
    add_group,
    add_item,
    change_facts,
    change_group,
    change_item,
    delete_group,
    delete_item,
    reorder_draft,
)
from .library import LibraryRefused, LoadResult, load_library, read_library
from .publishing import merge_model, publish_version, retire_version
from .wording import read_draft

__all__ = [
    "DraftChanged",
    "LibraryRefused",
    "LoadResult",
    "add_group",
    "add_item",
    "adopt_version",
    "can_be_completed",
    "change_facts",
    "change_group",
    "change_item",
    "change_model",
    "complete_draft",
    "create_model",
    "delete_group",
    "delete_item",
    "draft_next_version",
    "end_adoption",
    "load_library",
    "merge_model",
    "publish_version",
    "read_draft",
    "read_library",
    "reorder_draft",
    "retire_version",
]
