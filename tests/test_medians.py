"""Numbers that never fall and are as near as can be to what was wished, against trying everything."""

from __future__ import annotations

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from core.medians import inversions, middle, rising

WISHES = st.lists(st.tuples(st.integers(0, 4).map(float), st.sampled_from((1.0, 2.0, 8.0))), min_size=1, max_size=5)


def cost(found: tuple[float, ...], wishes: list[tuple[float, float]]) -> float:
    return sum(weight * abs(value - wish) for value, (wish, weight) in zip(found, wishes, strict=True))


@settings(deadline=None, derandomize=True, database=None)
@given(WISHES)
def test_rising_numbers_are_the_nearest_and_of_these_the_least(wishes: list[tuple[float, float]]) -> None:
    every = [tried for tried in product(map(float, range(5)), repeat=len(wishes)) if list(tried) == sorted(tried)]
    least = min(cost(tried, wishes) for tried in every)
    nearest = [tried for tried in every if cost(tried, wishes) == least]
    found = tuple(rising(wishes))
    assert found in nearest
    assert all(one <= other for other_way in nearest for one, other in zip(found, other_way, strict=True))


def test_the_middle_lies_between_two_where_both_weigh_alike() -> None:
    assert middle([(0.0, 1.0), (10.0, 1.0)]) == 5.0
    assert middle([(0.0, 1.0), (10.0, 3.0)]) == 10.0
    assert middle([(7.0, 1.0)]) == 7.0


@settings(deadline=None, derandomize=True, database=None)
@given(st.lists(st.integers(0, 5).map(float), max_size=8))
def test_inversions_are_the_pairs_in_the_wrong_order(values: list[float]) -> None:
    assert inversions(values) == sum(one > other for one, other in combinations(values, 2))
