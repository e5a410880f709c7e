"""A startup's application to one call, and the immutable versions that it submitted."""

from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accelerator import clock
from accelerator.models import Startup, StoredFile, User
from accelerator.records.fields import PublicIdField
from accelerator.registry import Registry
from accelerator.transitions import HasStatus
from applications.applying import conflict_rows
from applications.calls import window
from applications.calls.models import Call

# Functions of a user: the ids of what a higher package lets them read, beside what the queryset knows by itself.
readable_otherwise = Registry()


class ApplicationQuerySet(models.QuerySet):
    def of(self, user):
        """Applications of startups in whose team this person is."""
        return self.filter(startup__in=Startup.objects.of(user))

    def managed_by(self, user):
        """Everything in the calls that this person manages and is no applicant of, but what they have a conflict with."""
        return self.filter(call__in=Call.objects.managed_by(user)).not_in_conflict_with(user)

    def not_in_conflict_with(self, user):
        """Without what this person has a conflict with. Of a call that they have been let into as its manager, this is all
        of `managed_by`, in a third of the time."""
        return self.exclude(pk__in=conflict_rows.of(user))

    def in_conflict_with(self, user):
        """What this person has a conflict with."""
        return self.filter(pk__in=conflict_rows.of(user))

    def visible_to(self, user):
        """What this person may read: their own, what they manage, and what higher packages let them read."""
        mine = Q(startup__in=Startup.objects.of(user))
        managed = Q(pk__in=ApplicationQuerySet(self.model).managed_by(user).submitted().values("pk"))
        visible = mine | managed
        for ids_for in readable_otherwise:
            visible |= Q(pk__in=ids_for(user))
        return self.filter(visible)

    def submitted(self):
        return self.filter(status=Application.Status.SUBMITTED)

    def drafts(self):
        return self.filter(status=Application.Status.DRAFT)

    def with_something_not_in(self):
        """Drafts, and what was saved again after it was submitted."""
        saved_since = Q(status=Application.Status.SUBMITTED) & ~Q(draft_version=F("submitted_draft_version"))
        return self.filter(Q(status=Application.Status.DRAFT) | saved_since)

    def sealed(self):
        return self.submitted().filter(sealed_at__isnull=False)

    def awaiting_screening(self):
        return self.sealed().filter(eligibility=Application.Eligibility.UNSCREENED)

    def eligible(self):
        return self.sealed().filter(eligibility=Application.Eligibility.ELIGIBLE)

    def with_end(self):
        """Each with `ends_at`, the one that `Application.deadline` says; PostgreSQL's greatest leaves out what is empty."""
        ends_at = Greatest("call__window__closes_at", "call__window__extended_until", "extended_until")
        return self.annotate(ends_at=ends_at)

    def ended_by(self, moment: datetime):
        """Those whose own deadline has come by then."""
        return self.with_end().filter(ends_at__lte=moment)

    def given_more_time(self):
        """Those that an extension keeps open, or that are about to be sealed after one."""
        extended = Q(extended_until__isnull=False) | Q(call__window__extended_until__isnull=False)
        return self.exclude(status=Application.Status.WITHDRAWN).filter(extended, sealed_at=None)

    def submissions_per_day(self, zone: ZoneInfo) -> dict[date, int]:
        """How many of them were first submitted on which day, as `zone` counts days."""
        first = self.filter(submissions__number=1)
        by_day = first.annotate(day=TruncDate("submissions__received_at", tzinfo=zone)).values_list("day")
        return dict(by_day.annotate(count=models.Count("pk")))


