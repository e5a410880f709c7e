"""The rubric, reviewers, what is assigned to them, their recusals, and their reviews."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accelerator import clock
from accelerator.models import Partner, Role, User
from accelerator.records.fields import LocalisedTextField, PublicIdField, localised
from accelerator.transitions import HasStatus
from applications.applying import conflict_rows
from applications.applying.conflict_rows import Conflict
from applications.applying.models import Application, readable_otherwise
from applications.calls.models import Call, applicants, applied_to_by

LOWEST, HIGHEST = 0, 10


class Criterion(models.Model):
    """One line of the rubric, scored 0–10 against written anchors. Weights of a call sum to 100."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    key = models.SlugField()
    name = LocalisedTextField()
    question = LocalisedTextField()
    weight = models.PositiveSmallIntegerField()
    anchors = models.JSONField(default=dict, help_text='{"0": {"en": "…"}, "10": {"en": "…"}}')
    position = models.PositiveSmallIntegerField(default=0)
    asks_earlier = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="An amendment added it, and asked those who had reviewed before to mark it too.",
    )

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "criteria"
        constraints = [models.UniqueConstraint(fields=["call", "key"], name="a_criterion_is_listed_once")]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def meanings(self) -> list[tuple[str, str]]:
        """What its marks mean, from the lowest: pairs of a mark and its words in the reader's language."""
        return [(mark, str(localised(self.anchors[mark]))) for mark in sorted(self.anchors, key=int)]


class ReviewerQuerySet(models.QuerySet):
    def active_for(self, call: Call):
        """Those listed for a call who still hold the role and have not applied to it themselves."""
        roles = Role.objects.live().filter(programme=call.programme_id, kind=Role.Kind.REVIEWER)
        return self.filter(call=call, user__in=roles.values("user")).exclude(
            user__in=call.applicants.values("user")
        )

    def taking_more(self):
        """Those who are not paused: only they are asked to review anything else."""
        return self.filter(paused_at__isnull=True)

    def active_of(self, user: User):
        """Where somebody is listed, still holds the role and has not applied."""
        roles = Role.objects.live().filter(user=user, kind=Role.Kind.REVIEWER)
        listed = self.filter(user=user, call__programme__in=roles.values("programme"))
        return listed.exclude(pk__in=listed.who_applied().values("pk"))

    def who_applied(self):
        """Those who have a part in an application to the very call they are listed for."""
        part = applicants(startup__applications__call=models.OuterRef("call"), user=models.OuterRef("user"))
        return self.filter(models.Exists(part))


class Reviewer(models.Model):
    """Somebody who reviews for one call: for which partner, what they know, and how many reviews they promised."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="reviewers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reviewing")
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="reviewers"
    )
    topics = models.JSONField(default=list, blank=True, help_text="Keys of the programme's topics.")
    capacity = models.PositiveSmallIntegerField(default=30, help_text="Reviews promised.")
    is_chair = models.BooleanField(
        _("chair"),
        default=False,
        db_default=False,
        help_text=_(
            "May confirm what a manager with a conflict proposes, and a release with something amiss."
        ),
    )

    paused_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since when they are asked nothing else; what they have stays with them.",
    )

    objects = ReviewerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "user"], name="a_reviewer_is_listed_once_per_call")
        ]

    def __str__(self) -> str:
        return str(self.user)


class AwaitedReviewer(models.Model):
    """Somebody who is asked in to review for this call, with what they will be listed with once they accept."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="awaited_reviewers")
    email = models.EmailField()
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    topics = models.JSONField(default=list, blank=True)
    capacity = models.PositiveSmallIntegerField(default=30)
    made_at = models.DateTimeField(default=clock.real_now, help_text="By the machine's clock.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "email"], name="a_reviewer_is_awaited_once_per_call")
        ]

    def __str__(self) -> str:
        return self.email


