"""What stands between a call and its release, each found by name, with who can mend it.

Some have a way on: a reason, a second person, and a line in the dossier. A seat beyond the call's number and the words of
somebody with a conflict in a letter have none, nor has what is simply not done yet.
"""

from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import wording
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing import protocol
from applications.reviewing.models import Assignment, Review
from applications.selecting.acts import NamedException
from applications.selecting.letters import comments_for, inputs_of
from applications.selecting.models import Decision, Letter

SHORTEST = 30  # characters of a line that is looked for in a letter by itself


@dataclass(frozen=True)
class Obstacle:
    """One of them. `exception` is what it is kept as when the release goes on nevertheless; None where it cannot."""

    sentence: str
    mend: str = ""
    url: str = ""
    application: int | None = None
    exception: str | None = None

    def __str__(self) -> str:
        return self.sentence

    @property
    def has_way_on(self) -> bool:
        return self.exception is not None


def obstacles(call: Call) -> list[Obstacle]:
    """All of them, those without a way on first; nothing when the call can be released."""
    found = [Obstacle(sentence) for sentence in _not_done_yet(call)]
    for look in (_words_in_conflict, _older_letters, _below_quorum, _late_conflicts, _older_rules):
        found += look(call)
    return found


def blocking(found: list[Obstacle]) -> list[Obstacle]:
    return [one for one in found if not one.has_way_on]


def amiss(found: list[Obstacle]) -> list[Obstacle]:
    """Those with a way on."""
    return [one for one in found if one.has_way_on]


def _not_done_yet(call: Call) -> list[str]:
    found = []
    decisions = Decision.objects.filter(call=call)
    picked = decisions.picked()
    if (count := picked.count()) != call.seats:
        found.append(
            ngettext(
                "%(count)s of %(seats)s seat is given.", "%(count)s of %(seats)s seats are given.", call.seats
            )
            % {"count": count, "seats": call.seats}
        )
    if open_ := Decision.objects.undecided(call).count():
        found.append(
            ngettext(
                "%(count)s application has no decision yet.",
                "%(count)s applications have no decision yet.",
                open_,
            )
            % {"count": open_}
        )
    if longer := Application.objects.filter(call=call).given_more_time().count():
        found.append(
            ngettext(
                "%(count)s application was given more time and is not sealed yet.",
                "%(count)s applications were given more time and are not sealed yet.",
                longer,
            )
            % {"count": longer}
        )
    if without := decisions.without_letter().count():
        found.append(
            ngettext(
                "%(count)s letter is not written yet: prepare the letters and read them first.",
                "%(count)s letters are not written yet: prepare the letters and read them first.",
                without,
            )
            % {"count": without}
        )
    return found


# --- Letters ------------------------------------------------------------------------------------------
def _words_in_conflict(call: Call) -> list[Obstacle]:
    """Letters with words of somebody who must not see the application: nothing lets these out."""
    set_aside = (
        Review.objects.filter(assignment__application__call=call, status=Review.Status.SUBMITTED)
        .exclude(comment_for_applicant="")
        .exclude(assignment__in=Assignment.objects.live().values("pk"))
        .filter(assignment__in=_in_conflict(call))
    )
    words: dict[int, list[str]] = {}
    for application, comment in set_aside.values_list("assignment__application", "comment_for_applicant"):
        words.setdefault(application, []).append(comment)
    if not words:
        return []
    counted = comments_for(call, assignment__application__in=list(words))
    letters = Letter.objects.waiting().filter(application__in=words).select_related("application__startup")
    return [
        Obstacle(
            _("The letter to %(startup)s holds words of somebody with a conflict of interest.")
            % {"startup": letter.application},
            _("A manager takes them out. There is no way round this one."),
            _letter_page(call, letter.application),
            letter.application_id,
        )
        for letter in letters.order_by("application__startup__name")
        if _holds(letter.text, words[letter.application_id], counted[letter.application_id])
    ]


def _in_conflict(call: Call):
    of_call = Assignment.objects.filter(application__call=call)
    by_row = of_call.filter(
        application__recusals__user=F("reviewer__user")
    )  # of today's recusals, also where the assignment was handed back before
    found = of_call.filter(conflict_found_at__isnull=False)
    return (found.values("pk")).union(by_row.values("pk"), of_call.in_conflict().values("pk"))


