"""How records are shown: tables, facts, people, files, what happened to them and how they stand."""

from django import template
from django.utils.html import format_html

from accelerator import wording
from accelerator.ui.tags.rendering import render

register = template.Library()


@register.simple_block_tag
def table(content, caption, hidden_caption=True, stacks=False):
    """A dense table that scrolls sideways by itself on a phone; give it thead and tbody.

    `{% table _("Applications by state") %}<thead>…</thead><tbody>…</tbody>{% endtable %}`
    Cells of figures get class="number"; `<tr class="cut">` draws the line under the last of the chosen.
    `stacks=True` sets each row as a short paragraph on a phone: a cell of class="wide" has a line of its own,
    `data-label` says what a bare figure or date means there.
    """
    return render("table", caption=caption, content=content, hidden_caption=hidden_caption, stacks=stacks)


@register.simple_tag
def facts(*pairs):
    """Labels and values: `{% facts _("Country") startup.country _("Founded") startup.founded_year %}`. Empty values are left out."""
    rows = [
        (label, value)
        for label, value in zip(pairs[::2], pairs[1::2], strict=True)
        if value not in ("", None)
    ]
    return render("facts", rows=rows)


@register.simple_tag
def person(name, about="", url=""):
    """Somebody, in a line: `{% person mentor.user about=mentor.partner.name url=mentor_url %}`."""
    return render("person", name=name, initials=wording.initials(str(name)), about=about, url=url)


@register.simple_block_tag
def file_row(content, file, zone=None, url=""):
    """An uploaded file, with what can be done with it between the tags.

    `{% file_row deck programme url=deck_url %}<a href="…">Replace</a>{% endfile_row %}`
    `file` has name, size, and optionally pages and uploaded_at.
    """
    return render("file_row", file=file, zone=zone, url=url, content=content)


@register.simple_tag
def timeline(entries):
    """What happened and what will: `{% timeline entries %}`.

    `entries`: mappings or objects with what, when (words), and optionally url (what it opens), note,
    changes (each with what, before and after) and state ("", next or ahead).
    """
    return render("timeline", entries=entries)


@register.simple_tag
def pill(label, kind=""):
    """A status. kind: "" (neutral), good, bad, now (under way) or soon (needs you). `{% pill _("Submitted") "good" %}`"""
    return format_html('<span class="pill{}">{}</span>', f" pill-{kind}" if kind else "", label)


@register.simple_tag
def status(thing):
    """The pill of anything with a `status` of choices; its model may say the kind of each in `PILLS`.

    `{% status application %}` with `PILLS = {Status.SUBMITTED: "good"}` on the model.
    """
    return pill(thing.get_status_display().capitalize(), getattr(thing, "PILLS", {}).get(thing.status, ""))


@register.simple_tag
def progress(value, whole, label=""):
    """How much is done: `{% progress 7 12 label=_("Scored") %}` → Scored 7 of 12, and a bar."""
    return render("progress", value=value, whole=whole, label=label)