class AssignmentQuerySet(models.QuerySet):
    def of(self, user):
        """What is assigned to this reviewer now: sealed, not withdrawn, no conflict, no call to which they applied."""
        held = Role.objects.held_by(user, Role.Kind.REVIEWER)
        return self.standing().filter(
            ~Q(application__in=conflict_rows.of(user)),
            ~Q(application__call__in=applied_to_by(user)),
            reviewer__user_id=user.pk or 0,
            application__call__programme__in=held.values("programme"),
        )

    def visible_to(self, user):
        return self.of(user)

    def standing(self):
        """Not withdrawn, of a sealed application; whatever its reviewer has a conflict with included."""
        return self.filter(
            withdrawn_at__isnull=True,
            application__status=Application.Status.SUBMITTED,
            application__sealed_at__isnull=False,
        )

    def live(self):
        """Those that count: without a conflict, and not by somebody who applied to the call."""
        return self.standing().exclude(pk__in=_in_conflict())

    def in_conflict(self):
        """Those that stood until a conflict arose; `conflicts.settle` takes them away."""
        return self.standing().filter(pk__in=_in_conflict())

    def of_eligible(self):
        """Those of applications that may be reviewed."""
        return self.filter(application__eligibility=Application.Eligibility.ELIGIBLE)

    def owed_by(self, user):
        """What this reviewer has still to review: until they have, they see nobody's scores of it."""
        return self.of(user).unfinished()

    def awaiting_review(self):
        return self.live().unfinished()

    def unfinished(self):
        return self.exclude(review__status=Review.Status.SUBMITTED)

    def reviewed(self):
        return self.live().filter(review__status=Review.Status.SUBMITTED)

    def with_total_given(self):
        """Each with `total_given`, the latest total of its review, changed after seeing the others' or not."""
        latest = ReviewVersion.objects.filter(review=models.OuterRef("review")).order_by("-number")
        return self.annotate(
            total_given=Coalesce(models.Subquery(latest.values("total")[:1]), "review__total")
        )

    def unaware_of_others(self):
        """Those reviewed whose reviewer has not been shown what others gave, though somebody else has handed in."""
        others = Review.objects.filter(
            status=Review.Status.SUBMITTED, assignment__application=models.OuterRef("application")
        ).exclude(assignment__reviewer=models.OuterRef("reviewer"))
        mine = self.filter(others_seen_at__isnull=True, review__status=Review.Status.SUBMITTED)
        return mine.filter(models.Exists(others))

    def asked_once_more(self):
        """Those whose finished review lacks a criterion that an amendment asks of it; it counts without until then."""
        return self.filter(_lacks_a_criterion(), review__status=Review.Status.SUBMITTED)

    def with_asked_once_more(self):
        """Each with `lacks_a_mark`: whether an amendment asks a criterion of it that its review does not mark."""
        return self.annotate(lacks_a_mark=_lacks_a_criterion())


def _lacks_a_criterion() -> models.Exists:
    """On an assignment: its call has a criterion that is asked of earlier reviews, and its review has no mark for it."""
    review_of = models.OuterRef(models.OuterRef("pk"))
    marked = Score.objects.filter(criterion=models.OuterRef("pk"), review__assignment=review_of)
    asked = Criterion.objects.filter(call=models.OuterRef("application__call"), asks_earlier=True)
    return models.Exists(asked.filter(~models.Exists(marked)))


def _in_conflict() -> models.QuerySet:
    """The ids of all assignments whose reviewer must not see their application. Asked once in a query, not line by line."""
    pair = Conflict.objects.filter(
        application=models.OuterRef("application"), user=models.OuterRef("reviewer__user")
    )
    applied = Q(reviewer__in=Reviewer.objects.who_applied())
    unsettled = Assignment.objects.filter(withdrawn_at__isnull=True)
    return unsettled.filter(models.Exists(pair) | applied).values("pk")


class Assignment(models.Model):
    """This reviewer is asked to review this application."""

    public_id = PublicIdField()
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="assignments")
    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="assignments")
    assigned_at = models.DateTimeField(default=clock.now)
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    handed_on_from = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The assignment whose place this one takes.",
    )
    conflict_found_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When a conflict of its reviewer was found: its review is kept and does not count.",
    )
    others_seen_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When its reviewer was first shown what others gave: the marks of before stay as they are.",
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "reviewer"],
                condition=Q(withdrawn_at__isnull=True),
                name="a_reviewer_is_assigned_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reviewer} reviews {self.application}"


