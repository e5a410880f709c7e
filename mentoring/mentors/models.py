"""Mentors belong to partners; their availability is wall time in the zone of their account.

The terms on which mentors can be booked are the programme's, each with what a mentor says otherwise on top.
"""

import zoneinfo
from datetime import time
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accelerator import wording
from accelerator.models import Partner, Programme, Role, User
from accelerator.records.fields import PublicIdField
from cohorts.admission.models import Cohort
from mentoring.mentors.availability import MIDNIGHT, Exceptional, Rule
from mentoring.mentors.shares import Terms

# From how many to how many; what a programme says where it says nothing; and what it is called.
TERMS: dict[str, tuple[int, int, int, Any]] = {
    "horizon_days": (1, 366, 42, _("days ahead that can be booked")),
    "buffer_minutes": (0, 120, 0, _("minutes between two sessions")),
    "most_per_day": (1, 20, 6, _("sessions a day")),
    "most_per_week": (1, 60, 12, _("sessions a week")),
    "most_per_month": (1, 200, 40, _("sessions a month")),
    "startup_per_week": (1, 20, 2, _("sessions a week with one startup")),
    "startup_in_all": (1, 200, 20, _("sessions with one startup in all")),
}
COUNTRY, REGION = _("public holidays of"), _("region")
_OWN = {"null": True, "blank": True}  # a mentor's own terms: nothing where the programme's hold


def _term(name: str, **options) -> models.PositiveSmallIntegerField:
    least, most, usual, label = TERMS[name]
    validators = [MinValueValidator(least), MaxValueValidator(most)]
    return models.PositiveSmallIntegerField(label, validators=validators, **(options or {"default": usual}))


class BookingTerms(models.Model):
    """How mentors of a programme can be booked, where they say nothing else. Without a row, the defaults hold."""

    programme = models.OneToOneField(Programme, on_delete=models.CASCADE, related_name="booking_terms")
    horizon_days = _term("horizon_days")
    buffer_minutes = _term("buffer_minutes")
    most_per_day = _term("most_per_day")
    most_per_week = _term("most_per_week")
    most_per_month = _term("most_per_month")
    startup_per_week = _term("startup_per_week")
    startup_in_all = _term("startup_in_all")
    country = models.CharField(COUNTRY, max_length=4, blank=True)
    region = models.CharField(REGION, max_length=10, blank=True)

    def __str__(self) -> str:
        return str(self.programme)

    @classmethod
    def of(cls, programme: Programme) -> "BookingTerms":
        return getattr(programme, "booking_terms", None) or cls(programme=programme)


class MentorQuerySet(models.QuerySet):
    def serving(self):
        """Those who still hold the role; the others are remembered with their sessions."""
        roles = Role.objects.live().filter(
            kind=Role.Kind.MENTOR, user=OuterRef("user"), programme=OuterRef("programme")
        )
        return self.filter(Exists(roles))

    def active(self):
        """Who takes new sessions."""
        return self.serving().filter(paused_at__isnull=True)

    def for_booking(self):
        """With everything of which their free time is made."""
        return self.select_related("user", "partner", "programme__booking_terms").prefetch_related(
            "availability", "other_days"
        )

    def visible_to(self, user):
        """Members' teams and everybody inside the programme may look up its mentors."""
        cohorts = Cohort.objects.visible_to(user)
        return self.filter(Q(programme__calls__cohort__in=cohorts) | Q(user_id=user.pk or 0)).distinct()


