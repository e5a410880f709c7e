"""Addresses as mail programs, tables and people paste them, and names that carry nothing into our mails."""

import pytest
from django.core.exceptions import ValidationError

from accelerator.records import addresses
from accelerator.records.addresses import AddressField, canonical
from accelerator.records.names import NameField


@pytest.mark.parametrize(
    "typed",
    ["ada@b.example", "Ada Stern <ada@b.example>", "<ada@b.example>", "mailto:ada@b.example", "MAILTO:Ada@B.example?subject=x",
     '"Stern, Ada" <ada@b.example>', " ada@b.example, ", "\u200bada@b.example\u202c", "“ada@b.example”", "ada@b.example.",
     "Ada <mailto:ada@b.example>", "\ufeffada@b.example"],
)  # fmt: skip
def test_one_address_is_understood_as_it_is_pasted(typed):
    assert canonical(typed) == "ada@b.example"
    assert AddressField().clean(typed) == "ada@b.example"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Ada Stern <ada@b.example>", ["ada@b.example"]),
        ('"Stern, Ada" <ada@b.example>; Jo <jo@b.example>', ["ada@b.example", "jo@b.example"]),
        ("Stern, Ada <ada@b.example>\nJo Blom <jo@b.example>", ["ada@b.example", "jo@b.example"]),
        ("<ada@b.example>", ["ada@b.example"]),
        ("mailto:ada@b.example", ["ada@b.example"]),
        ("ada@b.example\tAda", ["ada@b.example"]),
        ("Ada\tada@b.example\t+33 1 23\n", ["ada@b.example"]),
        ("jo@b.example, Ada <ada@b.example>", ["ada@b.example", "jo@b.example"]),
        (
            "ada@b.example,jo@b.example;nia@b.example ADA@b.example",
            ["ada@b.example", "jo@b.example", "nia@b.example"],
        ),
        ("\n\n ada@b.example \r\n\r\n", ["ada@b.example"]),
        ("lea@bücher.example", ["lea@xn--bcher-kva.example"]),
    ],
)
def test_lists_are_understood_as_they_are_pasted(typed, found):
    assert addresses.several(typed) == found


@pytest.mark.parametrize("typed", ["a" * 300 + "@example.org", "a@" + "b" * 60 + ".example" * 40])
def test_an_address_that_mail_cannot_carry_for_its_length_is_refused(typed):
    with pytest.raises(ValidationError, match="is no e-mail address"):
        canonical(typed)


def test_each_wrong_line_is_named_and_none_is_lost():
    with pytest.raises(ValidationError) as refused:
        addresses.several("ada@b.example\nAda Stern\nJo <jo@>\nnia@b.example\nzoë@b.example")
    said = refused.value.messages
    assert [sentence.partition(":")[0] for sentence in said] == ["Line 2", "Line 2", "Line 3", "Line 5"]
    assert "“jo@” is no e-mail address" in said[2]
    assert "letters that mail cannot carry" in said[3]


@pytest.mark.parametrize(
    "typed",
    [
        "Account locked: verify at http://evil.example/login",
        "www.evil.example",
        "Win at evil.example/login",
        "x://y",
    ],
)
def test_a_name_with_a_link_in_it_is_refused(typed):
    with pytest.raises(ValidationError, match="no link"):
        NameField().clean(typed)


@pytest.mark.parametrize(
    "typed", ["Booking.com", "A/B Labs", "Dr. Stern", "S.p.A.", "node.js", "Papyrus 2.0/3"]
)
def test_names_that_only_look_like_links_stay(typed):
    assert NameField().clean(typed) == typed


@pytest.mark.parametrize("typed", ["\u200b", "\u2800", "\u202e", "\x08"])
def test_a_name_that_nobody_sees_is_refused(typed):
    with pytest.raises(ValidationError):
        NameField().clean(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("\u202eslipway", "slipway"), ("Zoë\x0bKim", "Zoë Kim"), ("Bo\x08b", "Bob"), ("Zoe\u0308", "Zoë")],
)
def test_a_name_is_kept_without_what_is_hidden_in_it(typed, kept):
    assert NameField().clean(typed) == kept
