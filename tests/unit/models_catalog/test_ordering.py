"""Moving groups and items of a draft: nothing is lost, and a step back undoes a step."""

from hypothesis import given
from hypothesis import strategies as st

from models_catalog.rules.ordering import Order, move_group, move_item

ORDER: Order = [(1, [10, 11]), (2, []), (3, [12])]


@st.composite
def orders(draw: st.DrawFn) -> Order:
    sizes = draw(st.lists(st.integers(0, 4), min_size=1, max_size=4))
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    return [
        (place + 1, [100 + start + index for index in range(size)])
        for place, (start, size) in enumerate(zip(starts, sizes, strict=True))
    ]


def members(order: Order) -> list[int]:
    return sorted(item for _group, items in order for item in items)


def test_item_moves_within_its_group() -> None:
    assert move_item(ORDER, 11, -1) == [(1, [11, 10]), (2, []), (3, [12])]


def test_item_at_the_edge_goes_into_the_next_group() -> None:
    assert move_item(ORDER, 11, 1) == [(1, [10]), (2, [11]), (3, [12])]
    assert move_item(ORDER, 12, -1) == [(1, [10, 11]), (2, [12]), (3, [])]


def test_ends_stay() -> None:
    assert move_item(ORDER, 10, -1) == ORDER
    assert move_item(ORDER, 12, 1) == ORDER
    assert move_group(ORDER, 1, -1) == ORDER
    assert move_group(ORDER, 3, 1) == ORDER
    assert move_item(ORDER, 99, 1) == move_group(ORDER, 99, 1) == ORDER


def test_group_moves_with_its_items() -> None:
    assert move_group(ORDER, 1, 1) == [(2, []), (1, [10, 11]), (3, [12])]


@given(orders(), st.integers(95, 120), st.sampled_from([-1, 1]))
def test_a_step_loses_nothing_and_a_step_back_undoes_it(order: Order, item: int, step: int) -> None:
    after = move_item(order, item, step)
    assert members(after) == members(order)
    assert [group for group, _items in after] == [group for group, _items in order]
    assert after == order or move_item(after, item, -step) == order
