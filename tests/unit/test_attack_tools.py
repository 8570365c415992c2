"""The attacker's tools find what there is to find: they are only worth something if they can."""

from tests.support.attack import Knowledge, isolated


def people(*numbers: int) -> frozenset[int]:
    return frozenset(numbers)


def same(numbers: int) -> dict[int, int]:
    return {n: n for n in range(1, numbers + 1)}


def test_two_views_that_differ_by_three_people_are_found() -> None:
    found = isolated([people(*range(1, 11)), people(*range(1, 8))], same(10))
    assert found is not None
    assert found.people == people(8, 9, 10)


def test_nested_groups_of_five_are_safe() -> None:
    assert isolated([people(*range(1, 11)), people(*range(1, 6))], same(10)) is None


def test_five_changes_in_all_are_not_enough() -> None:
    """1-5; then 6-10 join; then 1-4 leave and 11 comes: 5 changes, yet 5 and 11 are told apart."""
    releases = [people(*range(1, 6)), people(*range(1, 11)), people(*range(5, 12))]
    found = isolated(releases, same(11))
    assert found is not None
    assert found.people == people(5, 11)


def test_one_leaves_and_four_come_is_safe() -> None:
    releases = [people(*range(1, 11)), people(*range(2, 15))]
    assert isolated(releases, same(14)) is None


def test_a_changed_answer_is_the_same_person() -> None:
    """Five unknowns, but only three people: who changed an answer is in both releases."""
    person = {1: "a", 2: "b", 3: "c", 11: "a", 12: "b"} | {n: str(n) for n in range(20, 30)}
    before = frozenset({1, 2, 3, *range(20, 30)})
    after = frozenset({11, 12, *range(20, 30)})
    found = isolated([before, after], person)
    assert found is not None
    assert found.people == frozenset("abc")


def test_two_partitions_isolate_by_nested_unions() -> None:
    """Departments {1-6} {7-12} and roles {1-5} {6-12}: the sixth person is the difference."""
    found = isolated(
        [people(*range(1, 7)), people(*range(7, 13)), people(*range(1, 6)), people(*range(6, 13))],
        same(12),
    )
    assert found is not None
    assert found.people == people(6)


def test_exact_sums_tell_a_single_answer_and_rounded_ones_do_not() -> None:
    exact, rounded = Knowledge(), Knowledge()
    for knowledge, slack in ((exact, 0.0), (rounded, 0.05)):
        for n in range(6):
            knowledge.unknown(n, 1.0, 5.0)
        knowledge.learn(dict.fromkeys(range(5), 1 / 5), 3.0 - slack, 3.0 + slack)
        knowledge.learn(dict.fromkeys(range(6), 1 / 6), 3.2 - slack, 3.2 + slack)
    assert exact.width([5]) < 1e-6
    assert rounded.width([5]) >= 1.0
