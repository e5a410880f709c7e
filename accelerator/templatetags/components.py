"""The components that pages are built from; /styleguide/ shows each in every state.

A built-in library: no `{% load %}` is needed. What has words or parts between its tags is a block
(`{% notice %}…{% endnotice %}`), the rest are single tags. Markup lives in templates/components/<name>.html and
its style in static/css/components/. Moments are always said with their zone: pass the programme (or anything with
a `zone`), and readers elsewhere get their own time beside it.
"""

from datetime import date, datetime

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join, linebreaks, urlize
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.ui import drawing

register = template.Library()


def _render(component: str, /, **context) -> str:
    return mark_safe(render_to_string(f"components/{component}.html", context))


def _now(context) -> datetime:
    """The request's one reading of the clock."""
    request = context.get("request")
    return context.get("now") or request.now


def _reader_zone(context):
    user = getattr(context.get("request"), "user", None)
    return user.zone if user is not None and user.is_authenticated else None


def _elsewhere(context, at: datetime, zone) -> str:
    """The same moment in the reader's zone, when its wall clock differs."""
    reader = _reader_zone(context)
    if not reader or at.astimezone(reader).utcoffset() == at.astimezone(zone).utcoffset():
        return ""
    same_day = at.astimezone(reader).date() == at.astimezone(zone).date()
    said = (
        wording.wall_time(at, reader)
        if same_day
        else f"{wording.day(at, reader, year=False)}, {wording.wall_time(at, reader)}"
    )
    return f"{said} {wording.zone_name(reader)}"


# --- Moments ----------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def moment(context, at: datetime, zone=None, distance=False, weekday=True, year=True):
    """A point in time, in the zone of what it belongs to and, beside it, in the reader's.

    `{% moment session.starts_at programme %}` → Thursday 18 January 2024, 10:00 Paris time
    `{% moment session.starts_at programme distance=True %}` adds "· in 3 days".
    """
    zone = wording.as_zone(zone or _reader_zone(context) or "UTC")
    return _render(
        "moment",
        at=at,
        words=wording.moment(at, zone, weekday=weekday, year=year),
        elsewhere=_elsewhere(context, at, zone),
        distance=wording.distance(at, _now(context), zone) if distance else "",
    )


@register.simple_tag(takes_context=True)
def until(context, closes_at: datetime, zone, distance=True):
    """An exclusive end, in a line of text: its last minute, and how far away that is.

    `{% until call.window.closes_at programme %}` → Friday 1 December 2023, 23:59 Paris time · in 3 days
    """
    zone, now, last = wording.as_zone(zone), _now(context), wording.last_minute(closes_at)
    return _render(
        "moment",
        at=last,
        words=wording.deadline(closes_at, zone),
        elsewhere=_elsewhere(context, last, zone),
        distance=wording.until(closes_at, now, zone) if distance else "",
        soon=wording.is_soon(closes_at, now),
    )


@register.simple_tag(takes_context=True)
def deadline(context, closes_at: datetime, zone, what=""):
    """An exclusive end as the second-largest text of a page.

    `{% deadline call.window.closes_at programme what=_("Applications are open until") %}`
    """
    zone, now, last = wording.as_zone(zone), _now(context), wording.last_minute(closes_at)
    return _render(
        "deadline",
        at=last,
        what=what,
        day=wording.day(last, zone),
        time=f"{wording.wall_time(last, zone)} {wording.zone_name(zone)}",
        elsewhere=_elsewhere(context, last, zone),
        distance=wording.until(closes_at, now, zone),
        soon=wording.is_soon(closes_at, now),
    )


@register.simple_tag(takes_context=True)
def meeting(context, starts_at: datetime, ends_at: datetime, zone):
    """Both ends of a meeting: "Thursday 18 January 2024, 10:00–10:45 Paris time", and the reader's time beside it.

    `{% meeting session.starts_at session.ends_at programme %}`
    """
    zone = wording.as_zone(zone)
    return _render(
        "moment",
        at=starts_at,
        words=format_html(
            '{}, <span class="together">{}</span> {}',
            wording.day(starts_at, zone),
            wording.hours(starts_at, ends_at, zone),
            wording.zone_name(zone),
        ),
        elsewhere=_elsewhere(context, starts_at, zone),
    )


