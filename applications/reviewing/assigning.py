"""Assigning: which reviewer is asked to review which application, by a plan or one by one."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history, wording
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying.models import Answer, Application
from applications.calls.models import Call
from applications.reviewing import notices
from applications.reviewing.conflicts import conflicts
from applications.reviewing.models import Assignment, Review, Reviewer
from applications.reviewing.permissions import must_not_be_released
from applications.reviewing.sight import Sight

if TYPE_CHECKING:  # numpy and the solver are loaded where they are needed: most processes never plan
    from applications.reviewing import planning
    from applications.scoring.comparability import Comparability

FURTHER_ASSIGNMENTS = 20  # at most so many are proposed at a time


@dataclass(frozen=True)
class HandedOn:
    """An assignment that was handed on, and why it cannot go back; "" while it can."""

    assignment: Assignment
    why_not: str


@dataclass(frozen=True)
class Proposal:
    """A plan of assignments, with the hash of what it would write, so that what is applied is what was seen.

    All pairs are (application, reviewer).
    """

    plan: planning.Plan
    new: tuple[tuple[int, int], ...]  # to be assigned
    withdrawn: tuple[tuple[int, int], ...]  # assigned, not begun, and not in the plan
    fingerprint: str
    conflicts: frozenset[tuple[int, int]]

    @property
    def is_applied(self) -> bool:
        """Applying it would change nothing."""
        return not self.new and not self.withdrawn

    @property
    def assignments(self) -> list[tuple[int, int]]:
        """All that would stand once the plan is applied."""
        return sorted({*self.plan.kept, *self.plan.assignments})

    @cached_property
    def comparability(self) -> Comparability:
        """Whether these assignments let reviewers be compared, before the first review is written."""
        from applications.scoring.comparability import comparability

        return comparability(self.assignments)

    @cached_property
    def further_assignments(self) -> tuple[tuple[int, int], ...]:
        """What would join the reviewers better, most useful first; nothing where they are joined well enough."""
        from applications.scoring.comparability import Light, remedy

        if self.comparability.light == Light.GREEN:
            return ()
        return remedy(self.assignments, conflicts=self.conflicts, at_most=FURTHER_ASSIGNMENTS).assignments


def propose(
    call: Call, *, seed: int = 0, anew: bool = False, without: frozenset[int] = frozenset()
) -> Proposal:
    """Plan the assignments of all eligible applications, but those that whoever plans has a conflict with.

    What is assigned stays, and only what is missing is added; `anew` plans again what nobody has begun.
    """
    from applications.reviewing import planning

    reviewers = [
        planning.Reader(
            reviewer=pk, organisation=partner, cap=0 if paused_at else cap, tags=frozenset(topics)
        )
        for pk, partner, cap, topics, paused_at in Reviewer.objects.active_for(call).values_list(
            "pk", "partner", "capacity", "topics", "paused_at"
        )
    ]
    eligible = Application.objects.filter(call=call).exclude(pk__in=without).eligible()
    said = Answer.objects.filter(application__in=eligible, key="topics")
    topics_of = dict(said.values_list("application", "value"))
    wanted = [
        planning.ToRead(
            application=pk,
            reviews=call.reviews_per_application,
            tags=frozenset(topics_of.get(pk) or ()),
        )
        for pk in eligible.values_list("pk", flat=True)
    ]
    live = Assignment.objects.live().filter(application__call=call).exclude(application__in=without)
    pairs = set(live.values_list("application", "reviewer"))
    kept = set(live.filter(review__isnull=False).values_list("application", "reviewer"))
    if not anew:
        active = {one.reviewer for one in reviewers}
        kept |= {pair for pair in pairs if pair[1] in active}
    conflicting = {pair for pair in conflicts(call) if pair[0] not in without}
    plan = planning.plan(wanted, reviewers, conflicts=conflicting, kept=kept, seed=seed)
    new = tuple(sorted(set(plan.assignments) - pairs))
    withdrawn = tuple(sorted(pairs - kept - set(plan.assignments)))
    written = json.dumps([new, withdrawn, sorted(kept)])
    fingerprint = hashlib.sha256(written.encode()).hexdigest()[:16]
    return Proposal(plan, new, withdrawn, fingerprint, frozenset(conflicting))


@transaction.atomic
def assign(
    call: Call,
    *,
    fingerprint: str | None = None,
    seed: int = 0,
    anew: bool = False,
    by: User,
    now: datetime,
) -> Proposal:
    """Apply the plan. With the `fingerprint` of the plan that was shown, refuse when it has changed since."""
    Call.objects.select_for_update(no_key=True).get(pk=call.pk)
    must_not_be_released(call)
    proposal = propose(call, seed=seed, anew=anew, without=Sight(by, call).barred)
    if fingerprint is not None and fingerprint != proposal.fingerprint:
        raise SomebodyWasFirst(
            _("Something changed since this plan was drawn up. Here is the new one; please look again.")
        )
    for application, reviewer in proposal.withdrawn:
        Assignment.objects.filter(
            application=application, reviewer=reviewer, withdrawn_at__isnull=True, review__isnull=True
        ).update(withdrawn_at=now)
    Assignment.objects.bulk_create(
        [
            Assignment(application_id=application, reviewer_id=reviewer, assigned_by=by, assigned_at=now)
            for application, reviewer in proposal.new
        ]
    )
    history.record(
        "call.assigned",
        call,
        by=by,
        programme=call.programme,
        now=now,
        new=len(proposal.new),
        kept=len(proposal.plan.kept),
        withdrawn=len(proposal.withdrawn),
        seed=seed,
    )
    notices.assigned(call, Counter(reviewer for _application, reviewer in proposal.new), now=now)
    return proposal


def possible_reviewers(application: Application) -> list[Reviewer]:
    """Who could still be asked: no conflict, not asked already, and of a partner not among those who were."""
    live = Assignment.objects.live().filter(application=application)
    partners = set(live.exclude(reviewer__partner=None).values_list("reviewer__partner", flat=True))
    conflicting = {reviewer for pk, reviewer in conflicts(application.call) if pk == application.pk}
    candidates = Reviewer.objects.active_for(application.call).taking_more().exclude(pk__in=conflicting)
    candidates = candidates.exclude(assignments__in=live).exclude(partner__in=partners)
    return list(candidates.select_related("user", "partner").order_by("user__name"))


def has_room_for(assignment: Assignment) -> bool:
    """Whether a withdrawn assignment can come back: a review is missing, and its reviewer may still write it."""
    application = assignment.application
    assigned = Assignment.objects.live().filter(application=application).count()
    is_missing = assigned < application.call.reviews_per_application
    return is_missing and assignment.reviewer in possible_reviewers(application)


@transaction.atomic
def hand_on(
    assignment: Assignment,
    to: Reviewer,
    *,
    was_begun: bool | None = None,
    reason: str = "",
    by: User,
    now: datetime,
) -> Assignment:
    """Assign to another reviewer what the first has not finished. Raises NotAllowed when `to` may not review it.

    `was_begun` is what its page said: SomebodyWasFirst where the reviewer has begun since, whose draft would be lost.
    """
    application = assignment.application
    Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    must_not_be_released(application.call)
    review = Review.objects.filter(assignment=assignment).first()
    if review and review.is_submitted:
        raise NotAllowed(_("%(reviewer)s has finished this one.") % {"reviewer": assignment.reviewer})
    if review and was_begun is False:
        raise SomebodyWasFirst(
            _("%(reviewer)s has begun this one, %(when)s. Hand it on once more if you still want to.")
            % {"reviewer": assignment.reviewer, "when": wording.moment(review.opened_at, by.zone)}
        )
    if not Assignment.objects.filter(pk=assignment.pk, withdrawn_at__isnull=True).update(withdrawn_at=now):
        raise NotAllowed(_("This assignment has been withdrawn already."))
    if to not in possible_reviewers(application):
        raise NotAllowed(
            _("%(reviewer)s cannot review this one: a conflict, or a reviewer of the same organisation.")
            % {"reviewer": to}
        )
    made = Assignment.objects.create(
        application=application, reviewer=to, assigned_by=by, assigned_at=now, handed_on_from=assignment
    )
    history.record(
        "application.handed_on",
        application,
        by=by,
        programme=application.call.programme,
        now=now,
        reason=reason,
        from_reviewer=assignment.reviewer_id,
        to_reviewer=to.pk,
    )
    notices.assigned(application.call, {to.pk: 1}, now=now)
    return made


def handed_on_by(call: Call, user: User) -> list[HandedOn]:
    """What this person handed on in a call and still stands, the latest first."""
    handed = (
        Assignment.objects.standing()
        .filter(application__call=call, handed_on_from__isnull=False, assigned_by=user)
        .exclude(application__in=Sight(user, call).barred)
        .select_related("application__startup", "application__call", "reviewer__user", "review")
        .select_related("handed_on_from__reviewer__user")
        .order_by("-assigned_at", "-pk")
    )
    return [HandedOn(assignment, why_not_taken_back(assignment)) for assignment in handed]


def why_not_taken_back(assignment: Assignment) -> str:
    """Why what was handed on stays where it is, as a sentence; "" while it can go back."""
    if assignment.application.call.is_released:
        return _("The decisions are published.")
    if assignment.withdrawn_at or assignment.handed_on_from is None:
        return _("This assignment is no longer with %(reviewer)s.") % {"reviewer": assignment.reviewer}
    if hasattr(assignment, "review"):
        return _("%(reviewer)s has begun it.") % {"reviewer": assignment.reviewer}
    return ""


@transaction.atomic
def undo_hand_on(assignment: Assignment, *, by: User, now: datetime) -> Assignment:
    """Give what one handed on back to whom it was with, a draft of theirs with it, while nobody has begun it anew.

    Raises NotAllowed for anybody else's, once its reviewer has begun, and where the first may not review it any more.
    """
    application = assignment.application
    Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    must_not_be_released(application.call)
    assignment = Assignment.objects.select_related(
        "application__call", "reviewer__user", "review", "handed_on_from__reviewer__user"
    ).get(pk=assignment.pk)
    if assignment.assigned_by_id != by.pk:
        raise NotAllowed(_("Only who did it can undo it."))
    if reason := why_not_taken_back(assignment):
        raise SomebodyWasFirst(_("This can no longer be undone.") + " " + reason)
    first = assignment.handed_on_from
    assert first is not None  # else it would have stayed
    Assignment.objects.filter(pk=assignment.pk).update(withdrawn_at=now)
    if first.reviewer not in possible_reviewers(application):
        raise NotAllowed(
            _("%(reviewer)s can no longer review this one, so it stays where it is.")
            % {"reviewer": first.reviewer}
        )
    Assignment.objects.filter(pk=first.pk).update(withdrawn_at=None)
    history.record(
        "application.hand_on_undone",
        application,
        by=by,
        programme=application.call.programme,
        now=now,
        from_reviewer=assignment.reviewer_id,
        to_reviewer=first.reviewer_id,
    )
    return first


@transaction.atomic
def hand_back(call: Call, who: User, *, now: datetime) -> int:
    """Withdraw what this person was asked to review in a call and has not finished. Returns how many assignments.

    The reviews are locked first, so that one being submitted at this moment is either in or refused.
    """
    list(
        Review.objects.select_for_update().filter(
            assignment__reviewer__user=who, assignment__application__call=call
        )
    )
    unfinished = Assignment.objects.filter(
        reviewer__user=who, application__call=call, withdrawn_at__isnull=True
    ).exclude(review__status=Review.Status.SUBMITTED)
    return Assignment.objects.filter(pk__in=list(unfinished.values_list("pk", flat=True))).update(
        withdrawn_at=now
    )
