"""Taking back what one did oneself, on the board or in a letter, while nothing rests on it.

What stood before comes back whole: the decision with its reason, its seat or its place in the reserve, the letter with
the words that somebody had given it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import history
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.conflicts import must_have_none
from applications.selecting import deciding, letters, seen
from applications.selecting.acts import BoardAct, LetterVersion
from applications.selecting.locking import open_to_decisions
from applications.selecting.models import Decision, Letter, Seat

Kind = BoardAct.Kind
LISTED = 30  # of one's own acts


@dataclass(frozen=True)
class Done:
    """An act of one's own, and why it cannot be undone; "" while it can."""

    act: BoardAct
    why_not: str


def mine(call: Call, user: User, now: datetime) -> list[Done]:
    """What this person did on the board and in the letters of a call, the latest first."""
    acts = (
        BoardAct.objects.filter(call=call, by=user)
        .standing()
        .select_related("call", "by", "application__startup")[:LISTED]
    )
    return [Done(act, reason) for act, reason in zip(acts, _reasons(call, acts, now), strict=True)]


def why_not(act: BoardAct, *, now: datetime) -> str:
    """Why an act cannot be undone, as a sentence; "" while it can."""
    return _reasons(act.call, [act], now)[0]


def _reasons(call: Call, acts: Iterable[BoardAct], now: datetime) -> list[str]:
    """The same for many, in a few queries."""
    acts = list(acts)
    if call.is_released:
        return [_("The decisions are published.") for _act in acts]
    named = {int(key) for act in acts if act.kind != Kind.LETTER_EDITED for key in act.after}
    standing = Decision.objects.filter(application__in=named).select_related(
        "decided_by", "application__startup"
    )
    decisions = {decision.application_id: decision for decision in standing}
    waiting = Letter.objects.waiting().of(call).filter(application__in=[*named, *_edited(acts)])
    by_application = {letter.application_id: letter for letter in waiting.select_related("edited_by")}
    return [_reason(act, call, decisions, by_application, now) for act in acts]


def _edited(acts: Iterable[BoardAct]) -> list[int]:
    return [act.application_id for act in acts if act.application_id and act.kind == Kind.LETTER_EDITED]


def _reason(
    act: BoardAct, call: Call, decisions: dict[int, Decision], waiting: dict[int, Letter], now: datetime
) -> str:
    if act.undone_at:
        return _("This is undone already.")
    if act.kind == Kind.LETTER_EDITED:
        letter = waiting.get(act.application_id or 0)
        if letter is None or letter.pk != act.after["letter"]:
            return _("This letter was put aside.")
        return "" if letter.version == act.after["version"] else _("The letter was changed again since.")
    if act.kind == Kind.REORDERED:
        places = {
            key: decision.reserve_position if (decision := decisions.get(int(key))) else None
            for key in act.after
        }
        return "" if places == act.after else _("The reserve has changed since.")
    if act.kind == Kind.OTHERS_LEFT_OUT:
        return "" if _still(act, decisions) else _("All of them were decided on again since.")
    application, decision = act.application, decisions.get(act.application_id or 0)
    if seen.of_decision(decision) != act.after[str(act.application_id)] and application is not None:
        return seen.what_stands(application, decision, call, now)
    letter = waiting.get(act.application_id or 0)
    if letter is not None and letter.edited_by_id not in (None, act.by_id):
        return _(
            "%(who)s has changed the letter that was written for it. Take the decision back on the board."
        ) % {"who": letter.edited_by}
    return ""


def _still(act: BoardAct, decisions: dict[int, Decision]) -> list[int]:
    """Those left out by an act on all others whose decision is still that one."""
    return [pk for pk, decision in decisions.items() if act.after.get(str(pk)) == seen.of_decision(decision)]


# --- Undoing ------------------------------------------------------------------------------------------
@transaction.atomic
def undo(act: BoardAct, *, by: User, now: datetime) -> str:
    """Bring back what stood before an act of one's own. Returns what was done, as a sentence.

    Raises NotAllowed for somebody else's, for somebody who decides nothing here any more, and once something rests on
    it: a later decision, another's words in the letter, the release.
    """
    call = open_to_decisions(act.call, by)
    act = BoardAct.objects.select_for_update(of=("self",)).select_related("by", "application").get(pk=act.pk)
    act.call = call
    if act.by_id != by.pk:
        raise NotAllowed(_("Only who did it can undo it."))
    if act.application is not None:
        act.application.call = call
        must_have_none(by, act.application)
    if reason := why_not(act, now=now):
        raise SomebodyWasFirst(_("This can no longer be undone.") + " " + reason)
    sentence = UNDO[act.kind](act, now)
    BoardAct.objects.filter(pk=act.pk).update(undone_at=now)
    return sentence


