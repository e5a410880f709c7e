"""What leaves with a reviewer who has a conflict: their words in a letter that waits."""

from datetime import datetime

from applications.reviewing import conflicts
from applications.reviewing.models import Assignment, Review
from applications.selecting import letters


@conflicts.arisen
def words_leave_the_letter(assignment: Assignment, now: datetime) -> None:
    review = Review.objects.filter(assignment=assignment).first()
    if review is not None and review.is_submitted:
        earlier = review.versions.values_list(
            "comment_for_applicant", flat=True
        )  # of which the letter may be
        letters.take_out(assignment.application, [review.comment_for_applicant, *earlier], now=now)
