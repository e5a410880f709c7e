"""Reviewing: who reads what, conflicts of interest, and what each reader thought."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.messages import outbox
from accelerator.models import Role, TeamMember, User
from accelerator.transitions import NotAllowed
from applications.applying.models import Application, Recusal
from applications.calls.models import Call
from applications.reviewing.models import (
    HIGHEST,
    LOWEST,
    Assignment,
    Criterion,
    Review,
    Reviewer,
    Score,
)

if TYPE_CHECKING:  # numpy and the solver are loaded where they are needed: most processes never plan readings
    from applications.reviewing import planning
    from applications.scoring.comparability import Comparability

MILLIONTH = Decimal("0.000001")
CROSS_READINGS = 20  # at most so many are proposed at a time


# --- Who may read what ----------------------------------------------------------------------------------
def active_reviewers(call: Call):
    """Those asked to review who still hold the role, and have not applied to the call themselves."""
    return (
        Reviewer.objects.filter(call=call)
        .filter(
            user__roles__programme=call.programme_id,
            user__roles__kind=Role.Kind.REVIEWER,
            user__roles__ended_at__isnull=True,
        )
        .exclude(user__in=call.applicants.values("user"))
    )


def conflicts(call: Call) -> set[tuple[int, int]]:
    """Pairs (application, reviewer) that must not meet: a declared conflict, or founders of the reader's own house."""
    reviewers = list(active_reviewers(call).values_list("pk", "user_id", "partner__domains"))
    by_user = {user: pk for pk, user, _domains in reviewers}
    declared = Recusal.objects.filter(application__call=call, user__in=by_user)
    found = {
        (application, by_user[user]) for application, user in declared.values_list("application", "user")
    }
    of_domain = defaultdict(set)
    for pk, _user, domains in reviewers:
        for domain in domains or ():
            of_domain[domain.lower()].add(pk)
    founders = TeamMember.objects.filter(startup__applications__call=call, left_at__isnull=True)
    for application, email in founders.values_list("startup__applications", "user__email"):
        found |= {(application, pk) for pk in of_domain[email.rpartition("@")[2]]}
    return found


# --- Assigning ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Proposal:
    """A plan of readings, with the hash of what it would write, so that what is applied is what was seen.

    All pairs are (application, reviewer).
    """

    plan: planning.Plan
    new: tuple[tuple[int, int], ...]  # to be assigned
    withdrawn: tuple[tuple[int, int], ...]  # assigned, not begun, and not in the plan
    fingerprint: str
    conflicts: frozenset[tuple[int, int]]

    @property
    def readings(self) -> list[tuple[int, int]]:
        """All that would be read once the plan is applied."""
        return sorted({*self.plan.kept, *self.plan.assignments})

    @cached_property
    def comparability(self) -> Comparability:
        """Whether these readings let reviewers be compared, before the first of them is made."""
        from applications.scoring.comparability import comparability

        return comparability(self.readings)

    @cached_property
    def cross_readings(self) -> tuple[tuple[int, int], ...]:
        """The further readings that would mend it, most useful first; none where it is well."""
        from applications.scoring.comparability import remedy

        if self.comparability.light == "green":
            return ()
        return remedy(self.readings, conflicts=self.conflicts, at_most=CROSS_READINGS).readings


def propose(call: Call, *, seed: int = 0, anew: bool = False) -> Proposal:
    """Plan the readings of all eligible applications.

    What is assigned stays, and only what is missing is added; `anew` shares out again what nobody has begun.
    """
    from applications.reviewing import planning

    readers = [
        planning.Reader(reviewer=pk, organisation=partner, cap=cap, tags=frozenset(topics))
        for pk, partner, cap, topics in active_reviewers(call).values_list(
            "pk", "partner", "capacity", "topics"
        )
    ]
    eligible = Application.objects.filter(call=call).eligible()
    wanted = [
        planning.ToRead(application=pk, readings=call.reviews_per_application, tags=frozenset(topics or ()))
        for pk, topics in eligible.values_list("pk", "answers__topics")
    ]
    live = Assignment.objects.live().filter(application__call=call)
    pairs = set(live.values_list("application", "reviewer"))
    kept = set(live.filter(review__isnull=False).values_list("application", "reviewer"))
    if not anew:
        active = {reader.reviewer for reader in readers}
        kept |= {pair for pair in pairs if pair[1] in active}
    barred = conflicts(call)
    found = planning.plan(wanted, readers, conflicts=barred, kept=kept, seed=seed)
    new = tuple(sorted(set(found.assignments) - pairs))
    withdrawn = tuple(sorted(pairs - kept - set(found.assignments)))
    written = json.dumps([new, withdrawn, sorted(kept)])
    fingerprint = hashlib.sha256(written.encode()).hexdigest()[:16]
    return Proposal(found, new, withdrawn, fingerprint, frozenset(barred))


