"""A programme's colour is readable on light and dark pages, or refused with one that is."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from accelerator.ui import accent

TOKENS = Path("static/css/tokens.css").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0000ff", "#ffffff", 8.59)],
)
def test_contrast_is_counted_as_published(one, other, ratio):
    assert accent.contrast(one, other) == accent.contrast(other, one) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("wrong", ["#ffff00", "#7fb2ff", "#777777", "#ffffff"])
def test_one_that_is_hard_to_read_is_refused_with_a_darker_one_that_is_not(wrong):
    sentence = accent.fault(wrong)
    proposed = re.search(r"#[0-9a-f]{6}", sentence)[0]
    assert "hard to read" in sentence
    assert accent.fault(proposed) == ""


@pytest.mark.parametrize("wrong", ["", "red", "#fff", "0a4b78", "#0a4b7g", "#0a4b78;}", "#0a4b78\n"])
def test_what_is_no_colour_is_refused(wrong):
    assert accent.fault(wrong).startswith("Write a colour")


@pytest.mark.parametrize("sound", ["#0a4b78", "#000000", "#8a1538", "#5b2a86", "#00563f", "#7a4b00"])
def test_words_stand_out_on_every_ground_light_and_dark(sound):
    assert accent.fault(sound) == ""
    found = accent.palette(sound)
    for at, grounds, on in ((0, accent.LIGHT, accent.WHITE), (1, accent.DARK, accent.ON_DARK)):
        for colour in (found.sea[at], found.deep[at]):
            for ground in (*grounds, on, found.tint[at]):
                assert accent.contrast(colour, ground) >= accent.LEAST


def test_the_grounds_are_those_of_the_style_sheets():
    for names, grounds in ((0, accent.LIGHT[:2]), (1, accent.DARK)):
        for ground in grounds:
            assert re.search(rf"light-dark\({'' if names == 0 else '[^,]+, '}{ground}", TOKENS)
    assert f", {accent.ON_DARK})" in TOKENS


def test_its_sheet_is_kept_for_ever_and_there_is_none_of_a_colour_that_cannot_be_read(client, db):
    answer = client.get(reverse("colours", args=["5b2a86"]))
    assert answer["Content-Type"].startswith("text/css")
    assert "immutable" in answer["Cache-Control"]
    assert "--sea:light-dark(#5b2a86," in answer.content.decode()
    for wrong in ("ffff00", "zzz", "5b2a86-"):
        assert client.get(reverse("colours", args=[wrong])).status_code == 404
