"""What is typed into the search field of a list, taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.lists.query import MOST, Part, parse, with_part, without_part


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", []),
        ("  notaries   Paris ", [Part("notaries"), Part("Paris")]),
        ("country:FR", [Part("FR", "country")]),
        ("Country:fr", [Part("fr", "country")]),
        ('country:"United Kingdom"', [Part("United Kingdom", "country", is_exact=True)]),
        ("-withdrawn", [Part("withdrawn", is_excluded=True)]),
        ("–withdrawn", [Part("withdrawn", is_excluded=True)]),
        ("-status:draft", [Part("draft", "status", is_excluded=True)]),
        ('"exact words"', [Part("exact words", is_exact=True)]),
        ("“exact words” «autres»", [Part("exact words", is_exact=True), Part("autres", is_exact=True)]),
        ('-"exact words"', [Part("exact words", is_exact=True, is_excluded=True)]),
        ('"never closed', [Part("never closed", is_exact=True)]),
        ("open-source", [Part("open-source")]),
        ("https://papyrus.example/x", [Part("https://papyrus.example/x")]),
        ("10:30", [Part("10:30")]),
        ("country:", [Part("", "country")]),
        ("country: FR", [Part("", "country"), Part("FR")]),
        ("- – & ::", []),
        ("twice twice", [Part("twice")]),
        (
            'country:FR stage:seed -withdrawn "exact words"',
            [
                Part("FR", "country"),
                Part("seed", "stage"),
                Part("withdrawn", is_excluded=True),
                Part("exact words", is_exact=True),
            ],
        ),
    ],
)
def test_a_search_is_taken_apart_as_it_is_meant(typed, meant):
    assert parse(typed) == meant


def test_a_narrowing_is_added_once_and_can_be_left_out_again():
    once = with_part("notaries", Part("FR", "country"))
    assert once == with_part(once, Part("FR", "country")) == "notaries country:FR"
    assert without_part(once, Part("FR", "country")) == "notaries"


@given(st.text(max_size=300))
def test_nothing_that_is_typed_is_a_failure_and_what_is_written_anew_means_the_same(typed):
    parts = parse(typed)
    assert len(parts) <= MOST
    assert parse(" ".join(map(str, parts))) == parts
