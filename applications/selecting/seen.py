"""What a page showed, as a short mark that its buttons send back; compared under the call's lock.

Where the mark no longer fits, nothing is changed, and who comes too late is told what stands now, who did it and when: as
far as they may see it.
"""

import hashlib
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator import wording
from accelerator.models import User
from accelerator.transitions import SomebodyWasFirst
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.sight import Sight
from applications.selecting.acts import BoardAct
from applications.selecting.models import Decision, Letter, OfferTerms

UNDECIDED = "none"
TOLD = 3  # acts of others since a page was made


# --- Marks --------------------------------------------------------------------------------------------
def mark(outcome: str, by: int, at: datetime) -> str:
    """Of a decision: what, by whom and when. One that is brought back has the mark that it had."""
    return f"{outcome}.{by}.{round(at.timestamp() * 1_000_000)}"


def of_decision(decision: Decision | None) -> str:
    if decision is None:
        return UNDECIDED
    return mark(decision.outcome, decision.decided_by_id, decision.decided_at)


def of_board(call: Call, by: User, sight: Sight | None = None) -> str:
    """Of all that this person sees on the board of a call: each decision with its place, and who is undecided."""
    sight = sight or Sight(by, call)
    decisions = Decision.objects.filter(sight.decided, call=call).order_by("application")
    undecided = Decision.objects.undecided(call).not_in_conflict_with(by).order_by("pk")
    return _mark(
        None if sight.is_veiled else call,
        *decisions.values_list(
            "application", "outcome", "decided_by", "decided_at", "seat__number", "reserve_position"
        ),
        *([] if sight.is_veiled else undecided.values_list("pk", flat=True)),
    )


def of_letter(letter: Letter) -> str:
    """Of its words, and of what they rest on."""
    return f"{letter.pk}.{letter.version}"


def of_release(call: Call, amiss: list[str]) -> str:
    """Of all that a release publishes, and of what stands against it: every decision, letter, the terms."""
    decisions = Decision.objects.filter(call=call).order_by("application")
    waiting = Letter.objects.waiting().of(call).order_by("pk")
    return _mark(
        call,
        *decisions.values_list(
            "application", "outcome", "decided_by", "decided_at", "seat__number", "reserve_position"
        ),
        *waiting.values_list("pk", "version"),
        OfferTerms.objects.filter(call=call).values_list("number", flat=True).last(),
        *amiss,
    )


def _mark(call: Call | None, *parts: Any) -> str:
    """The last act on the board, by which is told what came since, and a digest, by which alone marks are compared.
    Without a call for somebody who is not told that there was an act."""
    last = BoardAct.objects.filter(call=call).values_list("pk", flat=True).first() or 0
    return f"{last}-{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}"


def same(one: str, other: str) -> bool:
    """Whether two marks of a whole are of the same state."""
    return one.partition("-")[2] == other.partition("-")[2] != ""


# --- Comparing ----------------------------------------------------------------------------------------
def must_be_as_seen(
    application: Application, call: Call, seen: str | None, *, by: User, now: datetime
) -> None:
    """Raise SomebodyWasFirst unless the decision on an application is the one that this person's page showed.

    `seen` is None where no page was looked at. The caller has locked the call.
    """
    if seen is None:
        return
    decision = Decision.objects.filter(application=application).select_related("decided_by").first()
    if seen == of_decision(decision):
        return
    if decision is not None and Sight(by, call).is_veiled and decision.decided_by_id != by.pk:
        raise SomebodyWasFirst(
            _(
                "Somebody else has decided on %(startup)s. What, you see once the decisions are published; nothing was "
                "changed."
            )
            % {"startup": application}
        )
    raise SomebodyWasFirst(
        what_stands(application, decision, call, now)
        + " "
        + _("Your page was older, so nothing was changed.")
    )


def board_must_be_as_seen(call: Call, seen: str | None, *, by: User, now: datetime) -> None:
    """Raise SomebodyWasFirst unless the board is the one that this person's page showed."""
    if seen is None or same(seen, of_board(call, by)):
        return
    raise SomebodyWasFirst(
        _("The board has changed since you opened it.")
        + (f" {what}" if (what := acts_since(seen, call, by, now)) else "")
        + " "
        + _("Nothing was changed: look at it again.")
    )


def what_stands(application: Application, decision: Decision | None, call: Call, now: datetime) -> str:
    """Ada Stern picked Papyrus at 14:02."""
    if decision is None:
        act = BoardAct.objects.filter(application=application, undone_at=None).first()
        if act is not None and act.kind == BoardAct.Kind.TAKEN_BACK:
            return act_in_words(act, call, now)
        return _("Nothing is decided on %(startup)s any more.") % {"startup": application}
    return str(SENTENCES[ACT_OF[decision.outcome]]) % {
        "who": decision.decided_by,
        "startup": application,
        "when": when(decision.decided_at, call, now),
    }


def acts_since(mark: str, call: Call, by: User, now: datetime, *, letters: bool = False) -> str:
    """What others did on the board, or in the letters, since a page was made, the latest of it, as sentences; nothing
    where it is not for this person."""
    if Sight(by, call).is_veiled:
        return ""
    known = mark.partition("-")[0]
    acts = (
        BoardAct.objects.filter(call=call, undone_at=None, pk__gt=int(known) if known.isdecimal() else 0)
        .exclude(by=by)
        .exclude(kind__in=[] if letters else [BoardAct.Kind.LETTER_EDITED])
        .select_related("by", "application__startup")[:TOLD]
    )
    return " ".join(act_in_words(act, call, now) for act in reversed(acts))


def act_in_words(act: BoardAct, call: Call, now: datetime) -> str:
    said = {"who": act.by, "startup": act.application, "when": when(act.at, call, now)}
    return str(SENTENCES[act.kind]) % said


def when(at: datetime, call: Call, now: datetime) -> str:
    """At 14:02; with its day where that is another."""
    if at.astimezone(call.zone).date() == now.astimezone(call.zone).date():
        return _("at %(time)s") % {"time": wording.wall_time(at, call.zone)}
    return _("on %(moment)s") % {"moment": wording.moment(at, call.zone, year=False)}


# What each act, and each decision, reads like.
SENTENCES: dict[str, Promise] = {
    BoardAct.Kind.PICKED: gettext_lazy("%(who)s picked %(startup)s %(when)s."),
    BoardAct.Kind.RESERVED: gettext_lazy("%(who)s put %(startup)s in the reserve %(when)s."),
    BoardAct.Kind.LEFT_OUT: gettext_lazy("%(who)s decided %(when)s that %(startup)s is not selected."),
    BoardAct.Kind.OTHERS_LEFT_OUT: gettext_lazy("%(who)s decided %(when)s that all others are not selected."),
    BoardAct.Kind.TAKEN_BACK: gettext_lazy("%(who)s took the decision on %(startup)s back %(when)s."),
    BoardAct.Kind.REORDERED: gettext_lazy("%(who)s moved %(startup)s in the reserve %(when)s."),
    BoardAct.Kind.LETTER_EDITED: gettext_lazy("%(who)s changed the letter to %(startup)s %(when)s."),
}
ACT_OF: dict[str, str] = {  # which act makes a decision
    Decision.Outcome.SELECTED: BoardAct.Kind.PICKED,
    Decision.Outcome.RESERVE: BoardAct.Kind.RESERVED,
    Decision.Outcome.NOT_SELECTED: BoardAct.Kind.LEFT_OUT,
}
