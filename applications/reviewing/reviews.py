"""Reviews: opening an application, keeping a draft, submitting it, and changing it before and after seeing the others'."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import User
from accelerator.transitions import NotAllowed, WrongValue
from applications.calls import findings_version
from applications.reviewing.models import HIGHEST, LOWEST, Assignment, Criterion, Review, ReviewVersion, Score
from applications.reviewing.permissions import must_not_be_released

MILLIONTH = Decimal("0.000001")
COMMENTS = ("comment_for_panel", "comment_for_applicant")


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
    criteria = assignment.application.call.criteria.all()
    _check(marks)
    _write(review, marks, criteria)
    review.comment_for_panel, review.comment_for_applicant = for_panel.strip(), for_applicant.strip()
    review.saved_at = now
    review.save(update_fields=["comment_for_panel", "comment_for_applicant", "saved_at"])
    return review


@transaction.atomic
def submit(
    assignment: Assignment,
    *,
    marks: Mapping[int, int],
    for_panel: str = "",
    for_applicant: str = "",
    reason: str = "",
    by: User,
    now: datetime,
) -> Review:
    """Submit a review with a mark for every criterion. Submitting again replaces it, with the old marks on record.

    Once its reviewer was shown what others gave, nothing is replaced: what differs is a version beside it, with a reason.

    Raises NotAllowed when a mark is missing or impossible, once the assignment is withdrawn or the call released, and for
    a version without its reason.
    """
    call = assignment.application.call
    findings_version.changed(call)
    review = _locked_review(assignment)
    criteria = list(call.criteria.all())
    _check(marks)
    if missing := [str(criterion) for criterion in criteria if criterion.pk not in marks]:
        raise NotAllowed(_("Still without a mark: %(criteria)s.") % {"criteria": ", ".join(missing)})
    words = {"comment_for_panel": for_panel.strip(), "comment_for_applicant": for_applicant.strip()}
    by_key = {criterion.key: marks[criterion.pk] for criterion in criteria}
    if review.is_submitted and review.assignment.others_seen_at is not None:
        given = ReviewVersion(
            review=review, marks=by_key, total=weighted_total(marks, criteria), submitted_at=now, **words
        )
        return _change(given, criteria, reason=reason.strip(), by=by)
    before = _marks_by_key(review) if review.is_submitted else None
    _write(review, marks, criteria)
    review.move_to(
        Review.Status.SUBMITTED,
        total=weighted_total(marks, criteria),
        submitted_at=now,
        saved_at=now,
        **words,
    )
    details: dict[str, Any] = {"marks": by_key}
    if before is not None:
        details["before"] = before
    history.record(
        "review.submitted" if before is None else "review.changed",
        review,
        by=by,
        programme=call.programme,
        now=now,
        **details,
    )
    return review


def _change(given: ReviewVersion, criteria: Collection[Criterion], *, reason: str, by: User) -> Review:
    """Keep what a reviewer gives after seeing the others' beside what stood before."""
    review, before = given.review, _marks_by_key(given.review)
    latest = review.versions.last()
    standing = before if latest is None else before | latest.marks
    differs = any(given.marks.get(key, mark) != mark for key, mark in standing.items()) or any(
        getattr(given, name) != getattr(review, name) for name in COMMENTS
    )
    if differs and not reason:
        raise WrongValue(
            "reason",
            _("You have seen what the others gave. Please say in a sentence why you change your review now."),
        )
    if added := [criterion for criterion in criteria if criterion.key not in before]:
        _mark_more(review, added, given.marks)
    if not (differs or added):
        return review
    if differs:
        if latest is None:
            latest = _as_first(review)
            latest.save(force_insert=True)
        given.number, given.reason = latest.number + 1, reason
        given.save(force_insert=True)
    review.comment_for_panel, review.comment_for_applicant = (
        given.comment_for_panel,
        given.comment_for_applicant,
    )
    review.submitted_at = review.saved_at = given.submitted_at
    review.save(update_fields=[*COMMENTS, "total", "submitted_at", "saved_at"])
    history.record(
        "review.changed_after_others" if differs else "review.changed",
        review,
        by=by,
        programme=review.assignment.application.call.programme,
        now=given.submitted_at,
        reason=reason if differs else "",
        marks=given.marks,
        before=standing,
    )
    return review


def _mark_more(review: Review, added: Collection[Criterion], marks: Mapping[str, int]) -> None:
    """Mark criteria that came into the rubric after this review: nothing stood there before, so it needs no reason."""
    Score.objects.bulk_create(
        [Score(review=review, criterion=criterion, value=marks[criterion.key]) for criterion in added]
    )
    scores = review.scores.select_related("criterion")
    review.total = weighted_total(
        {score.criterion_id: score.value for score in scores}, [score.criterion for score in scores]
    )


def _marks_by_key(review: Review) -> dict[str, int]:
    return dict(review.scores.values_list("criterion__key", "value"))


def _as_first(review: Review) -> ReviewVersion:
    """What stood before its reviewer saw the others', as the first of its versions; not saved yet."""
    assert review.total is not None
    assert review.submitted_at is not None
    return ReviewVersion(
        review=review,
        number=ReviewVersion.FIRST,
        marks=_marks_by_key(review),
        total=review.total,
        comment_for_panel=review.comment_for_panel,
        comment_for_applicant=review.comment_for_applicant,
        submitted_at=review.submitted_at,
    )


def _locked_review(assignment: Assignment) -> Review:
    """The review of an assignment that still stands, both with a row lock: nobody is shown the others' meanwhile."""
    must_not_be_released(assignment.application.call)
    stands = Review.objects.filter(assignment=assignment, assignment__withdrawn_at__isnull=True)
    locked = stands.select_related("assignment").select_for_update(of=("self", "assignment"), no_key=True)
    review = locked.first()  # a recusal in the meantime withdraws it too
    if review is None and Review.objects.filter(assignment=assignment).exists():
        raise NotAllowed(_("This assignment has been withdrawn, so nothing was saved."))
    if review is None:
        raise NotAllowed(_("Please say first that you have no conflict of interest with this startup."))
    review.assignment.application = assignment.application
    return review


def _check(marks: Mapping[int, int]) -> None:
    if wrong := [mark for mark in marks.values() if not LOWEST <= mark <= HIGHEST]:
        raise NotAllowed(_("%(mark)s is no mark from 0 to 10.") % {"mark": wrong[0]})


def _write(review: Review, marks: Mapping[int, int], criteria: Collection[Criterion]) -> None:
    marked = [one.pk for one in criteria if one.pk in marks]
    if len(marked) < len(criteria):
        review.scores.exclude(criterion__in=marked).delete()
    Score.objects.bulk_create(
        [Score(review=review, criterion_id=pk, value=marks[pk]) for pk in marked],
        update_conflicts=True,
        unique_fields=["review", "criterion"],
        update_fields=["value"],
    )
