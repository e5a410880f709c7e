"""Words are counted so that a limit holds for every script and for nobody's chains."""

import pytest
from counted_words import CHARACTERS, COUNTED

from accelerator.typed import words


@pytest.mark.parametrize("text, count", COUNTED, ids=[ascii(text[:20]) for text, _count in COUNTED])
def test_words_of_a_text(text, count):
    assert words.count(text) == count


@pytest.mark.parametrize("text, count", CHARACTERS, ids=[ascii(text[:20]) for text, _count in CHARACTERS])
def test_characters_of_a_text(text, count):
    assert words.characters(text) == count
