"""The five, the reserve behind them, and the offers that hold the seats."""

from collections import Counter
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accelerator import clock
from accelerator.models import HistoryEntry, OutboxMessage, Startup, TeamMember, User
from accelerator.records.fields import LocalisedTextField, PublicIdField
from accelerator.transitions import HasStatus
from applications.applying.models import Application
from applications.calls.models import Call


class Seat(models.Model):
    """One numbered place. A trigger refuses a number above the call's seats, so a sixth cannot exist."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="numbered_seats")
    number = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="seats_are_numbered"),
            models.CheckConstraint(condition=Q(number__gte=1), name="seats_are_numbered_from_one"),
        ]

    def __str__(self) -> str:
        return f"seat {self.number}"


class DecisionQuerySet(models.QuerySet):
    def picked(self):
        return self.filter(outcome=Decision.Outcome.SELECTED)

    def in_reserve(self):
        """In the order in which they move up."""
        return self.filter(outcome=Decision.Outcome.RESERVE).order_by("reserve_position")

    def to_move_up(self):
        """Those of the reserve who had no offer and are not passed over, the next one first."""
        return self.in_reserve().filter(application__offer__isnull=True, passed_over_at=None)

    def without_letter(self):
        """Those for which no letter waits."""
        return self.exclude(application__in=Letter.objects.waiting().values("application"))

    def per_outcome(self) -> Counter[str]:
        """How many there are of each outcome."""
        return Counter(dict(self.values_list("outcome").annotate(count=models.Count("pk")).order_by()))

    def undecided(self, call: Call):
        """The sealed applications of a call without a decision."""
        return (
            Application.objects.filter(call=call, decision__isnull=True)
            .sealed()
            .select_related("startup", "call")
        )


class Decision(models.Model):
    """What was decided about one application. Internal until the call's release."""

    class Outcome(models.TextChoices):
        SELECTED = "selected", _("selected")
        RESERVE = "reserve", _("reserve")
        NOT_SELECTED = "not_selected", _("not selected")

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="decisions")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=12, choices=Outcome)
    seat = models.OneToOneField(
        Seat, on_delete=models.PROTECT, null=True, blank=True, related_name="decision"
    )
    reserve_position = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 moves up first.")
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)
    passed_over_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when no seat goes to them from the reserve."
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="selected", seat__isnull=False)
                | (~Q(outcome="selected") & Q(seat__isnull=True)),
                name="the_selected_and_only_they_have_a_seat",
            ),
            models.CheckConstraint(
                condition=Q(outcome="reserve", reserve_position__isnull=False)
                | (~Q(outcome="reserve") & Q(reserve_position__isnull=True)),
                name="the_reserve_and_only_it_is_in_order",
            ),
            models.UniqueConstraint(
                fields=["call", "reserve_position"],
                name="two_cannot_share_a_place_in_the_reserve",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_outcome_display()}"

    @property
    def is_selected(self) -> bool:
        return self.outcome == self.Outcome.SELECTED

    @property
    def is_reserve(self) -> bool:
        return self.outcome == self.Outcome.RESERVE

    @property
    def as_passed_over(self) -> str:
        """Whether they are passed over, to be given back with an act on it."""
        return self.passed_over_at.isoformat() if self.passed_over_at else "waits"


_IN_TEAM = Q(left_at=None, user__is_active=True)


class LetterQuerySet(models.QuerySet):
    def waiting(self):
        """Neither released nor withdrawn: a release will send them."""
        return self.filter(released_at=None, withdrawn_at=None)

    def of(self, call: Call):
        return self.filter(application__call=call)

    def recipients(self) -> Counter[int]:
        """How many people would get each of these letters if they went out now, by the application's key."""
        team = TeamMember.objects.filter(_IN_TEAM, startup__applications__letters__in=self)
        return Counter(team.values_list("startup__applications__letters__application", flat=True))

    def teams(self) -> dict[int, list[User]]:
        """Who is in the teams of these letters now, by the startup's key."""
        teams: dict[int, list[User]] = {}
        members = TeamMember.objects.filter(
            _IN_TEAM, startup__in=self.values("application__startup")
        ).select_related("user")
        for member in members.order_by("joined_at", "pk"):
            teams.setdefault(member.startup_id, []).append(member.user)
        return teams


class Letter(models.Model):
    """The text of a letter of decision to the team of an application; its recipients are looked up when it leaves.

    Until then there is one for each application at most, and no message yet.
    """

    MESSAGE = "applications.letter_"  # the outbox kinds of all letters of decision begin so
    OFFER_LINK, ANSWER_BY = "[[link to the offer]]", "[[last minute to answer]]"  # known only on release

    class Kind(models.TextChoices):
        OFFER = "offer", _("Offer")
        PROMOTED = "promoted", _("Offer from the reserve")
        RESERVE = "reserve", _("Reserve")
        NOT_SELECTED = "not_selected", _("Not selected")
        NOT_ELIGIBLE = "not_eligible", _("Not eligible")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=12, choices=Kind)
    subject = models.CharField(max_length=200)
    text = models.TextField(
        help_text="What is known on release only stands in it as a mark in double brackets."
    )
    prepared_at = models.DateTimeField()
    version = models.PositiveIntegerField(
        default=1, db_default=1, help_text="Raised by every change of its words; earlier ones are kept."
    )
    inputs = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="Digest of what its words rest on; empty in letters that are older than it.",
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(released_at__isnull=True, withdrawn_at__isnull=True),
                name="one_letter_waits_for_each_application",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="a_released_letter_is_not_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.application}"

    @property
    def message_kind(self) -> str:
        """Its kind in the outbox."""
        return self.MESSAGE + self.kind

    def recipients_now(self) -> list[User]:
        """Who would get it if it went out now."""
        team = TeamMember.objects.filter(_IN_TEAM, startup=self.application.startup_id)
        return [member.user for member in team.select_related("user").order_by("joined_at", "pk")]


