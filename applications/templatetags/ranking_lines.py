"""The lines of the ranking. Written here and not in the template: fifty lines of a dozen cells took it longer than all
the rest of the page, most of it to translate the same labels again in each line."""

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accelerator.ui.tags.pictures import interval

register = template.Library()

# Labels are put in once for a page, at %(…)s; what belongs to a line, at {…}.
LINE = """<tr{cut}>
  <td class="number" data-label="%(place)s">{place}</td>
  <th scope="row"><a href="{url}">{name}</a></th>
  {figures}
  <td>{outcome}</td>
</tr>"""
FIGURES = """<td class="number" data-label="%(score)s"><a href="{score_url}" title="%(how)s">{score}</a></td>
  <td class="wide">{interval}</td>
  <td class="number" data-label="%(chance)s">{chance}</td>
  <td class="number" data-label="%(mean)s">{mean}</td>
  <td class="number" data-label="%(spread)s">{spread}</td>
  <td class="number" data-label="%(reviews)s">{readings}</td>
  <td class="wide">{remarks}</td>"""
HIDDEN = """<td colspan="7" class="minor">%(hidden)s</td>"""
UNREAD = """<td colspan="4" class="minor">%(unread)s</td><td></td>
  <td class="number" data-label="%(reviews)s">{readings}</td><td></td>"""


@register.simple_tag
def ranking_lines(rows, seats: int, cut_score: float | None, sort: str) -> SafeString:
    """What stands in the ranking's `tbody`: `{% ranking_lines rows call.seats cut_score sort %}`."""
    labels = {
        "place": _("Place"),
        "score": _("Score"),
        "chance": _("In the best %(seats)s") % {"seats": seats},
        "mean": _("Raw mean"),
        "spread": _("Spread"),
        "reviews": _("Reviews"),
        "how": _("How this score comes about"),
        "hidden": _("Shown once your own review is in."),
        "unread": _("Not read yet."),
    }
    write = _Lines({name: escape(label) for name, label in labels.items()}, cut_score)
    last = seats if sort == "place" else None
    return mark_safe("\n".join(write.line(row, is_last=row["place"] == last) for row in rows))


class _Lines:
    """Writes lines with the labels of one page."""

    def __init__(self, labels: dict[str, SafeString], cut_score: float | None):
        self.cut_score = cut_score
        self.whole, self.figures, self.hidden, self.unread = (
            pattern % labels for pattern in (LINE, FIGURES, HIDDEN, UNREAD)
        )

    def line(self, row: dict, *, is_last: bool) -> SafeString:
        return format_html(
            self.whole,
            cut=mark_safe(' class="cut"') if is_last and row["place"] else "",
            place=_place(row),
            url=row["url"],
            name=row["name"],
            figures=self._figures(row),
            outcome=capfirst(row["outcome"].label) if row["outcome"] else "",
        )

    def _figures(self, row: dict) -> SafeString:
        if row["is_hidden"]:
            return mark_safe(self.hidden)
        if row["score"] is None:
            return format_html(self.unread, readings=_readings(row))
        return format_html(
            self.figures,
            score_url=row["score_url"],
            score=row["said"]["score"],
            interval=interval(row["low"], row["score"], row["high"], mark=self.cut_score, dots=row["totals"]),
            chance=row["chance"],
            mean=row["said"]["mean"],
            spread=row["said"]["spread"],
            readings=_readings(row),
            remarks=_remarks(row),
        )


def _place(row: dict) -> str:
    if row["is_hidden"]:
        return "–"
    if not row["place"]:
        return _minor(_("incomplete"))
    if not row["tied"]:
        return row["place"]
    return format_html('{} <abbr title="{}">=</abbr>', row["place"], _("tied"))


def _remarks(row: dict) -> str:
    if not row["remarks"]:
        return ""
    return format_html('<a href="{}">{}</a>', row["score_url"], ", ".join(row["remarks"]))


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
