"""Two texts word by word, as a table of cases and as a property."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.applying.comparing import pieces

WORDS = st.lists(st.sampled_from(["open", "model", "notary", "reads", " ", "\n", ".", "é"]), max_size=30).map(
    "".join
)


def told(before, after):
    return [(piece.kind, piece.text) for piece in pieces(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("the same", "the same", [("", "the same")]),
        ("", "new", [("new", "new")]),
        ("gone", "", [("gone", "gone")]),
        (
            "Notaries wait weeks.",
            "Notaries wait days.",
            [("", "Notaries wait "), ("gone", "weeks"), ("new", "days"), ("", ".")],
        ),
        ("a b", "a c b", [("", "a "), ("new", "c "), ("", "b")]),
    ],
)
def test_what_changed_is_told_by_words(before, after, expected):
    assert told(before, after) == expected


@given(WORDS, WORDS)
def test_each_side_can_be_put_together_again(before, after):
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "new") == before
    assert "".join(piece.text for piece in found if piece.kind != "gone") == after


def test_two_very_long_texts_are_compared_at_once():
    before, after = "word " * 5000, "other " * 5000
    assert [kind for kind, _text in told(before, after)] == ["gone", "new", ""]