def _decision(act: BoardAct, now: datetime) -> str:
    application = act.application
    assert application is not None  # these are acts on one
    before = act.before[str(application.pk)]
    standing = Decision.objects.filter(application=application).first()
    if standing is not None:
        deciding.give_up_place(application, now=now)
    if before is not None:
        bring_back(application, before)
    returned = _bring_letters_back(act, application)
    history.record(
        "application.decision_undone",
        application,
        by=act.by,
        programme=act.call.programme,
        now=now,
        changes={
            deciding.OUTCOME: (standing.outcome if standing else "", before["outcome"] if before else "")
        },
    )
    if returned:
        return _("%(startup)s: undone. Its letter is back as it was.") % {"startup": application}
    return _("%(startup)s: undone.") % {"startup": application}


def bring_back(application: Application, before: dict[str, Any]) -> None:
    """A decision as it stood, with who took it and when. Raises NotAllowed where its place is taken meanwhile."""
    call = application.call
    place: dict[str, Any] = {}
    if before["outcome"] == Decision.Outcome.SELECTED:
        own = Seat.objects.filter(call=call, number=before["seat"], decision__isnull=True).first()
        place["seat"] = own or deciding.free_seat(call, application)
    if before["outcome"] == Decision.Outcome.RESERVE:
        behind = deciding.room_in_reserve(call, application)
        at = min(before["reserve_position"], behind.count() + 1)
        behind.filter(reserve_position__gte=at).order_by().update(reserve_position=F("reserve_position") + 1)
        place["reserve_position"] = at
    Decision.objects.create(
        call=call,
        application=application,
        outcome=before["outcome"],
        reason=before["reason"],
        decided_by_id=before["by"],
        decided_at=parse_datetime(before["at"]) or before["at"],
        **place,
    )


def _bring_letters_back(act: BoardAct, application: Application) -> bool:
    put_aside = Letter.objects.filter(pk__in=act.letters, application=application, released_at=None)
    return bool(put_aside.update(withdrawn_at=None))


def _others(act: BoardAct, now: datetime) -> str:
    standing = Decision.objects.filter(application__in=[int(key) for key in act.after])
    still = _still(act, {decision.application_id: decision for decision in standing})
    undone = list(Application.objects.filter(pk__in=still).only("pk"))
    Letter.objects.waiting().filter(application__in=still).update(withdrawn_at=now)
    Decision.objects.filter(application__in=still).delete()
    history.record_each(
        "application.decision_undone",
        undone,
        by=act.by,
        programme=act.call.programme,
        now=now,
        changes={deciding.OUTCOME: (Decision.Outcome.NOT_SELECTED, "")},
    )
    return ngettext(
        "%(count)s application is undecided again.",
        "%(count)s applications are undecided again.",
        len(undone),
    ) % {"count": len(undone)}


def _order(act: BoardAct, now: datetime) -> str:
    one, other = Decision.objects.filter(application__in=[int(key) for key in act.after])
    deciding.change_places(one, other)
    history.record(
        "application.moved_in_reserve",
        act.application or one.application,
        by=act.by,
        programme=act.call.programme,
        now=now,
        to=act.before[str(act.application_id)],
    )
    return _("The reserve has the order of before.")


def _letter(act: BoardAct, now: datetime) -> str:
    letter = Letter.objects.select_related("application__startup", "application__call").get(
        pk=act.after["letter"]
    )
    words = LetterVersion.objects.select_related("written_by").get(
        letter=letter, number=act.before["version"]
    )
    letters.bring_words_back(letter, words, by=act.by, now=now)
    return _("The letter to %(startup)s has the words of before.") % {"startup": letter.application}


UNDO: dict[str, Callable[[BoardAct, datetime], str]] = {
    Kind.PICKED: _decision,
    Kind.RESERVED: _decision,
    Kind.LEFT_OUT: _decision,
    Kind.TAKEN_BACK: _decision,
    Kind.OTHERS_LEFT_OUT: _others,
    Kind.REORDERED: _order,
    Kind.LETTER_EDITED: _letter,
}