class Mentor(models.Model):
    public_id = PublicIdField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="mentors")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mentoring")
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="mentors"
    )
    headline = models.CharField(_("headline"), max_length=160, blank=True)
    bio = models.TextField(_("about you"), blank=True)
    topics = models.JSONField(default=list, blank=True, help_text="Keys of the programme's topics.")
    session_minutes = models.PositiveSmallIntegerField(
        _("minutes per session"), default=45, validators=[MinValueValidator(15), MaxValueValidator(180)]
    )
    notice_hours = models.PositiveSmallIntegerField(_("hours of notice"), default=24)
    meeting_link = models.URLField(_("video link"), blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    horizon_days = _term("horizon_days", **_OWN)
    buffer_minutes = _term("buffer_minutes", **_OWN)
    most_per_day = _term("most_per_day", **_OWN)
    most_per_week = _term("most_per_week", **_OWN)
    most_per_month = _term("most_per_month", **_OWN)
    startup_per_week = _term("startup_per_week", **_OWN)
    startup_in_all = _term("startup_in_all", **_OWN)
    country = models.CharField(COUNTRY, max_length=4, blank=True, db_default="")
    region = models.CharField(REGION, max_length=10, blank=True, db_default="")
    hours_set_at = models.DateTimeField(null=True, blank=True)

    objects = MentorQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "user"], name="a_mentor_is_listed_once")]

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        return reverse("mentoring:mentor", args=[self.public_id])

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return self.user.zone

    @property
    def rules(self) -> list[Rule]:
        """The weekly hours as the pure rules want them."""
        return [Rule(row.weekday, row.starts, row.ends) for row in self.availability.all()]

    @property
    def exceptions(self) -> list[Exceptional]:
        """The days on which they are free at other hours, as the pure rules want them."""
        return [row.exceptional for row in self.other_days.all()]

    @property
    def terms(self) -> Terms:
        """The programme's, where this mentor says nothing else."""
        usual = BookingTerms.of(self.programme)
        own = {name: getattr(self, name) for name in TERMS}
        return Terms(
            **{name: getattr(usual, name) if value is None else value for name, value in own.items()}
        )

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None


class Availability(models.Model):
    """A weekly rule: free on this weekday from one wall time to another, in the mentor's zone.

    What ends no later than it begins ends on the next day; midnight is 00:00.
    """

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="availability")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(starts=F("ends")) | Q(starts=MIDNIGHT), name="free_time_lasts_a_while"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="a_week_has_seven_days"),
            models.UniqueConstraint(fields=["mentor", "weekday", "starts"], name="free_time_is_listed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.hours}"

    @property
    def hours(self) -> str:
        return hours_in_words(self.starts, self.ends)


class OtherDay(models.Model):
    """A day, or several, on which a mentor is off, or free at other hours beside those of the week."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="other_days")
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    is_off = models.BooleanField(default=True)
    starts = models.TimeField(default=MIDNIGHT)
    ends = models.TimeField(default=MIDNIGHT)
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        ordering = ["first_day", "starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="other_days_begin_before_they_end"
            ),
            models.CheckConstraint(
                condition=~Q(starts=F("ends")) | Q(starts=MIDNIGHT), name="other_hours_last_a_while"
            ),
        ]

    def __str__(self) -> str:
        days = wording.day(self.first_day, weekday=False)
        if self.first_day != self.last_day:
            days = f"{days} – {wording.day(self.last_day, weekday=False)}"
        return f"{days}: {self.in_short}"

    @property
    def in_short(self) -> str:
        """What it is and when, without the days."""
        what = gettext("away") if self.is_off else gettext("free as well")
        said = " ".join(part for part in (what, self.hours) if part)
        return f"{said} ({self.note})" if self.note else said

    @property
    def exceptional(self) -> Exceptional:
        return Exceptional(self.first_day, self.last_day, self.is_off, self.starts, self.ends)

    @property
    def hours(self) -> str:
        """Nothing for the whole of a day."""
        return "" if self.exceptional.is_whole_day else hours_in_words(self.starts, self.ends)


def hours_in_words(starts: time, ends: time) -> str:
    """14:00–17:00, and 22:00–24:00 where it ends at midnight."""
    return f"{starts:%H:%M}–{'24:00' if ends == MIDNIGHT else f'{ends:%H:%M}'}"
