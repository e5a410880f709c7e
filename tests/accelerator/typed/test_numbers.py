"""A number is read in the ways of French, English and German; what may mean two things has two readings."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelerator.typed import numbers

NARROW, NO_BREAK, THIN = "\u202f", "\u00a0", "\u2009"


def read(typed: str) -> list[str]:
    return [numbers.as_digits(reading) for reading in numbers.readings(typed)]


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("4", "4"),
        (" 4\n", "4"),
        ("007", "7"),
        ("0", "0"),
        ("-1", "-1"),
        ("−5", "-5"),
        ("+5", "5"),
        ("1 234", "1234"),
        (f"1{NARROW}234{NO_BREAK}567", "1234567"),
        (f"1{THIN}000", "1000"),
        ("1'234", "1234"),
        ("1’234.50", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.000.000", "1000000"),
        ("1,000,000.25", "1000000.25"),
        ("1.000.000,25", "1000000.25"),
        ("12,34,567", "1234567"),
        ("2021,0", "2021"),
        ("4.0", "4"),
        ("12.", "12"),
        ("0,5", "0.5"),
        (".5", "0.5"),
        ("0.500", "0.5"),
        ("1234.567", "1234.567"),
        ("1234,5678", "1234.5678"),
        ("12k", "12000"),
        ("12 K", "12000"),
        ("1,5k", "1500"),
        ("20 mille", "20000"),
        ("20 Tsd.", "20000"),
        ("2M", "2000000"),
        ("2,5 Mio.", "2500000"),
        ("3 millions", "3000000"),
        ("3 Mrd", "3000000000"),
        ("1 milliard", "1000000000"),
        ("٤٢", "42"),
        ("４２", "42"),
        ("1٬000", "1000"),
        ("1٫5", "1.5"),
    ],
)
def test_a_number_that_can_mean_one_thing_is_read(typed, meant):
    assert read(typed) == [meant]


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("1.000", ["1000", "1"]),
        ("1,000", ["1000", "1"]),
        ("500.000", ["500000", "500"]),
        ("12,345", ["12345", "12.345"]),
        ("-1.500", ["-1500", "-1.5"]),
        ("1.500k", ["1500000", "1500"]),
        ("2m", ["2000000", "2"]),
        ("2 billion", ["2000000000", "2000000000000"]),
    ],
)
def test_a_number_that_can_mean_two_things_has_both_readings(typed, meant):
    assert read(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["", " ", "four", "3 personnes", "12 34", "1 00", "1,00,00", "1.00.000", "1e3", "10⁶", "½", "3-4", "1 000 00", ".", "-",
     "--1", "1.2.3,4", "1,234,5", "0.000.000", "12kk", "5 €", "9" * 5000, "0x10", "Infinity", "nan", "1_000"],
)  # fmt: skip
def test_what_is_no_number_alone_has_no_reading(typed):
    assert read(typed) == []


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("3 personnes", ["3"]),
        ("~4", ["4"]),
        ("about 1,500.", ["1500", "1.5"]),
        ("€ 12 000", ["12000"]),
        ("40 %", ["40"]),
        ("-3 °C", ["-3"]),
        ("３人", ["3"]),
        ("3 or 4", []),
        ("2-5", []),
        ("three", []),
    ],
)
def test_one_number_among_other_words_can_be_asked_about(typed, meant):
    assert [numbers.as_digits(one) for one in numbers.among_other_words(typed)] == meant


def test_nothing_is_rounded():
    assert numbers.readings("1," + "0" * 40 + "1") == [Decimal("1." + "0" * 40 + "1")]


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=2))
def test_what_is_shown_is_read_again_as_the_same_number(number):
    assert numbers.readings(numbers.as_digits(number)) == [number]


@given(st.text(alphabet="0123456789 .,'’-+kKM€x٤４\u202f", max_size=70))
def test_whatever_is_typed_has_readings_that_are_numbers_or_none(typed):
    for reading in numbers.readings(typed) + numbers.among_other_words(typed):
        assert isinstance(reading, Decimal)
        assert reading.is_finite()


@given(st.integers(1, 999), st.lists(st.integers(0, 999), min_size=1, max_size=3), st.sampled_from(" .,'"))
def test_groups_of_three_are_always_among_the_readings(first, rest, sign):
    written = sign.join([str(first), *(f"{group:03d}" for group in rest)])
    whole = Decimal("".join([str(first), *(f"{group:03d}" for group in rest)]))
    assert whole in numbers.readings(written)