@readable_otherwise
def what_reviewers_read(user: User):
    """What this reviewer is asked to read and declared to be free of a conflict with; once the decisions are published,
    only what has a place."""
    mine = Assignment.objects.of(user).filter(review__isnull=False)
    waiting = Q(application__call__release__isnull=True)
    has_a_place = Q(application__offer__status__in=["open", "accepted", "declining"])
    return mine.filter(waiting | has_a_place).values("application")


class ReviewQuerySet(models.QuerySet):
    def counted(self):
        """Finished reviews that count: neither withdrawn nor by somebody with a conflict."""
        return self.filter(
            status=Review.Status.SUBMITTED, assignment__in=Assignment.objects.live().values("pk")
        )

    def counted_of(self, call: Call):
        """The same for one call, of its eligible applications."""
        eligible = Application.objects.filter(call=call).eligible()
        return self.counted().filter(assignment__application__in=eligible)

    def beside(self, own: "Review"):
        """The others' reviews of the same application; none before one's own is in and one has asked to see them."""
        if not own.is_submitted or own.assignment.others_seen_at is None:
            return self.none()
        return self.others_of(own.assignment)

    def others_of(self, assignment: Assignment):
        """The others' reviews of the application that is assigned, whether they may be shown or not."""
        counted = self.counted().filter(assignment__application=assignment.application_id)
        return counted.exclude(assignment=assignment)

    def visible_to(self, user):
        """One's own; others' of what one has reviewed, once one asked for them; and of what one manages, unless one's own
        review is still owed."""
        own = Assignment.objects.of(user)
        owed = Assignment.objects.owed_by(user)
        reviewed = own.filter(review__status=Review.Status.SUBMITTED, others_seen_at__isnull=False)
        managed = Application.objects.managed_by(user).exclude(pk__in=owed.values("application"))
        return self.filter(
            Q(assignment__in=own.values("pk"))
            | Q(pk__in=self.counted().filter(assignment__application__in=reviewed.values("application")))
            | Q(pk__in=self.counted().filter(assignment__application__in=managed.values("pk")))
        )


class Review(HasStatus):
    """What one reviewer wrote: a draft until submitted; after that, a change is a new submit.

    Once its reviewer was shown what others gave, its marks and its total stay as they are, and a change is a version
    beside them, with a reason. The comments are always the latest.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")

    TRANSITIONS = {Status.DRAFT: {Status.SUBMITTED}, Status.SUBMITTED: {Status.SUBMITTED}}

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="review")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    comment_for_panel = models.TextField(_("for the panel"), blank=True)
    comment_for_applicant = models.TextField(_("for the applicant"), blank=True)
    total = models.DecimalField(
        max_digits=8, decimal_places=6, null=True, blank=True, help_text="Weighted mean of the scores, 0–10."
    )
    opened_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft") | Q(total__isnull=False, submitted_at__isnull=False),
                name="a_submitted_review_has_a_total",
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.total}"

    @property
    def is_submitted(self) -> bool:
        return self.status == self.Status.SUBMITTED


class Score(models.Model):
    """The mark for one criterion in one review."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    value = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "criterion"], name="a_criterion_is_scored_once_per_review"
            ),
            models.CheckConstraint(
                condition=Q(value__gte=LOWEST, value__lte=HIGHEST), name="a_score_is_between_0_and_10"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"


class ReviewVersion(models.Model):
    """A review that was changed after its reviewer had seen the others': number 1 is what stood before, later ones have
    a reason. None where nothing was changed then. Rows are added, never changed."""

    FIRST = 1

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    marks = models.JSONField(help_text="By the key of a criterion.")
    total = models.DecimalField(
        max_digits=8, decimal_places=6, help_text="Weighted mean of these marks, 0–10."
    )
    comment_for_panel = models.TextField(blank=True)
    comment_for_applicant = models.TextField(blank=True)
    reason = models.TextField(blank=True, help_text="Why it was changed after seeing the others’.")
    submitted_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="versions_of_a_review_are_numbered"),
            models.CheckConstraint(
                condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
                name="a_later_version_of_a_review_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review}, version {self.number}"
