"""Long texts that people wrote."""

import pytest
from django.utils.html import linebreaks, urlize

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