@register.simple_tag
def period(start: datetime, end: datetime, zone, year=True):
    """A half-open stretch of days by its first and last: `{% period opens_at closes_at programme %}` → 8 November – 1 December 2023."""
    return wording.period(start, end, zone, year=year)


@register.filter
def moment_text(at: datetime, zone) -> str:
    """For mails: `{{ session.starts_at|moment_text:programme }}` → Thursday 18 January 2024, 10:00 Paris time."""
    return wording.moment(at, zone)


@register.filter
def deadline_text(closes_at: datetime, zone) -> str:
    """For mails: the last minute of an exclusive end. `{{ offer.expires_at|deadline_text:programme }}`"""
    return wording.deadline(closes_at, zone)


@register.filter
def day(value: datetime | date, zone=None) -> str:
    """`{{ call.decision_on|day }}` or `{{ event.starts_at|day:programme }}` → Thursday 21 December 2023."""
    return wording.day(value, zone)


@register.filter
def short_day(value: datetime | date, zone=None) -> str:
    """`{{ event.starts_at|short_day:programme }}` → 18 Jan. For tables."""
    return wording.short_day(value, zone)


@register.filter
def zone_name(zone) -> str:
    """`{{ request.user|zone_name }}` → Paris time."""
    return wording.zone_name(zone)


@register.filter
def clock_time(at: datetime, zone) -> str:
    """`{{ event.starts_at|clock_time:programme }}` → 10:00. Only where the zone is said nearby."""
    return wording.wall_time(at, zone)


# --- Words ------------------------------------------------------------------------------------------------


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
def written(text, links=True):
    """A long text somebody wrote: paragraphs kept, addresses linked, everything else escaped. `{% written answer %}`"""
    text = str(text).strip()
    said = urlize(text, nofollow=True, autoescape=True) if links else conditional_escape(text)
    return format_html('<div class="written">{}</div>', mark_safe(linebreaks(said)))


# --- The frame of a page ----------------------------------------------------------------------------------


@register.simple_block_tag
def keep(content):
    """Write once, show twice: `{% keep as heading %}{% block page_title %}{% endblock %}{% endkeep %}`, then `{{ heading }}`."""
    return mark_safe(content.strip())


@register.simple_tag
def icon(name: str, size=18):
    """One of our own drawings: `{% icon "check" %}`. Names: accelerator/templatetags/icons.py."""
    from accelerator.templatetags.icons import ICONS

    return format_html(
        '<svg class="icon" width="{0}" height="{0}" viewBox="0 0 18 18" fill="none" stroke="currentColor" '
        'stroke-width="1.7" aria-hidden="true">{1}</svg>',
        size,
        mark_safe(ICONS[name]),
    )


@register.simple_tag
def trail(*steps):
    """Where one is, as links: pairs of label and address, the last label alone.

    `{% url "home" as home %}{% trail _("Applications") home application.startup.name %}`
    """
    return _render("trail", links=list(zip(steps[0:-1:2], steps[1::2], strict=True)), here=steps[-1])


@register.simple_block_tag
def section(content, title, id=""):
    """A chapter of a page: title in the margin, matter beside it.

    `{% section _("What you get") id="benefits" %}…{% endsection %}`
    """
    return format_html(
        '<section class="section"{}><h2>{}</h2><div>{}</div></section>',
        format_html(' id="{}"', id) if id else "",
        title,
        content,
    )


@register.simple_tag
def tabs(items, label=""):
    """Sibling pages as tabs, each a link: `{% tabs views label=_("Views") %}`.

    `items`: mappings or objects with label, url, current, and optionally count.
    """
    return _render("tabs", items=items, label=label)


