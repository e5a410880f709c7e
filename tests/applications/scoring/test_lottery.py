import hashlib
from collections import Counter

from applications.scoring.lottery import draw, key_of

SOURCES = [[9319], [2, 5, 12, 8, 10], [9, 18, 26, 34, 41, 45]]


def test_the_example_of_rfc_3797():
    """RFC 3797, section 6, which uses MD5; everywhere else the draw uses SHA-256."""
    key = key_of(SOURCES)
    assert key == "9319./2.5.8.10.12./9.18.26.34.41.45./"
    first = hashlib.md5(b"\0\0" + key.encode() + b"\0\0").hexdigest()
    assert first == "990dd0a5692a029a98b5e01aa28f3459"
    picks = draw(range(1, 26), SOURCES, 10, algorithm="md5")
    assert picks == (17, 7, 2, 16, 25, 23, 8, 24, 19, 13)


def test_the_order_of_the_pool_and_within_a_source_tells_nothing():
    assert draw([4, 9, 2], [[3, 1]], 2) == draw([9, 2, 4], [[1, 3]], 2)


def test_one_different_number_is_another_draw():
    assert draw(range(100), [[1], [2]], 5) != draw(range(100), [[1], [3]], 5)
    assert draw(range(100), [[1, 2]], 5) != draw(range(100), [[1], [2]], 5), "sources are kept apart"


def test_nobody_is_drawn_twice_and_a_small_pool_is_drawn_entirely():
    assert sorted(draw([3, 1, 2], [[7]], 10)) == [1, 2, 3]
    assert draw([], [[7]], 2) == ()
    assert draw([5, 6], [[7]], 0) == ()


def test_every_member_has_the_same_chance():
    counts = Counter(draw(range(5), [[number]], 1)[0] for number in range(2000))
    assert all(abs(count - 400) < 80 for count in counts.values())
