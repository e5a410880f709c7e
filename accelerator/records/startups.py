"""A startup outlives any one application: intake, cohort and outcome hang on the same row."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accelerator import clock
from accelerator.records.fields import PublicIdField
from accelerator.records.people import User


class StartupQuerySet(models.QuerySet):
    def of(self, user):
        """Startups in whose team this person is."""
        return self.filter(members__user_id=user.pk or 0, members__left_at__isnull=True)


class Startup(models.Model):
    public_id = PublicIdField()
    name = models.CharField(_("name"), max_length=120)
    website = models.URLField(_("website"), max_length=20_000, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    founded_year = models.PositiveSmallIntegerField(_("founded"), null=True, blank=True)
    one_line = models.CharField(_("in one line"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = StartupQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def team(self):
        return self.members.filter(left_at__isnull=True).select_related("user").order_by("joined_at", "pk")

    @property
    def owner(self) -> User | None:
        """Who decides about the team."""
        found = self.team.filter(is_owner=True).first()
        return found.user if found else None


class TeamMember(models.Model):
    """A founder's place in a startup. The owner, at first whoever started it, decides who is in the team."""

    startup = models.ForeignKey(Startup, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    title = models.CharField(_("title"), max_length=120, blank=True)
    is_owner = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["startup", "user"],
                condition=Q(left_at__isnull=True),
                name="a_founder_is_in_a_team_once",
            ),
            models.UniqueConstraint(
                fields=["startup"],
                condition=Q(is_owner=True, left_at__isnull=True),
                name="a_startup_has_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.startup}"
