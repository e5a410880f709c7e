"""Calendars and charts, drawn by accelerator.ui.drawing."""

from django import template
from django.utils.translation import gettext as _

from accelerator.ui.drawing import charts
from accelerator.ui.tags.rendering import render

register = template.Library()


@register.simple_tag
def month_grid(month):
    """A month on a page: `{% month_grid month %}` with a `Month` of accelerator.ui.drawing.calendar."""
    return render("month_grid", month=month)


@register.simple_tag
def agenda(days):
    """The same entries one under the other: `{% agenda days %}` with `Day`s of accelerator.ui.drawing.calendar."""
    return render("agenda", days=days)


@register.simple_tag
def season(drawing, label=""):
    """The season to scale: `{% season season label=_("The season at a glance") %}`.

    `drawing`: a `Season` of accelerator.ui.drawing.season.
    """
    return render("season", drawing=drawing, label=label or _("The season"))


@register.simple_tag
def bars(rows, label, unit=""):
    """Lying bars, one a row: `{% bars rows label=_("Hours by startup") unit="h" %}`; rows are (label, value)."""
    return render("bars", drawing=charts.bars(rows), label=label, unit=unit)


@register.simple_tag
def columns(counts, label):
    """Standing bars over days: `{% columns counts label=_("Applications per day") %}`.

    `counts`: (label, value) in order, or (label, value, True) for the one that stands out (the deadline).
    """
    return render("columns", drawing=charts.columns(counts), label=label)


@register.simple_tag
def interval(low, middle, high, least=0, most=10, mark=None, dots=()):
    """A value with its uncertainty, for a cell of a table: `{% interval row.low row.score row.high %}`.

    `mark` draws a line across, such as the score of the last of the five; `dots` are the marks behind the value.
    """
    drawn = charts.interval(low, middle, high, least, most, mark, dots)
    return render("interval", **drawn)


@register.simple_tag
def waterfall(amounts, label):
    """From one value to another, step by step: `{% waterfall amounts label=_("From the raw mean to the score") %}`.

    `amounts`: (label, amount, is a change); the first and the last are values, what is between adds up.
    """
    return render("waterfall", drawing=charts.waterfall(amounts), label=label)


@register.simple_tag
def spread(values, least=0, most=10):
    """Single scores as dots on one line, for a cell of a table: `{% spread scores %}`."""
    return render("spread", drawing=charts.spread(values, least, most))
