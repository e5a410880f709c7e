"""Long texts that people wrote."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import linebreaks, urlize

from accelerator.ui.tags.pages import constant
from accelerator.ui.tags.words import written


@pytest.mark.parametrize(
    "text",
    [
        "No link. Not one: none (a.) at all.\n\nAnother paragraph; <b>bold</b> & so on…",
        "See example.com.",
        "www.example.org",
        "(https://example.org/a?b=1&c=2), then",
        "write to lena@example.org.",
        "mailto:lena@example.org",
        "HTTP://EXAMPLE.ORG",
        "1.5 metres at 10:30, e.g.this",
        "",
    ],
)
def test_links_are_those_that_django_finds(text):
    found = linebreaks(urlize(text, nofollow=True, autoescape=True))
    assert written(text) == f'<div class="written">{found}</div>'


@pytest.mark.parametrize("component", ["writing_application", "writing_words"])
def test_what_is_written_once_is_what_its_template_gives_on_any_page(component):
    found = {}
    for language in ("en-gb", "fr"):
        with translation.override(language):
            found[language] = constant(component)
            context = {"request": "of somebody", "user": "Lena", "programme": "another"}
            assert found[language] == render_to_string(f"components/{component}.html", context).strip()
            assert constant(component) is found[language]
    assert found["en-gb"]
