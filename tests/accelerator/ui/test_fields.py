import re
from datetime import time
from types import SimpleNamespace

import pytest
from django import forms

from accelerator.ui.fields import ClockField, DocumentField, ScaleField, TickField, WordsField


class Answers(forms.Form):
    why = WordsField(label="Why open?", max_words=3)
    team = ScaleField(label="Team", weight=25, anchors={"0": "Nobody.", "10": "Everybody."}, required=False)
    deck = DocumentField(label="Deck")
    agreed = TickField(label="I agree.")


def test_a_text_over_its_limit_says_by_how_many_words():
    form = Answers({"why": "one two three four five"})
    assert form.errors["why"] == ["The limit is 3 words. Please cut 2 of them."]
    assert "why" not in Answers({"why": "one two\nthree"}).errors


def test_a_text_over_its_limit_in_characters_says_by_how_many():
    field = WordsField(max_characters=5)
    assert field.clean(" abc\r\nd ") == "abc\r\nd"
    with pytest.raises(forms.ValidationError, match=r"The limit is 5 characters\. Please cut 2 of them\."):
        field.clean("🚀bcdefg")


def test_a_score_is_a_whole_number_from_nought_to_ten_or_nothing():
    assert Answers({"team": "10"}).fields["team"].clean("10") == 10
    assert Answers({}).fields["team"].clean("") is None
    with pytest.raises(forms.ValidationError):
        Answers({}).fields["team"].clean("11")


@pytest.mark.parametrize("typed", ["14:00", "1400", "14", "14h", "14h00", "14.00", " 14:00 ", "2pm"])
def test_a_time_is_read_from_a_24_hour_clock_however_it_is_typed(typed):
    assert ClockField().clean(typed) == time(14)
    assert ClockField().clean("930") == time(9, 30)


@pytest.mark.parametrize("typed", ["25", "14:60", "13pm", "24:00", "soon"])
def test_what_is_no_time_is_refused_with_an_example(typed):
    with pytest.raises(forms.ValidationError, match="14:00"):
        ClockField().clean(typed)


def test_a_time_field_leaves_am_and_pm_to_no_browser():
    html = str(ClockField().widget.render("at", time(9, 30), {"id": "id_at"}))
    assert 'type="text"' in html
    assert 'value="09:30"' in html


def test_an_end_at_midnight_is_read_and_shown_as_24_00():
    field = ClockField(may_be_end=True)
    assert field.clean("24:00") == time(0)
    assert field.prepare_value(time(0)) == "24:00"
    assert field.prepare_value(time(9)) == time(9)


def test_a_document_that_is_there_need_not_be_sent_again():
    form = Answers({})
    assert "deck" in form.errors
    form = Answers({})
    form.fields["deck"].current = SimpleNamespace(name="deck.pdf", size=1000)
    assert "deck" not in form.errors


def test_a_field_carries_its_label_help_error_and_limit_to_those_who_listen():
    html = Answers({"why": "one two three four"})["why"].as_field_group()
    assert '<label for="id_why">Why open?</label>' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_why_error"' in html
    assert 'id="id_why_error"' in html
    assert 'data-max-words="3"' in html
    assert 'data-pattern="%n of 3 words"' in html


def test_a_scale_shows_eleven_steps_and_its_anchors():
    html = Answers({})["team"].as_field_group()
    assert html.count('type="radio"') == 11
    assert re.search(r"<dt>10</dt>\s*<dd>Everybody\.</dd>", html)