@register.simple_tag(takes_context=True)
def pager(context, page, parameter="page"):
    """Older and newer pages of a long list, keeping the rest of the address: `{% pager page_obj %}`."""
    return _render("pager", page=page, parameter=parameter, request=context.get("request"))


# --- Acts -------------------------------------------------------------------------------------------------


@register.simple_tag
def link_button(label, url, kind="", small=False):
    """A link that looks like a button. kind: "", primary, plain or danger. At most one primary in view.

    `{% link_button _("Start an application") start_url kind="primary" %}`
    """
    return format_html('<a class="{}" href="{}">{}</a>', _button_class(kind, small), url, label)


@register.simple_tag
def submit(label, kind="primary", name="", value="", form="", small=False):
    """The button of a form: `{% submit _("Save draft") kind="" name="act" value="save" %}`."""
    attributes = format_html_join(
        "", ' {}="{}"', [(k, v) for k, v in (("name", name), ("value", value), ("form", form)) if v]
    )
    return format_html('<button class="{}"{}>{}</button>', _button_class(kind, small), attributes, label)


@register.simple_tag(takes_context=True)
def post_button(context, label, url, kind="", small=False, **fields):
    """A form of one button, for an act without questions; further names become hidden fields.

    `{% post_button _("Accept") accept_url kind="primary" offer=offer.pk %}`
    """
    return _render(
        "post_button",
        label=label,
        url=url,
        button_class=_button_class(kind, small),
        fields=fields,
        csrf_token=context.get("csrf_token"),
    )


def _button_class(kind: str, small: bool) -> str:
    return "button" + (f" button-{kind}" if kind else "") + (" button-small" if small else "")


@register.simple_tag(takes_context=True)
def dashboard_card(context, card):
    """One part of the dashboard's home, drawn by the application that contributed it (accelerator/dashboard/home.py)."""
    return mark_safe(render_to_string(card.template, card.context, request=context.get("request")))


# --- How things stand -------------------------------------------------------------------------------------


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


@register.simple_block_tag
def notice(content, kind="", title=""):
    """Something to know before going on. kind: "" (information), good, soon or bad.

    `{% notice kind="soon" title=_("The call closes today.") %}<p>…</p>{% endnotice %}`
    """
    return _render("notice", kind=kind, title=title, content=content)


@register.simple_tag
def progress(value, whole, label=""):
    """How much is done: `{% progress 7 12 label=_("Scored") %}` → Scored 7 of 12, and a bar."""
    return _render("progress", value=value, whole=whole, label=label)


@register.simple_block_tag
def empty(content, title, url="", act=""):
    """A list with nothing in it yet: what will be here, how it gets here, and the way to it.

    `{% empty _("No sessions yet.") url=book_url act=_("Book the first") %}<p>…</p>{% endempty %}`
    """
    return _render("empty", title=title, content=content, url=url, act=act)


# --- Rows -------------------------------------------------------------------------------------------------


@register.simple_block_tag
def table(content, caption, hidden_caption=True, stacks=False):
    """A dense table that scrolls sideways by itself on a phone; give it thead and tbody.

    `{% table _("Applications by state") %}<thead>…</thead><tbody>…</tbody>{% endtable %}`
    Cells of figures get class="number"; `<tr class="cut">` draws the line under the last of the chosen.
    `stacks=True` sets each row as a short paragraph on a phone: a cell of class="wide" has a line of its own,
    `data-label` says what a bare figure or date means there.
    """
    return _render("table", caption=caption, content=content, hidden_caption=hidden_caption, stacks=stacks)


@register.simple_tag
def facts(*pairs):
    """Labels and values: `{% facts _("Country") startup.country _("Founded") startup.founded_year %}`. Empty values are left out."""
    rows = [
        (label, value)
        for label, value in zip(pairs[::2], pairs[1::2], strict=True)
        if value not in ("", None)
    ]
    return _render("facts", rows=rows)


