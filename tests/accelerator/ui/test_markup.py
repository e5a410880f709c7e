"""What is written out in Python is what the templates give, but for white space."""

import re
from html.parser import HTMLParser

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe

from accelerator.ui import markup
from accelerator.ui.fields import Renderer, TickField, WordsField, without_maxlength


class ByTemplates(TemplatesSetting):
    form_template_name = Renderer.form_template_name
    field_template_name = Renderer.field_template_name

    def render(self, template_name, context, request=None):
        without_maxlength(context.get("widget", {}))
        return super().render(template_name, context, request)


class Every(forms.Form):
    line = forms.CharField(label="A <line>", help_text=mark_safe("With <b>help</b>"), max_length=40)
    words = WordsField(label="Words & more", max_words=10, required=False)
    signs = WordsField(label="Characters", max_characters=30, required=False)
    number = forms.IntegerField(min_value=1, max_value=9, required=False)
    mail = forms.EmailField(
        widget=forms.EmailInput(attrs={"autocomplete": "off", "hidden": False, "inert": True})
    )
    site = forms.URLField(assume_scheme="https")
    secret = forms.CharField(widget=forms.PasswordInput)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    hour = forms.TimeField()
    one = forms.ChoiceField(choices=[("a", "A & B"), ("c", 'C "D"')], widget=forms.RadioSelect)
    some = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    listed = forms.ChoiceField(choices=[("", "-"), ("Group", [("x", "X")]), ("y", "Y's")])
    several = forms.MultipleChoiceField(choices=[("x", "X"), ("y", "Y")])
    tick = TickField(label="I agree", required=False)
    box = forms.BooleanField(label="Plain", help_text="A box")
    upload = forms.FileField(widget=forms.FileInput(attrs={"accept": ".pdf"}))
    hidden = forms.CharField(widget=forms.HiddenInput)


GIVEN = {
    "line": '"><script>alert(1)</script>', "words": "a <b> & c\n d", "number": "12", "mail": "x@y.example",
    "site": "https://a.example/?a=1&b=2", "secret": "s", "day": "2023-12-01", "hour": "14:00", "one": "c",
    "some": ["b"], "listed": "y", "several": ["x", "y"], "tick": "on", "hidden": "<7>",
}  # fmt: skip


class Tokens(HTMLParser):
    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self.found: list = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, sorted(attrs, key=str)))

    def handle_endtag(self, tag):
        self.found.append(("/", tag))

    def handle_data(self, data):
        if words := re.sub(r"\s+", " ", data).strip():
            self.found.append(words)


def read(page: str) -> list:
    return Tokens(page).found


@pytest.mark.parametrize(
    "given", [None, {}, GIVEN, GIVEN | {"one": "wrong", "line": "x" * 50, "words": "a " * 12}]
)
def test_each_field_reads_as_its_template_says(given):
    ours, theirs = Every(given, renderer=Renderer()), Every(given, renderer=ByTemplates())
    for name in ours.fields:
        assert read(ours[name].as_field_group()) == read(theirs[name].as_field_group()), name


def test_without_ids_nothing_points_anywhere():
    ours, theirs = (
        Every(GIVEN, renderer=Renderer(), auto_id=False),
        Every(GIVEN, renderer=ByTemplates(), auto_id=False),
    )
    for name in ours.fields:
        assert read(ours[name].as_field_group()) == read(theirs[name].as_field_group()), name


@pytest.mark.parametrize("value", [None, "", "FR", "nowhere", '"><script>'])
def test_a_long_select_reads_as_any_other(value):
    choices = [("", "Choose"), ("FR", "France & more"), ("DE", "Germany")]
    attrs = {"id": "id_country", "aria-invalid": "true"}
    ours = markup.LongSelect(choices=choices).render("country", value, attrs, Renderer())
    theirs = forms.Select(choices=choices).render("country", value, attrs, ByTemplates())
    assert read(ours) == read(theirs)
