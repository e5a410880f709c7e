"""Lists, sizes and figures in words, and long texts."""

import re

from django import template
from django.conf import settings
from django.utils.html import conditional_escape, format_html, linebreaks, urlize
from django.utils.safestring import mark_safe

from accelerator import wording
from accelerator.ui.tags.rendering import render

register = template.Library()


@register.filter
def list_of(words) -> str:
    """`{{ partners|list_of }}` → Meta, Hugging Face and Scaleway."""
    return wording.list_of(words)


@register.filter
def file_size(octets: int) -> str:
    """`{{ deck.size|file_size }}` → 4.2 MB."""
    return wording.file_size(octets)


@register.filter
def hundredths(share: float) -> str:
    """`{{ row.share|hundredths }}` → 61 %; "< 1 %" and "> 99 %" for what is not quite nothing or all."""
    return wording.chance(share)


@register.filter
def signed(amount: float, digits: int = 2) -> str:
    """`{{ step.leniency|signed }}` → +0.31 or −0.31; 0.00 has no sign."""
    return wording.signed(amount, digits)


@register.simple_tag
def difference(pieces, only=""):
    """A text with its changes marked: `{% difference change.pieces %}`; with `only` ("gone" or "new") one of its two sides.

    `pieces`: each with kind ("" for what both have, gone or new) and text.
    """
    shown = [piece for piece in pieces if not only or piece.kind in ("", only)]
    return render("difference", pieces=shown)


@register.filter
def own_links(text):
    """The text of a mail, with our own links to press. What people type stays text: no link leaves in our name.

    `{{ text|own_links|linebreaks }}`
    """
    ours = re.compile(re.escape(settings.BASE_URL) + r"(?=[/?\s]|$)[^\s<>\"]*[^\s<>\".,;:!?)]")
    parts, end = [], 0
    for link in ours.finditer(text):
        shown = link[0]
        parts += [conditional_escape(text[end : link.start()]), format_html('<a href="{0}">{0}</a>', shown)]
        end = link.end()
    return mark_safe("".join([*parts, conditional_escape(text[end:])]))


# Every link that Django finds has one of these signs before more of its word; most texts end sentences with them alone.
_PERHAPS_A_LINK = re.compile(r"[.:@]\S")


@register.simple_tag
def written(text, links=True):
    """A long text somebody wrote: paragraphs kept, addresses linked, everything else escaped. `{% written answer %}`"""
    text = str(text).strip()
    has_links = links and _PERHAPS_A_LINK.search(text)
    said = urlize(text, nofollow=True, autoescape=True) if has_links else conditional_escape(text)
    return format_html('<div class="written">{}</div>', mark_safe(linebreaks(said)))


@register.simple_tag
def headed_text(text) -> str:
    """A long text of ours or a manager's: paragraphs, and headings where a paragraph begins with `## `."""
    parts = []
    for paragraph in str(text).replace("\r\n", "\n").split("\n\n"):
        is_heading = paragraph.strip().startswith("## ")
        parts.append(
            format_html("<h2>{}</h2>", paragraph.strip().removeprefix("## "))
            if is_heading
            else linebreaks(urlize(conditional_escape(paragraph.strip()), nofollow=True))
        )
    return format_html('<div class="written stack measure">{}</div>', mark_safe("".join(parts)))