@register.simple_tag
def person(name, about="", url=""):
    """Somebody, in a line: `{% person mentor.user about=mentor.partner.name url=mentor_url %}`."""
    return _render("person", name=name, initials=wording.initials(str(name)), about=about, url=url)


@register.simple_tag
def timeline(entries):
    """What happened and what will: `{% timeline entries %}`.

    `entries`: mappings or objects with what, when (words), and optionally note and state ("", next or ahead).
    """
    return _render("timeline", entries=entries)


@register.simple_block_tag
def file_row(content, file, zone=None, url=""):
    """An uploaded file, with what can be done with it between the tags.

    `{% file_row deck programme url=deck_url %}<a href="…">Replace</a>{% endfile_row %}`
    `file` has name, size, and optionally pages and uploaded_at.
    """
    return _render("file_row", file=file, zone=zone, url=url, content=content)


# --- Calendars --------------------------------------------------------------------------------------------


@register.simple_tag
def month_grid(month):
    """A month on a page: `{% month_grid month %}` with `month = drawing.month(year, month, entries, zone, today=…)`."""
    return _render("month_grid", month=month)


@register.simple_tag
def agenda(days):
    """The same entries one under the other: `{% agenda days %}` with `days = drawing.agenda(entries, zone, today=…)`."""
    return _render("agenda", days=days)


# --- Pictures ---------------------------------------------------------------------------------------------


@register.simple_tag
def season(drawing, label=""):
    """The season to scale: `{% season season label=_("The season at a glance") %}` with `season = drawing.season(…)`."""
    return _render("season", drawing=drawing, label=label or _("The season"))


@register.simple_tag
def bars(rows, label, unit=""):
    """Lying bars, one a row: `{% bars rows label=_("Hours by startup") unit="h" %}`; rows are (label, value)."""
    return _render("bars", drawing=drawing.bars(rows), label=label, unit=unit)


@register.simple_tag
def columns(counts, label):
    """Standing bars over days: `{% columns counts label=_("Applications per day") %}`.

    `counts`: (label, value) in order, or (label, value, True) for the one that stands out (the deadline).
    """
    return _render("columns", drawing=drawing.columns(counts), label=label)


@register.simple_tag
def interval(low, middle, high, least=0, most=10, mark=None, dots=()):
    """A value with its uncertainty, for a cell of a table: `{% interval row.low row.score row.high %}`.

    `mark` draws a line across, such as the score of the last of the five; `dots` are the marks behind the value.
    """
    drawn = drawing.interval(low, middle, high, least, most, mark, dots)
    # Written out, not rendered from a template: a ranking shows fifty of them. All of it is numbers: nothing to escape.
    mark = (
        '<line class="mark" x1="{0}" x2="{0}" y1="0" y2="18"/>'.format(drawn["mark"]) if drawn["mark"] else ""
    )
    dots = "".join(f'<circle class="dot" cx="{dot}" cy="9" r="3"/>' for dot in drawn["dots"])
    return mark_safe(
        f'<svg class="interval" width="100%" height="18" role="img" aria-label="{drawn["words"]}">'
        f'<line class="axis" x1="0" x2="100%" y1="9" y2="9"/>{mark}'
        f'<line class="range" x1="{drawn["low"]}" x2="{drawn["high"]}" y1="9" y2="9"/>{dots}'
        f'<circle cx="{drawn["middle"]}" cy="9" r="4.5"/></svg>'
    )


@register.simple_tag
def waterfall(amounts, label):
    """From one value to another, step by step: `{% waterfall amounts label=_("From the raw mean to the score") %}`.

    `amounts`: (label, amount, is a change); the first and the last are values, what is between adds up.
    """
    return _render("waterfall", drawing=drawing.waterfall(amounts), label=label)


@register.simple_tag
def spread(values, least=0, most=10):
    """Single scores as dots on one line, for a cell of a table: `{% spread scores %}`."""
    return _render("spread", drawing=drawing.spread(values, least, most))