def _holds(text: str, words: list[str], counted: list[str]) -> bool:
    """Whether a text holds a comment, or a whole line of one, that nobody else wrote as well."""
    flat, theirs = _flat(text), " ".join(map(_flat, counted))
    for comment in words:
        lines = [_flat(line) for line in comment.splitlines() if len(line.strip()) >= SHORTEST]
        if any(line and line in flat and line not in theirs for line in (_flat(comment), *lines)):
            return True
    return False


def _flat(text: str) -> str:
    return " ".join(text.split())


def _older_letters(call: Call) -> list[Obstacle]:
    """Letters whose comments, or whose reason, changed since they were written."""
    comments = comments_for(call)
    waiting = Letter.objects.waiting().of(call).exclude(inputs="").defer("text")
    letters = waiting.select_related("application__startup").order_by("application__startup__name")
    return [
        Obstacle(
            _("The letter to %(startup)s is older than the comments that it brings.")
            % {"startup": letter.application},
            _("A manager reads it beside the comments of today and keeps its words."),
            _letter_page(call, letter.application),
            letter.application_id,
            NamedException.Kind.LETTER_OLDER,
        )
        for letter in letters
        if letter.inputs != inputs_of(letter.kind, letter.application, comments[letter.application_id])
    ]


def _letter_page(call: Call, application: Application) -> str:
    return reverse("selecting:letter", args=[call.pk, application.public_id])


# --- Places -------------------------------------------------------------------------------------------
def _placed(call: Call):
    decisions = Decision.objects.filter(call=call).exclude(outcome=Decision.Outcome.NOT_SELECTED)
    return decisions.select_related("application__startup").order_by("seat__number", "reserve_position")


def _below_quorum(call: Call) -> list[Obstacle]:
    """Seats and places in the reserve of applications that have too few reviews for a place in the ranking; a call that
    nobody reviews has no ranking."""
    placed = list(_placed(call))
    if not placed:
        return []
    from applications.selecting import findings  # with numpy, which a call without reviews does not need

    found = findings.of(call)
    if not len(found.marks):
        return []
    complete = {line.application for line in found.standings if line.is_complete}
    reviews = {line.application: line.reviews for line in found.standings}
    return [
        Obstacle(
            _(
                "%(place)s of %(startup)s rests on %(count)s of %(needed)s reviews, which is too few for a place."
            )
            % {
                "place": _("The seat") if decision.is_selected else _("The place in the reserve"),
                "startup": decision.application,
                "count": reviews.get(decision.application_id, 0),
                "needed": found.quorum.reviews,
            },
            _("A manager asks another reviewer, or gives the place to somebody else."),
            reverse("reviewing:panel_application", args=[call.pk, decision.application.public_id]),
            decision.application_id,
            NamedException.Kind.BELOW_QUORUM,
        )
        for decision in placed
        if decision.application_id not in complete
    ]


def _late_conflicts(call: Call) -> list[Obstacle]:
    """Seats and places in the reserve that were given while a review counted whose author has a conflict, as was found
    later."""
    late = set(
        Assignment.objects.filter(
            application__call=call,
            conflict_found_at__gt=F("application__decision__decided_at"),
            review__status=Review.Status.SUBMITTED,
        ).values_list("application", flat=True)
    )
    if not late:
        return []
    return [
        Obstacle(
            _("A conflict of interest of a reviewer of %(startup)s was found after it was decided on.")
            % {"startup": decision.application},
            _("A manager takes the decision back and decides anew, without that review."),
            reverse("reviewing:panel_application", args=[call.pk, decision.application.public_id]),
            decision.application_id,
            NamedException.Kind.LATE_CONFLICT,
        )
        for decision in _placed(call)
        if decision.application_id in late
    ]


def _older_rules(call: Call) -> list[Obstacle]:
    """Seats and places in the reserve that were given by rules which were amended since."""
    rules = protocol.in_force(call)
    if rules is None or rules.number == 1:
        return []
    return [
        Obstacle(
            _("%(startup)s was given its place before the rules were amended, on %(day)s.")
            % {"startup": decision.application, "day": wording.day(rules.sealed_at, call.zone)},
            _("A manager looks at the ranking by the rules of today, and decides anew."),
            reverse("selecting:ranking", args=[call.pk]),
            decision.application_id,
            NamedException.Kind.OLDER_RULES,
        )
        for decision in _placed(call).filter(decided_at__lt=rules.sealed_at)
    ]
