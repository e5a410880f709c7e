"""The lines of the ranking. Written here and not in the template: fifty lines of a dozen cells took it longer than all
the rest of the page, most of it to translate the same labels again in each line."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accelerator.templatetags.components import interval

register = template.Library()

LINE = """<tr{cut}>
  <td class="number" data-label="{place_label}">{place}</td>
  <th scope="row"><a href="{url}">{name}</a></th>
  {figures}
  <td>{outcome}</td>
</tr>"""
FIGURES = """<td class="number" data-label="{score_label}"><a href="{score_url}" title="{how}">{score}</a></td>
  <td class="wide">{interval}</td>
  <td class="number" data-label="{chance_label}">{chance}</td>
  <td class="number" data-label="{mean_label}">{mean}</td>
  <td class="number" data-label="{spread_label}">{spread}</td>
  <td class="number" data-label="{reviews_label}">{readings}</td>
  <td class="wide">{remarks}</td>"""
HIDDEN = '<td colspan="7" class="minor">{hidden}</td>'
UNREAD = """<td colspan="4" class="minor">{unread}</td><td></td>
  <td class="number" data-label="{reviews_label}">{readings}</td><td></td>"""


@register.simple_tag
def ranking_lines(rows, seats: int, cut_score: float | None, sort: str) -> SafeString:
    """What stands in the ranking's `tbody`: `{% ranking_lines rows call.seats cut_score sort %}`."""
    labels = {
        "place_label": _("Place"),
        "score_label": _("Score"),
        "chance_label": _("In the best %(seats)s") % {"seats": seats},
        "mean_label": _("Raw mean"),
        "spread_label": _("Spread"),
        "reviews_label": _("Reviews"),
        "how": _("How this score comes about"),
        "hidden": _("Shown once your own review is in."),
        "unread": _("Not read yet."),
    }
    words = {name: conditional_escape(label) for name, label in labels.items()}
    last = seats if sort == "place" else None
    return mark_safe("\n".join(_line(row, words, last, cut_score) for row in rows))


def _line(row: dict, words: dict[str, str], last: int | None, cut_score: float | None) -> SafeString:
    return format_html(
        LINE,
        cut=mark_safe(' class="cut"') if last and row["place"] == last else "",
        place_label=words["place_label"],
        place=_place(row),
        url=row["url"],
        name=row["name"],
        figures=_figures(row, words, cut_score),
        outcome=capfirst(row["outcome"].label) if row["outcome"] else "",
    )


def _place(row: dict) -> str:
    if row["is_hidden"]:
        return "–"
    if not row["place"]:
        return _minor(_("incomplete"))
    if not row["tied"]:
        return row["place"]
    return format_html('{} <abbr title="{}">=</abbr>', row["place"], _("tied"))


def _figures(row: dict, words: dict[str, str], cut_score: float | None) -> SafeString:
    if row["is_hidden"]:
        return format_html(HIDDEN, **words)
    if row["score"] is None:
        return format_html(UNREAD, readings=_readings(row), **words)
    return format_html(
        FIGURES,
        score_url=row["score_url"],
        score=row["said"]["score"],
        interval=interval(row["low"], row["score"], row["high"], mark=cut_score, dots=row["totals"]),
        chance=row["chance"],
        mean=row["said"]["mean"],
        spread=row["said"]["spread"],
        readings=_readings(row),
        remarks=format_html('<a href="{}">{}</a>', row["score_url"], ", ".join(row["remarks"]))
        if row["remarks"]
        else "",
        **words,
    )


def _readings(row: dict) -> str:
    """How many there are, and what is missing for a place."""
    if row["missing_readings"]:
        missing = _("%(missing)s missing") % {"missing": row["missing_readings"]}
    elif row["missing_organisations"]:
        missing = _("one organisation")
    else:
        return row["readings"]
    return format_html("{} {}", row["readings"], _minor(missing))


def _minor(words: str) -> SafeString:
    return format_html('<span class="minor">{}</span>', words)