@transaction.atomic
def assign(
    call: Call, *, fingerprint: str | None = None, seed: int = 0, anew: bool = False, by: User, now
) -> Proposal:
    """Apply the plan. With the `fingerprint` of the plan that was shown, refuse when it has changed since."""
    Call.objects.select_for_update(no_key=True).get(pk=call.pk)
    _must_not_be_released(call)
    proposal = propose(call, seed=seed, anew=anew)
    if fingerprint and fingerprint != proposal.fingerprint:
        raise NotAllowed(
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
    _tell_readers(call, Counter(reviewer for _application, reviewer in proposal.new), now)
    return proposal


def _tell_readers(call: Call, new: Mapping[int, int], now) -> None:
    """How many readings were added to whose queue."""
    for reviewer in Reviewer.objects.filter(pk__in=list(new)).select_related("user"):
        outbox.enqueue(
            "applications.readings_assigned",
            key=f"readings-assigned:{call.pk}:{reviewer.pk}:{now.isoformat()}",
            to=reviewer.user,
            context={
                "call": call,
                "count": new[reviewer.pk],
                "url": outbox.absolute(reverse("reviewing:review_queue")),
            },
            programme=call.programme,
            about=call,
            now=now,
        )


def possible_readers(application: Application) -> list[Reviewer]:
    """Who could still be asked: no conflict, not asked already, of an organisation not among its readers."""
    live = Assignment.objects.live().filter(application=application)
    organisations = set(live.exclude(reviewer__partner=None).values_list("reviewer__partner", flat=True))
    barred = {reviewer for pk, reviewer in conflicts(application.call) if pk == application.pk}
    candidates = active_reviewers(application.call).exclude(pk__in=barred).exclude(assignments__in=live)
    return list(
        candidates.exclude(partner__in=organisations).select_related("user", "partner").order_by("user__name")
    )


@transaction.atomic
def hand_on(assignment: Assignment, to: Reviewer, *, reason: str = "", by: User, now) -> Assignment:
    """Give a reading that nobody finished to another reader."""
    application = assignment.application
    Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    _must_not_be_released(application.call)
    if Review.objects.filter(assignment=assignment, status=Review.Status.SUBMITTED).exists():
        raise NotAllowed(_("%(reviewer)s has finished this one.") % {"reviewer": assignment.reviewer})
    if not Assignment.objects.filter(pk=assignment.pk, withdrawn_at__isnull=True).update(withdrawn_at=now):
        raise NotAllowed(_("This reading has been withdrawn already."))
    if to not in possible_readers(application):
        raise NotAllowed(
            _("%(reviewer)s cannot read this one: a conflict, or a reader of the same organisation.")
            % {"reviewer": to}
        )
    made = Assignment.objects.create(application=application, reviewer=to, assigned_by=by, assigned_at=now)
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
    _tell_readers(application.call, {to.pk: 1}, now)
    return made


@transaction.atomic
def hand_back(call: Call, who: User, *, now) -> int:
    """Withdraw what this person was asked to read in a call and has not finished. Returns how many readings.

    The reviews are locked first, so that one being handed in at this moment is either in or refused.
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


# --- Conflicts of interest ------------------------------------------------------------------------------
@transaction.atomic
def recuse(application: Application, *, who: User, reason: str, by: User, now) -> Recusal:
    """Keep somebody away from an application: they see neither file nor scores, and what they wrote does not count.

    Declared by themselves, best before the file opens, or pinned by a manager.
    """
    if not reason.strip():
        raise NotAllowed(_("Please say in a few words what the conflict is."))
    recusal, new = Recusal.objects.get_or_create(
        application=application,
        user=who,
        defaults={"reason": reason.strip(), "declared_by": by, "declared_at": now},
    )
    if new:
        Assignment.objects.filter(
            application=application, reviewer__user=who, withdrawn_at__isnull=True
        ).update(withdrawn_at=now)
        history.record(
            "application.conflict_declared",
            application,
            by=by,
            programme=application.call.programme,
            now=now,
            person=who.pk,
        )
    return recusal


@transaction.atomic
def begin(assignment: Assignment, *, by: User, now) -> Review:
    """Declare to be free of a conflict; this is what opens the file."""
    review, new = Review.objects.get_or_create(
        assignment=assignment, defaults={"opened_at": now, "saved_at": now}
    )
    if new:
        history.record(
            "application.opened_for_review",
            assignment.application,
            by=by,
            programme=assignment.application.call.programme,
            now=now,
            assignment=assignment.pk,
        )
    return review


# --- Reviews --------------------------------------------------------------------------------------------
def weighted_total(marks: Mapping[int, int], criteria: list[Criterion]) -> Decimal:
    """Weighted mean of the marks (by criterion's id), 0 to 10, to a millionth."""
    points = sum(marks[criterion.pk] * criterion.weight for criterion in criteria)
    whole = sum(criterion.weight for criterion in criteria)
    return (Decimal(points) / whole).quantize(MILLIONTH, ROUND_HALF_EVEN)


@transaction.atomic
def save_review(
    assignment: Assignment,
    *,
    marks: Mapping[int, int],
    for_panel: str = "",
    for_applicant: str = "",
    by: User,
    now,
) -> Review:
    """Keep a draft; marks may be missing."""
    review = _locked_review(assignment)
    if review.is_submitted:
        raise NotAllowed(_("This review is in. What you change counts only when you submit it again."))
    _write(review, marks, for_panel, for_applicant, now)
    review.save(update_fields=["comment_for_panel", "comment_for_applicant", "saved_at"])
    return review


@transaction.atomic
def submit_review(
    assignment: Assignment,
    *,
    marks: Mapping[int, int],
    for_panel: str = "",
    for_applicant: str = "",
    by: User,
    now,
) -> Review:
    """Hand in a review: a mark for every criterion. Submitting again replaces it, with the old marks on record."""
    review = _locked_review(assignment)
    criteria = list(assignment.application.call.criteria.all())
    missing = [str(criterion) for criterion in criteria if criterion.pk not in marks]
    if missing:
        raise NotAllowed(_("Still without a mark: %(criteria)s.") % {"criteria": ", ".join(missing)})
    before = dict(review.scores.values_list("criterion__key", "value")) if review.is_submitted else None
    _write(review, marks, for_panel, for_applicant, now)
    review.move_to(
        Review.Status.SUBMITTED,
        total=weighted_total(marks, criteria),
        submitted_at=now,
        saved_at=now,
        comment_for_panel=review.comment_for_panel,
        comment_for_applicant=review.comment_for_applicant,
    )
    history.record(
        "review.submitted" if before is None else "review.changed",
        review,
        by=by,
        programme=assignment.application.call.programme,
        now=now,
        marks={criterion.key: marks[criterion.pk] for criterion in criteria},
        **({} if before is None else {"before": before}),
    )
    return review


def _locked_review(assignment: Assignment) -> Review:
    """The review of a reading that still stands, locked until it is written."""
    _must_not_be_released(assignment.application.call)
    stands = Review.objects.filter(assignment=assignment, assignment__withdrawn_at__isnull=True)
    review = stands.select_for_update(of=["self"]).first()  # a conflict declared meanwhile withdraws it, too
    if review is None and Review.objects.filter(assignment=assignment).exists():
        raise NotAllowed(_("This reading has been withdrawn, so nothing was saved."))
    if review is None:
        raise NotAllowed(_("Please say first that you have no conflict of interest with this startup."))
    review.assignment = assignment
    return review


def _write(review: Review, marks: Mapping[int, int], for_panel: str, for_applicant: str, now) -> None:
    if wrong := [mark for mark in marks.values() if not LOWEST <= mark <= HIGHEST]:
        raise NotAllowed(_("%(mark)s is no mark from 0 to 10.") % {"mark": wrong[0]})
    criteria = review.assignment.application.call.criteria.all()
    asked = [one.pk for one in criteria if one.pk in marks]
    if len(asked) < len(criteria):
        review.scores.exclude(criterion__in=asked).delete()
    Score.objects.bulk_create(
        [Score(review=review, criterion_id=pk, value=marks[pk]) for pk in asked],
        update_conflicts=True,
        unique_fields=["review", "criterion"],
        update_fields=["value"],
    )
    review.comment_for_panel, review.comment_for_applicant = for_panel.strip(), for_applicant.strip()
    review.saved_at = now


def _must_not_be_released(call: Call) -> None:
    if call.is_released:
        raise NotAllowed(_("The decisions of this call are published, so its reviews are closed."))
