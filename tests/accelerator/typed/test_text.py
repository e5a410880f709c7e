"""What nobody can see is taken out of names and texts; what writes a script stays."""

import pytest
from django.core.exceptions import ValidationError

from accelerator.records.names import NameField
from accelerator.typed import text


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("\u202eslipway", "slipway"),
        ("Zoë\x0bKim", "Zoë Kim"),
        ("Bo\x08b", "Bob"),
        ("Pa\u200bpy\u00adrus\u2060", "Papyrus"),
        ("  Papyrus \t\n Paris ", "Papyrus Paris"),
        ("Papyrus\u00a0\u3000Paris", "Papyrus Paris"),
        ("Zoe\u0308", "Zoë"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d💻 Co", "👩\u200d💻 Co"),
        ("a\u200cb\u200d", "ab"),
        ("\u200d\u200d", ""),
        ("\ud800x", "x"),
        ("\u2800 \u3164", ""),
    ],
)
def test_a_name_is_one_line_in_which_everything_is_seen(typed, kept):
    assert text.line(typed) == kept


@pytest.mark.parametrize("blank", ["\u200b", "\u2800", "\u202e\u2066", "\u0301", "\u3164\u200d"])
def test_a_name_that_nobody_can_see_is_refused(blank):
    with pytest.raises(ValidationError, match="Nobody can see this name"):
        NameField().clean(blank)


def test_white_space_alone_is_no_name_at_all():
    with pytest.raises(ValidationError, match="required"):
        NameField().clean(" \u00a0\n")


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("one\r\ntwo\rthree\x0bfour\u2028five", "one\ntwo\nthree\nfour\nfive"),
        ("a\x00b\x08c\ud800d", "abcd"),
        ("left \u202eright\u202c", "left right"),
        ("\ufeff  words  \u200b\n", "words"),
        ("עברית \u2067abc\u2069 \u200f!", "עברית \u2067abc\u2069 \u200f!"),
        ("ก\u200bข\ttab", "ก\u200bข\ttab"),
        ("\u2800\u200b\n\u0301", ""),
        ("x" * 100_000, "x" * 100_000),
    ],
)
def test_a_text_keeps_its_lines_and_its_script_and_is_never_cut(typed, kept):
    assert text.text(typed) == kept