class Application(HasStatus):
    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Eligibility(models.TextChoices):
        UNSCREENED = "unscreened", _("not screened yet")
        ELIGIBLE = "eligible", _("eligible")
        INELIGIBLE = "ineligible", _("not eligible")

    TRANSITIONS = {
        Status.DRAFT: {Status.SUBMITTED, Status.WITHDRAWN},
        Status.SUBMITTED: {Status.SUBMITTED, Status.WITHDRAWN},  # submitting again makes a new version
        Status.WITHDRAWN: {Status.DRAFT},
    }

    PILLS = {Status.DRAFT: "now", Status.SUBMITTED: "good"}

    public_id = PublicIdField()
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications")
    startup = models.ForeignKey(Startup, on_delete=models.PROTECT, related_name="applications")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    draft_version = models.PositiveIntegerField(
        default=0, help_text="Counts saves; a submit names the one it means."
    )
    submitted_draft_version = models.PositiveIntegerField(
        null=True, blank=True, help_text="The one that the latest submission was made of."
    )
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True, help_text="The stamp of the latest version.")
    sealed_at = models.DateTimeField(null=True, blank=True)
    extended_until = models.DateTimeField(
        null=True, blank=True, help_text="The latest of its own extensions; `Extension` says why."
    )
    withdrawn_after_closing_at = models.DateTimeField(
        null=True, blank=True, help_text="When its founders took it out of the sealed call."
    )
    emptied_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When its words and files went; the row stays, with marks and hashes.",
    )
    eligibility = models.CharField(max_length=12, choices=Eligibility, default=Eligibility.UNSCREENED)
    eligibility_reason = models.TextField(blank=True)
    eligibility_checks = models.JSONField(
        default=list, db_default=[], blank=True, help_text="Keys of the checks that held at the verdict."
    )
    screened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    screened_at = models.DateTimeField(null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "startup"], name="a_startup_applies_once_per_call"),
            models.CheckConstraint(
                condition=~Q(status="submitted") | Q(submitted_at__isnull=False),
                name="a_submitted_application_has_its_stamp",
            ),
        ]
        indexes = [
            models.Index(fields=["call", "status"], name="applications_of_a_call"),
            models.Index(
                fields=["extended_until"],
                condition=Q(extended_until__isnull=False),
                name="applications_with_more_time",
            ),
        ]

    def __str__(self) -> str:
        return self.startup.name

    def refresh_from_db(self, *args, **kwargs) -> None:
        super().refresh_from_db(*args, **kwargs)
        self.__dict__.pop("answers", None)

    @cached_property
    def answers(self) -> dict:
        """The draft as it stands: question key → answer, without those that are empty."""
        return {answer.key: answer.value for answer in self.answer_rows.all() if answer.value is not None}

    def get_absolute_url(self) -> str:
        return reverse("applying:application", args=[self.public_id])

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_submitted(self) -> bool:
        return self.status == self.Status.SUBMITTED

    @property
    def is_withdrawn(self) -> bool:
        return self.status == self.Status.WITHDRAWN

    @property
    def is_sealed(self) -> bool:
        return self.sealed_at is not None

    @property
    def is_eligible(self) -> bool:
        return self.eligibility == self.Eligibility.ELIGIBLE

    @property
    def last_version(self) -> "Submission | None":
        return self.submissions.select_related("submitted_by").order_by("number").last()

    @property
    def deadline(self) -> datetime:
        """Its own, exclusive: the call's, or a later one that was granted to it. Everything that ends asks this."""
        return window.latest(self.call.window.deadline, self.extended_until)

    @property
    def has_more_time(self) -> bool:
        """Whether it ends later than the others of its call."""
        return self.deadline > self.call.window.deadline

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be written, submitted or reopened."""
        state = window.state(self.call.window.opens_at, self.deadline, now)
        return not self.is_sealed and state is window.State.OPEN

    def is_editable(self, now: datetime) -> bool:
        return not self.is_withdrawn and self.is_open(now)


class Answer(models.Model):
    """What a draft says to one question. The row stays when it is emptied, so that other open pages learn of it."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answer_rows")
    key = models.SlugField()
    value = models.JSONField(null=True, blank=True)
    version = models.PositiveIntegerField(help_text="The draft's version that brought this text.")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(default=clock.now, help_text="When this version of the text was begun.")
    at = models.DateTimeField(default=clock.now, help_text="When it was last saved.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "key"], name="a_draft_answers_a_question_once")
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"

    @classmethod
    def rows(cls, application: Application, values: dict) -> "list[Answer]":
        """The answers of a new draft, to be created: as its starter gave them, with its first version."""
        given = {"version": application.draft_version, "by_id": application.started_by_id}
        moments = {"opened_at": application.saved_at, "at": application.saved_at}
        return [cls(application=application, key=k, value=v, **given, **moments) for k, v in values.items()]


class EarlierAnswer(models.Model):
    """A text that an answer had before, or that somebody typed while another's was saved. It can be brought back."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="earlier_answers")
    key = models.SlugField()
    value = models.JSONField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(help_text="When it was last saved.")
    was_set_aside = models.BooleanField(
        default=False, help_text="It never stood in the draft: another text was saved first."
    )

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["application", "key"], name="earlier_texts_of_an_answer")]

    def __str__(self) -> str:
        return f"{self.key}, {self.at}: {self.value}"


class Presence(models.Model):
    """Who has the form of an application open, for the others who have. `seen_at` is on the real clock."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="present")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="somebody_is_present_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.application}"


