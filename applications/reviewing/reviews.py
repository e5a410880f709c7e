"""Reviews: opening an application, keeping a draft, submitting it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.calls import findings_version
from applications.reviewing.models import HIGHEST, LOWEST, Assignment, Criterion, Review, Score
from applications.reviewing.permissions import must_not_be_released

MILLIONTH = Decimal("0.000001")


@transaction.atomic
def begin(assignment: Assignment, *, by: User, now: datetime) -> Review:
    """Open an application to its reviewer, who declares to have no conflict of interest."""
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


def weighted_total(marks: Mapping[int, int], criteria: Collection[Criterion]) -> Decimal:
    """Weighted mean of the marks (by criterion's id), 0 to 10, to a millionth."""
    points = sum(marks[criterion.pk] * criterion.weight for criterion in criteria)
    whole = sum(criterion.weight for criterion in criteria)
    return (Decimal(points) / whole).quantize(MILLIONTH, ROUND_HALF_EVEN)


@transaction.atomic
def save(
    assignment: Assignment,
    *,
    marks: Mapping[int, int],
    for_panel: str = "",
    for_applicant: str = "",
    by: User,
    now: datetime,
) -> Review:
    """Save a draft; marks may be missing."""
    review = _locked_review(assignment)
    if review.is_submitted:
        raise NotAllowed(_("This review is in. What you change counts only when you submit it again."))
    _write(review, marks, for_panel, for_applicant, now)
    review.save(update_fields=["comment_for_panel", "comment_for_applicant", "saved_at"])
    return review


@transaction.atomic
def submit(
    assignment: Assignment,
    *,
    marks: Mapping[int, int],
    for_panel: str = "",
    for_applicant: str = "",
    by: User,
    now: datetime,
) -> Review:
    """Submit a review with a mark for every criterion. Submitting again replaces it, with the old marks on record.

    Raises NotAllowed when a mark is missing or impossible, and once the assignment is withdrawn or the call released.
    """
    findings_version.changed(assignment.application.call)
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
    details: dict[str, Any] = {"marks": {criterion.key: marks[criterion.pk] for criterion in criteria}}
    if before is not None:
        details["before"] = before
    history.record(
        "review.submitted" if before is None else "review.changed",
        review,
        by=by,
        programme=assignment.application.call.programme,
        now=now,
        **details,
    )
    return review


def _locked_review(assignment: Assignment) -> Review:
    """The review of an assignment that still stands, with a row lock."""
    must_not_be_released(assignment.application.call)
    stands = Review.objects.filter(assignment=assignment, assignment__withdrawn_at__isnull=True)
    review = stands.select_for_update(of=["self"]).first()  # a recusal in the meantime withdraws it too
    if review is None and Review.objects.filter(assignment=assignment).exists():
        raise NotAllowed(_("This assignment has been withdrawn, so nothing was saved."))
    if review is None:
        raise NotAllowed(_("Please say first that you have no conflict of interest with this startup."))
    review.assignment = assignment
    return review


def _write(
    review: Review, marks: Mapping[int, int], for_panel: str, for_applicant: str, now: datetime
) -> None:
    if wrong := [mark for mark in marks.values() if not LOWEST <= mark <= HIGHEST]:
        raise NotAllowed(_("%(mark)s is no mark from 0 to 10.") % {"mark": wrong[0]})
    criteria = review.assignment.application.call.criteria.all()
    marked = [one.pk for one in criteria if one.pk in marks]
    if len(marked) < len(criteria):
        review.scores.exclude(criterion__in=marked).delete()
    Score.objects.bulk_create(
        [Score(review=review, criterion_id=pk, value=marks[pk]) for pk in marked],
        update_conflicts=True,
        unique_fields=["review", "criterion"],
        update_fields=["value"],
    )
    review.comment_for_panel, review.comment_for_applicant = for_panel.strip(), for_applicant.strip()
    review.saved_at = now