def letter_messages(call: Call) -> models.QuerySet[OutboxMessage]:
    """The letters of decision of a call that have gone out, one to each person."""
    applications = Application.objects.filter(call=call)
    return OutboxMessage.objects.filter(
        kind__startswith=Letter.MESSAGE,
        object_type=Application._meta.label_lower,
        object_id__in=applications.values("pk"),
    )


class Release(models.Model):
    """The one act that publishes a call's decisions and lets its letters go."""

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="release")
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.call}, {self.released_at}"


class FrozenDossier(models.Model):
    """The dossier as it was at the release. A mark that is corrected later changes nothing of it.

    A trigger refuses every change of a row.
    """

    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="dossier")
    text = models.TextField(help_text="Canonical JSON, as it is given out.")
    seal = models.CharField(max_length=64, help_text="Its SHA-256, to be published with the chosen.")

    def __str__(self) -> str:
        return f"{self.release.call}, {self.seal}"


class OfferTerms(models.Model):
    """What an offer of a call means, in full, as a numbered version. A changed text is another row.

    A trigger refuses every change of a row, because somebody may have accepted it; what was accepted is protected.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="offer_terms")
    number = models.PositiveSmallIntegerField()
    text = LocalisedTextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="versions_of_terms_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.call}, terms {self.number}"


class OfferQuerySet(models.QuerySet):
    def live(self):
        return self.filter(status__in=Offer.LIVE)

    def to_be_named(self):
        """Those whom the public page may name: they come, and they agreed to be named."""
        return self.filter(status=Offer.Status.ACCEPTED, may_be_named=True)

    def open(self):
        return self.filter(status=Offer.Status.OPEN)

    def visible_to(self, user):
        return self.filter(application__in=Application.objects.of(user))


class Offer(HasStatus):
    """A place offered to a startup. Open and accepted ones hold their seat; two cannot hold the same."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINING = "declining", _("being given up")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn by the programme")

    LIVE = [Status.OPEN, Status.ACCEPTED, Status.DECLINING]
    TRANSITIONS = {
        Status.OPEN: {Status.ACCEPTED, Status.DECLINING, Status.EXPIRED, Status.WITHDRAWN},
        Status.DECLINING: {Status.DECLINED, Status.OPEN},
    }
    PILLS = {
        Status.OPEN: "now",
        Status.ACCEPTED: "good",
        Status.DECLINING: "soon",
        Status.DECLINED: "bad",
        Status.WITHDRAWN: "bad",
    }

    public_id = PublicIdField()
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="offer")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="offers")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="Exclusive.")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    promoted_from_reserve = models.BooleanField(default=False)

    terms = models.ForeignKey(OfferTerms, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted_name = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="Who accepted, as they wrote it."
    )
    may_be_named = models.BooleanField(
        default=False, db_default=False, help_text="The team agreed that the public page names it."
    )

    declining_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The owner who gives the place up, or a co-founder who proposes it.",
    )
    decline_reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    declines_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When giving the place up becomes final; until then it can be undone.",
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seat"],
                condition=Q(status__in=["open", "accepted", "declining"]),
                name="a_seat_is_offered_to_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="declining") | Q(declines_at__isnull=False, declining_by__isnull=False),
                name="giving_a_place_up_has_its_moment_and_its_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}, {self.seat}, {self.get_status_display()}"

    def get_absolute_url(self) -> str:
        return reverse("cohorts:offer", args=[self.public_id])

    @property
    def startup(self) -> Startup:
        return self.application.startup

    @property
    def as_shown(self) -> str:
        """The mark of it on a page: how it stands, and how much has happened to it."""
        return f"{self.status}.{HistoryEntry.objects.about(self).count()}"

    def is_open(self, now: datetime) -> bool:
        return self.status == self.Status.OPEN and now < self.expires_at

    @property
    def is_accepted(self) -> bool:
        return self.status == self.Status.ACCEPTED

    @property
    def is_declining(self) -> bool:
        return self.status == self.Status.DECLINING

    @property
    def is_proposed_to_decline(self) -> bool:
        """A co-founder has asked the owner to give the place up, who has not decided."""
        return self.status == self.Status.OPEN and self.declining_by_id is not None

    @property
    def is_declined(self) -> bool:
        return self.status == self.Status.DECLINED

    @property
    def is_expired(self) -> bool:
        return self.status == self.Status.EXPIRED

    @property
    def is_withdrawn(self) -> bool:
        """By a manager, with a reason that the team was told."""
        return self.status == self.Status.WITHDRAWN