class Recusal(models.Model):
    """A conflict of interest: this person sees neither the file nor its scores."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="recusals")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recusals")
    reason = models.TextField()
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="a_recusal_is_declared_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} keeps away from {self.application}"


class Attachment(models.Model):
    """A file given as the answer to a question. A replaced one stays, for the versions that named it."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="attachments")
    question_key = models.SlugField()
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="attachment")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "question_key"],
                condition=Q(replaced_at__isnull=True),
                name="a_question_has_one_current_file",
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_key}: {self.file}"


class Submission(models.Model):
    """One immutable, numbered version with its receipt. The database refuses to change or delete it.

    `received_at` is the database's stamp, taken before any lock. `content_hash` is the SHA-256 of the canonical
    JSON of `content` (applications/applying/receipts.py): the questions as they were asked, the answers, name, size and
    SHA-256 of each file, the stamp, and the hash of the version before.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    idempotency_key = models.UUIDField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="versions_are_numbered"),
            models.UniqueConstraint(
                fields=["application", "idempotency_key"], name="a_repeated_submit_counts_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}, version {self.number}"

    @property
    def answers(self) -> dict:
        return self.content.get("answers", {})

    @property
    def asked(self) -> list[dict]:
        """The questions as they were asked."""
        return self.content.get("questions", [])

    @property
    def of_draft(self) -> int | None:
        """Which save of the draft it was made of."""
        return self.content.get("draft_version")

    @property
    def file_ids(self) -> list[str]:
        """Public ids of the files that belong to this version; a later upload is not among them."""
        return [document["id"] for document in self.content.get("files", [])]

    @property
    def receipt_number(self) -> str:
        """What a founder quotes: application and version, such as 7kq2m9xw4hbt-2."""
        return f"{self.application.public_id}-{self.number}"


class SubmitTicket(models.Model):
    """A press of Submit that has reached us: this person means this version of this draft, since this moment.

    Written in a lane of its own (applications/applying/lanes.py), so it carries no foreign keys in the database: their
    check would wait for whoever holds the application. `key` is the key of the submit that follows; if none does, the
    tick makes the version (applications/applying/tickets.py).
    """

    key = models.UUIDField(primary_key=True)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="tickets", db_constraint=False
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    draft_version = models.PositiveIntegerField()
    stamped_at = models.DateTimeField(help_text="The database's stamp, which is the submit's.")
    settled_at = models.DateTimeField(null=True, blank=True, help_text="Nothing is left to be done for it.")
    outcome = models.TextField(blank=True, help_text="Why it made no version.")

    class Meta:
        indexes = [
            models.Index(
                fields=["stamped_at"], condition=Q(settled_at__isnull=True), name="tickets_to_settle"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application}, draft {self.draft_version}"


class ReceiptKey(models.Model):
    """A key that signs receipts and lists of receipts. One a year, or more; the public ones of all years stay."""

    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(help_text="Counts the keys of a year.")
    name = models.CharField(max_length=16, unique=True, help_text="How a receipt names it.")
    public = models.CharField(max_length=44, help_text="The public key, in base64.")
    sealed_private = models.TextField(help_text="The private key, encrypted with the installation's own.")
    made_at = models.DateTimeField(help_text="By the machine's clock, as years are.")

    class Meta:
        ordering = ["year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="the_keys_of_a_year_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.number}, {self.name}"


class ReceiptList(models.Model):
    """What was published when a call was sealed: each application, the version that counts, and its hash.

    A call that is sealed anew gets another; the database refuses to change or delete one.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="receipt_lists")
    number = models.PositiveSmallIntegerField()
    sealed_at = models.DateTimeField()
    seal = models.CharField(max_length=64, help_text="The call's seal: SHA-256 over the list.")
    text = models.TextField(help_text="The signed file, as it is given out.")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="the_lists_of_a_call_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.call}, list {self.number}"
