"""What a person should look at before a ranking is used, as questions: never a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import wording
from applications.calls.models import Call
from applications.reviewing.models import Reviewer
from applications.reviewing.sight import Sight

if TYPE_CHECKING:  # with numpy; loaded with the first page that shows numbers
    from applications.scoring import flags
    from applications.selecting import findings


def how_many_questions(found: findings.Findings) -> int:
    """As many as `questions` puts into words."""
    return (
        sum(ceiling.is_high for ceiling in found.ceilings)
        + len({one.would_leave for one in found.decisive})
        + len(found.unusual)
        + len(found.favours)
        + len(found.changed)
    )


def questions(call: Call, found: findings.Findings, sight: Sight) -> list[dict]:
    """What a person should look at before the result is used. A question, never a verdict: text, and where to look."""
    names = sight.names(
        found.hanging.union(found.unusual_reviews, (one.application for one in found.changed))
    )
    people = dict(Reviewer.objects.filter(call=call).values_list("pk", "user__name"))
    partners = dict(call.programme.partners.values_list("pk", "name"))
    return [
        *_about_criteria(call, found),
        *_about_decisive(found.decisive, names, people),
        *(_about_unusual(one, names, people) for one in found.unusual if one.application in names),
        *(_about_favour(one, partners) for one in found.favours),
        *(_about_changed(one, names, people, call) for one in found.changed if one.application in names),
    ]


def _about_criteria(call: Call, found: findings.Findings):
    criteria = [str(criterion) for criterion in call.criteria.all()]
    for ceiling in found.ceilings:
        if ceiling.is_high:
            yield {
                "text": _(
                    "%(share)s of the marks for “%(criterion)s” are 10: there is no room left above the best."
                )
                % {"share": wording.chance(ceiling.share), "criterion": criteria[ceiling.criterion]}
            }


def _about_decisive(decisive: Sequence[flags.Decisive], names: dict, people: dict):
    """For each group that would lose its seats: without whom, and to whom."""
    groups: dict[tuple[int, ...], list[flags.Decisive]] = {}
    for one in decisive:
        groups.setdefault(one.would_leave, []).append(one)
    for leaving, group in groups.items():
        entering = dict.fromkeys(a for one in group for a in one.would_enter)
        out = wording.list_of(names[a]["name"] for a in leaving if a in names) or _("another")
        into = [names[a]["name"] for a in entering if a in names] or [_("another")]
        readers = [people.get(one.reviewer, "") for one in group]
        sentence = ngettext(
            "%(out)s would lose its seat to %(into)s without the reviews of %(readers)s.",
            "%(out)s would lose its seat to %(into)s without the reviews of any one of %(count)s reviewers: %(readers)s.",
            len(group),
        )
        yield {
            "text": sentence
            % {
                "out": out,
                "into": _(" or ").join(into),
                "count": len(group),
                "readers": wording.list_of(readers),
            },
            "url": next((names[a]["url"] for a in (*leaving, *entering) if a in names), ""),
        }


def _about_unusual(one: flags.UnusualReview, names: dict, people: dict) -> dict:
    kinder = _("%(reviewer)s gave %(startup)s %(points)s points more than the other reviews explain.")
    harsher = _("%(reviewer)s gave %(startup)s %(points)s points less than the other reviews explain.")
    return {
        "text": (kinder if one.residual > 0 else harsher)
        % {
            "reviewer": people.get(one.reviewer, ""),
            "startup": names[one.application]["name"],
            "points": f"{abs(one.residual):.1f}",
        },
        "url": names[one.application]["url"],
    }


def _about_changed(one: findings.ChangedReview, names: dict, people: dict, call: Call) -> dict:
    after_counts = call.marks_that_count == Call.MarksThatCount.AFTER
    counted = _(
        "%(reviewer)s changed %(startup)s from %(before)s to %(after)s after seeing the others’, and that counts."
    )
    beside = _(
        "%(reviewer)s changed %(startup)s from %(before)s to %(after)s after seeing the others’; %(before)s counts."
    )
    return {
        "text": (counted if after_counts else beside)
        % {
            "reviewer": people.get(one.reviewer, ""),
            "startup": names[one.application]["name"],
            "before": f"{one.before:.2f}",
            "after": f"{one.after:.2f}",
        },
        "url": names[one.application]["url"],
    }


def _about_favour(one: flags.Reciprocity, partners: dict) -> dict:
    first, second = (partners.get(pk, "") for pk in one.organisations)
    return {
        "text": _(
            "Reviewers of %(first)s and of %(second)s are kinder to each other’s startups than others are: "
            "by %(one)s and %(other)s points."
        )
        % {
            "first": first,
            "second": second,
            "one": f"{one.kindness[0]:.1f}",
            "other": f"{one.kindness[1]:.1f}",
        }
    }
