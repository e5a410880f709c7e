"""Amending sealed rules: proposed with a reason, confirmed by a second manager, undone while nothing rests on it.

Where nobody else manages the call without a conflict of interest, who proposed it may go on alone; the page and the dossier
say so. A criterion that is added never takes a review out of the count: those that are in count with what they were asked.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import history, wording
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying.conflict_rows import managers_outside, managers_without_conflict
from applications.calls import findings_version
from applications.calls.models import Call
from applications.reviewing import protocol, protocol_changes
from applications.reviewing.marks import quorum
from applications.reviewing.models import Assignment, Review, Score
from applications.reviewing.sealed_rules import Amendment, SealedProtocol
from applications.selecting.models import Decision
from applications.setup import amending, notices, rubric, sealing_rules

MOST_REVIEWS, MOST_SEATS = 20, 500


# --- What may be, and by whom -------------------------------------------------------------------------
def confirmers(call: Call, proposer: User) -> QuerySet[User]:
    """Who may confirm what this person proposes: managers who neither applied nor have a conflict in the call."""
    return managers_without_conflict(call).exclude(pk=proposer.pk)


def why_not_confirmed_by(amendment: Amendment | None, person: User | None) -> str:
    """Why this person cannot confirm it; "" where they can. Who proposed it can, where nobody else could."""
    if amendment is None or person is None or not amendment.is_waiting:
        return _("This amendment waits for nobody any more.")
    call, others = amendment.call, confirmers(amendment.call, amendment.proposed_by)
    if person.pk == amendment.proposed_by_id:
        if others.exists():
            return _("You proposed it, so somebody else confirms it: %(names)s.") % {
                "names": wording.list_of(map(str, others))
            }
        if not managers_outside(call).filter(pk=person.pk).exists():
            return _("You do not manage this call any more.")
        return ""
    if not others.filter(pk=person.pk).exists():
        return _("You have a conflict of interest in this call, so somebody without one confirms it.")
    return ""


def why_not_undone(amendment: Amendment) -> str:
    """Why it cannot be undone any more: what rests on it; "" where nothing does."""
    if not amendment.is_in_force or amendment.made is None:
        return _("Only an amendment that is in force can be undone.")
    call, since = amendment.call, amendment.made.sealed_at
    if call.is_released:
        return _("The decisions of this call are published.")
    newest = protocol.in_force(call)
    if newest is None or newest.pk != amendment.made_id:
        return _("The rules were changed again since.")
    submitted = Review.objects.filter(
        status=Review.Status.SUBMITTED, assignment__application__call=call, submitted_at__gte=since
    )
    if submitted.exists() or _marked(amendment):
        return _("Reviews have come in under it, so it stays. Another amendment can change the rules again.")
    if Decision.objects.filter(call=call, decided_at__gte=since).exists():
        return _("Decisions were taken under it, so it stays. Another amendment can change the rules again.")
    return ""


def _marked(amendment: Amendment) -> bool:
    """Whether a review that is in marks a criterion that this added."""
    known = {one["name"] for one in amendment.against.document["criteria"]}
    added = [one["name"] for one in amendment.wanted["criteria"] if one["name"] not in known]
    of_call = Score.objects.filter(criterion__call=amendment.call_id, criterion__key__in=added)
    return of_call.filter(review__status=Review.Status.SUBMITTED).exists()


def whom_it_touches(call: Call, *, without: frozenset[int]) -> list[str]:
    """Sentences with what is in already; nothing of what would come out otherwise."""
    count = Review.objects.counted_of(call).exclude(assignment__application__in=without).count()
    sentences = [
        ngettext(
            "%(count)s review is in. It stays and counts, with the criteria that it was asked.",
            "%(count)s reviews are in. They stay and count, with the criteria that they were asked.",
            count,
        )
        % {"count": count}
    ]
    waiting = Assignment.objects.awaiting_review().of_eligible().filter(application__call=call)
    if left := waiting.exclude(application__in=without).count():
        sentence = ngettext(
            "%(count)s review is still to come, by the rules as they are then.",
            "%(count)s reviews are still to come, by the rules as they are then.",
            left,
        )
        sentences.append(sentence % {"count": left})
    return sentences


def why_nothing_to_mark(asked: QuerySet[Assignment]) -> str:
    """Why a mail about a criterion is not sent; "" while a review lacks it."""
    if not asked.filter(application__call__release=None).exists():
        return _("Every review has a mark for it by now, or the decisions are published.")
    return ""


# --- The document -------------------------------------------------------------------------------------
def document_of(call: Call, wishes: Mapping[str, Any], against: Mapping[str, Any]) -> dict[str, Any]:
    """The whole document with these wishes in it: columns of the call, and criteria. The quorum follows from the reviews
    that are promised."""
    needed = quorum(Call(pk=call.pk, reviews_per_application=wishes["reviews_per_application"]))
    return {
        **against,
        **{key: wishes[name] for name, key in protocol.PARTS.items()},
        "quorum": {"organisations": needed.organisations, "readings": needed.reviews},
        "criteria": wishes["criteria"],
    }


def check(call: Call, document: Mapping[str, Any], against: Mapping[str, Any]) -> None:
    """Raises NotAllowed, with a sentence, unless the rules of the call could be these."""
    if document == against:
        raise NotAllowed(_("This changes nothing of the rules."))
    if not 1 <= document["seats"] <= MOST_SEATS or not 0 <= document["reserve"] <= MOST_SEATS:
        raise NotAllowed(_("A call has from 1 to %(most)s seats.") % {"most": MOST_SEATS})
    if call.numbered_seats.filter(number__gt=document["seats"]).exists():
        raise NotAllowed(_("More seats than these are given already."))
    if not 1 <= document["reviews_per_application"] <= MOST_REVIEWS:
        raise NotAllowed(_("An application has from 1 to %(most)s reviews.") % {"most": MOST_REVIEWS})
    keys = [one["name"] for one in document["criteria"]]
    if len(set(keys)) < len(keys) or not {one["name"] for one in against["criteria"]} <= set(keys):
        raise NotAllowed(_("Every criterion of the rules stays, under its own key."))
    weights = [int(one["weight"]) for one in document["criteria"]]
    if weights and (min(weights) < 1 or sum(weights) != rubric.WHOLE):
        raise NotAllowed(
            _("The weights add up to %(sum)s. Change them so that they add up to 100.")
            % {"sum": sum(weights)}
        )
    for one in document["criteria"]:
        if wrong := sorted(set(one["texts"]["anchors"]) - rubric.MARKS):
            raise NotAllowed(_("“%(mark)s” is no mark from 0 to 10.") % {"mark": wrong[0]})
        if not any(one["texts"]["title"].values()) or not any(one["texts"]["question"].values()):
            raise NotAllowed(_("Every criterion has a name and a question."))


# --- The verbs ----------------------------------------------------------------------------------------
@transaction.atomic
def propose(
    call: Call,
    wishes: Mapping[str, Any],
    *,
    asks_earlier: bool,
    reason: str,
    seen: str,
    by: User,
    now: datetime,
) -> Amendment:
    """Ask for other rules. `seen` is the hash of the rules that the page showed."""
    call = _locked(call)
    against = protocol.in_force(call)
    if against is None:
        raise NotAllowed(_("The rules are not sealed yet: change them where they are set up."))
    if seen != against.sha256:
        raise SomebodyWasFirst(_changed_since(_version(call, seen), against))
    if Amendment.objects.waiting().filter(call=call).exists():
        raise NotAllowed(_("Another amendment waits already. It is confirmed, refused or withdrawn first."))
    if not reason.strip():
        raise NotAllowed(_("Say why: the reason stays with the amendment."))
    document = document_of(call, wishes, against.document)
    check(call, document, against.document)
    amendment = Amendment.objects.create(
        call=call,
        against=against,
        wanted=document,
        asks_earlier=asks_earlier and len(document["criteria"]) > len(against.document["criteria"]),
        reason=reason.strip(),
        proposed_by=by,
        proposed_at=now,
    )
    history.record("call.amendment_proposed", **_about(amendment, by, now), reason=amendment.reason)
    notices.amendment_proposed(amendment, confirmers(call, by), now=now)
    return amendment


@transaction.atomic
def confirm(amendment: Amendment, *, by: User, now: datetime) -> None:
    """Put it in force: by a second manager, or by who proposed it where there is none."""
    amendment = _waiting(amendment)
    call, against = amendment.call, amendment.against
    if sentence := why_not_confirmed_by(amendment, by):
        raise NotAllowed(sentence)
    _must_be_current(amendment)
    check(call, amendment.wanted, against.document)
    made = sealing_rules.add(call, amendment.wanted, by=by, now=now)
    changes = amending.write(call, amendment.wanted, asks_earlier=amendment.asks_earlier)
    _must_be_written(call, made)
    is_alone = by.pk == amendment.proposed_by_id
    amendment.move_to(
        Amendment.Status.IN_FORCE, answered_by=by, answered_at=now, is_alone=is_alone, made=made
    )
    history.record(
        "call.amendment_confirmed",
        **_about(amendment, by, now),
        reason=amendment.reason,
        changes=changes,
        hash=made.sha256,
    )
    if amendment.asks_earlier:
        notices.criterion_to_mark(amendment, now=now)
    if not is_alone:
        notices.amendment_answered(amendment, now=now)


@transaction.atomic
def refuse(amendment: Amendment, *, reason: str, by: User, now: datetime) -> None:
    amendment = _waiting(amendment)
    if by.pk == amendment.proposed_by_id:
        raise NotAllowed(_("You proposed it: withdraw it."))
    if sentence := why_not_confirmed_by(amendment, by):
        raise NotAllowed(sentence)
    if not reason.strip():
        raise NotAllowed(_("Say why not: who proposed it reads your reason."))
    amendment.move_to(Amendment.Status.REFUSED, answered_by=by, answered_at=now, answer=reason.strip())
    history.record("call.amendment_refused", **_about(amendment, by, now), reason=reason.strip())
    notices.amendment_answered(amendment, now=now)


@transaction.atomic
def withdraw(amendment: Amendment, *, by: User, now: datetime) -> None:
    amendment = _waiting(amendment)
    if by.pk != amendment.proposed_by_id:
        raise NotAllowed(_("Only who proposed it withdraws it."))
    amendment.move_to(Amendment.Status.WITHDRAWN, answered_by=by, answered_at=now)
    history.record("call.amendment_withdrawn", **_about(amendment, by, now))


@transaction.atomic
def undo(amendment: Amendment, *, by: User, now: datetime) -> None:
    """Put the rules of before in force again, as another version: by either of those who made it, while nothing rests on
    it."""
    amendment = _again(amendment)
    if by.pk not in (amendment.proposed_by_id, amendment.answered_by_id):
        raise NotAllowed(_("Only those who proposed and confirmed it undo it."))
    if sentence := why_not_undone(amendment):
        raise NotAllowed(sentence)
    document = amendment.against.document
    restored = sealing_rules.add(amendment.call, document, by=by, now=now)
    changes = amending.write(amendment.call, document)
    _must_be_written(amendment.call, restored)
    amendment.move_to(Amendment.Status.UNDONE, undone_by=by, undone_at=now, restored=restored)
    history.record(
        "call.amendment_undone", **_about(amendment, by, now), changes=changes, hash=restored.sha256
    )


def _locked(call: Call) -> Call:
    """The call as it is now. Raising its version locks it, so that reviews and amendments take turns."""
    findings_version.changed(call)
    call = Call.objects.select_related("programme", "window").get(pk=call.pk)
    if call.is_released:
        raise NotAllowed(_("The decisions of this call are published, so its rules stay as they are."))
    return call


def _again(amendment: Amendment) -> Amendment:
    """The amendment as it is now, with its call locked."""
    call = _locked(amendment.call)
    with_people = Amendment.objects.select_related("against", "made", "proposed_by", "answered_by")
    current = with_people.get(pk=amendment.pk)
    current.call = call
    return current


def _waiting(amendment: Amendment) -> Amendment:
    current = _again(amendment)
    if not current.is_waiting:
        raise SomebodyWasFirst(
            _("%(person)s was first: this amendment is %(status)s.")
            % {"person": current.answered_by, "status": current.get_status_display()}
        )
    return current


def _version(call: Call, sha256: str) -> SealedProtocol | None:
    return SealedProtocol.objects.filter(call=call, sha256=sha256).last()


def _must_be_current(amendment: Amendment) -> None:
    newest = protocol.in_force(amendment.call)
    assert newest is not None  # what is proposed is against one
    if newest.pk != amendment.against_id:
        raise SomebodyWasFirst(_changed_since(amendment.against, newest))


def _changed_since(before: SealedProtocol | None, newest: SealedProtocol) -> str:
    """What the rules say otherwise than the person saw."""
    found = protocol_changes.between(before.document, newest.document) if before else []
    said = protocol_changes.in_a_line(found)
    sentence = _("The rules were changed meanwhile, so look at it again and propose it anew.")
    return f"{sentence} {said}".strip()


def _must_be_written(call: Call, sealed: SealedProtocol) -> None:
    """What is published is what the rows say, to the byte: else nothing of it stands."""
    if protocol.of(Call.objects.get(pk=call.pk)).digest != sealed.sha256:
        raise RuntimeError(f"The rules of {call} do not say what was sealed.")


def _about(amendment: Amendment, by: User, now: datetime) -> dict[str, Any]:
    call = amendment.call
    return {"about": call, "by": by, "programme": call.programme, "now": now, "amendment": amendment.pk}
