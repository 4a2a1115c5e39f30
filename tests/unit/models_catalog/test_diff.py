"""How two wordings differ: what counts as a change, and the laws that hold for any two of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_catalog.rules.diff import Change, Diff, Line, compare, lines_of, word_spans
from models_catalog.rules.library import LibraryGroup, LibraryItem
from tests.unit.models_catalog.library_files import models

HOA_SON = models()["hoa-son-5-khong-4-biet"].versions[0].groups
NOT, KNOW = HOA_SON


def group(keyword: str, *texts: str, polarity: str = "duty") -> LibraryGroup:
    items = tuple(LibraryItem(text, "", ("supervisor",)) for text in texts)
    return LibraryGroup(len(texts), keyword, polarity, items)


def diff(before: list[LibraryGroup], after: list[LibraryGroup]) -> Diff:
    return compare(lines_of(before), lines_of(after))


def changes(found: Diff) -> list[tuple[str, str]]:
    return [(item.change.value, item.line.item.text) for item in found.items]


def with_item(of: LibraryGroup, place: int, **changed: object) -> LibraryGroup:
    items = list(of.items)
    items[place] = replace(items[place], **changed)  # type: ignore[arg-type]
    return replace(of, items=tuple(items))


def test_corrected_spelling_is_one_changed_item() -> None:
    found = diff([NOT], [with_item(NOT, 3, text="Không gây khó dể, đùn đẩy trách nhiệm", text_en="")])
    assert found.counts == {"same": 4, "changed": 1, "moved": 0, "added": 0, "removed": 0}
    changed = found.items[3]
    assert changed.fields == ("text", "text_en")
    assert [(span.change.value, span.text) for span in changed.spans] == [
        ("same", "Không gây khó"),
        ("removed", "dễ,"),
        ("added", "dể,"),
        ("same", "đùn đẩy trách nhiệm"),
    ]
    assert found.changes_texts


def test_another_item_with_the_same_word_is_not_taken_for_a_correction() -> None:
    found = diff(
        [group("không", "Không nhận quà", "Không dối dân")],
        [group("không", "Không nhận quà", "Không phụ dân")],
    )
    assert changes(found) == [
        ("same", "Không nhận quà"),
        ("removed", "Không dối dân"),
        ("added", "Không phụ dân"),
    ]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text_en": "Keep promises"}, "text_en"),
        ({"sources": ("citizen",)}, "sources"),
        ({"question": "Có hẹn không?"}, "question"),
        ({"question_en": "A promise?"}, "question"),
        ({"kept_answers": (1,)}, "kept"),
        ({"answer": "scale5"}, "kept"),
    ],
)
def test_changed_field_is_named(changed: dict[str, object], field: str) -> None:
    found = diff([NOT, KNOW], [with_item(NOT, 0, **changed), KNOW])
    assert found.items[0].fields == (field,)
    assert found.counts["changed"] == 1
    assert not found.changes_texts


def test_order_of_the_sources_is_no_change() -> None:
    assert diff([NOT], [with_item(NOT, 0, sources=NOT.items[0].sources[::-1])]).is_same


def test_item_put_in_first_does_not_move_the_others() -> None:
    found = diff([group("với", "A lời", "B việc")], [group("với", "Gần dân hơn", "A lời", "B việc")])
    assert changes(found) == [("added", "Gần dân hơn"), ("same", "A lời"), ("same", "B việc")]
    assert found.groups[0].fields == ("number",)


def test_item_taken_forward_is_the_one_that_moved() -> None:
    found = diff([KNOW], [replace(KNOW, items=(KNOW.items[3], *KNOW.items[:3]))])
    assert [item.change.value for item in found.items] == ["moved", "same", "same", "same"]


def test_item_of_another_group_has_moved_and_its_polarity_changed() -> None:
    short = replace(NOT, number=4, items=NOT.items[:4])
    long = replace(KNOW, number=5, items=(*KNOW.items, NOT.items[4]))
    found = diff([NOT, KNOW], [short, long])
    moved = found.items[-1]
    assert (moved.change, moved.has_moved, moved.fields) == (Change.CHANGED, True, ("polarity",))
    assert [g.fields for g in found.groups] == [("number",), ("number",)]


def test_group_renamed_is_told_as_changed_not_as_new() -> None:
    found = diff([KNOW], [replace(KNOW, keyword="hiểu")])
    assert (found.groups[0].change, found.groups[0].fields) == (Change.CHANGED, ("keyword",))
    assert not found.is_same


def test_group_that_went_comes_last_with_its_items() -> None:
    found = diff([NOT, KNOW], [KNOW])
    assert [g.change.value for g in found.groups] == ["same", "removed"]
    assert found.counts["removed"] == 5


def test_gone_item_stands_where_it_stood() -> None:
    without = replace(NOT, number=4, items=(NOT.items[0], *NOT.items[2:]))
    assert [item.change.value for item in diff([NOT], [without]).items] == [
        "same", "removed", "same", "same", "same",
    ]  # fmt: skip


def test_local_items_and_emphasis_are_told_apart() -> None:
    base = lines_of([NOT])
    kept = lines_of([NOT], weights={(1, 2): 3}) + lines_of([group("rõ", "Rõ việc")], first=2, is_local=True)
    found = compare(base, kept)
    assert found.items[1].fields == ("weight",)
    assert (found.items[-1].change, found.items[-1].line.is_local) == (Change.ADDED, True)


words = st.sampled_from(["dân", "việc", "giờ", "lời", "hẹn", "lỗi", "không", "biết"])
texts = st.lists(words, min_size=1, max_size=5).map(" ".join)
items = st.builds(
    LibraryItem, texts, st.sampled_from(["", "a", "b"]), st.sampled_from([("citizen",), ("self",)])
)
groups = st.builds(
    LibraryGroup,
    st.integers(1, 5),
    st.sampled_from(["không", "biết", "xin"]),
    st.sampled_from(["prohibition", "duty"]),
    st.lists(items, min_size=1, max_size=5).map(tuple),
)
wordings = st.lists(groups, max_size=4).map(lines_of)


@given(wordings)
def test_wording_compared_with_itself_is_the_same(wording: list[Line]) -> None:
    found = compare(wording, wording)
    assert found.is_same
    assert [item.after for item in found.items] == wording


@given(wordings, wordings)
def test_every_item_of_both_sides_is_accounted_for_once(before: list[Line], after: list[Line]) -> None:
    found = compare(before, after)
    assert sorted((i.before for i in found.items if i.before), key=repr) == sorted(before, key=repr)
    assert [i.after for i in found.items if i.after] == after


@given(wordings, wordings)
def test_what_is_called_the_same_is_the_same_and_what_is_not_is_not(
    before: list[Line], after: list[Line]
) -> None:
    for item in compare(before, after).items:
        match item.change:
            case Change.ADDED:
                assert item.before is None
            case Change.REMOVED:
                assert item.after is None
            case Change.CHANGED:
                assert item.fields
            case _:
                assert item.before
                assert item.after
                assert set(item.before.item.sources) == set(item.after.item.sources)
                assert (item.before.item.text, item.before.weight) == (
                    item.after.item.text,
                    item.after.weight,
                )


@given(texts, texts)
def test_spans_read_as_both_texts(before: str, after: str) -> None:
    spans = word_spans(before, after)
    assert " ".join(s.text for s in spans if s.change is not Change.ADDED) == before
    assert " ".join(s.text for s in spans if s.change is not Change.REMOVED) == after
