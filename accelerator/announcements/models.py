"""What managers want everybody of a group to read on their pages for a while."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accelerator.groups import audiences
from accelerator.records.fields import PublicIdField
from accelerator.records.people import User
from accelerator.records.programmes import Programme


class AnnouncementQuerySet(models.QuerySet):
    def visible_to(self, user: User):
        """What is announced to a group that this person may write to themselves."""
        return self.filter(audiences.may_write_to(user))

    def for_reader(self, user: User):
        """What is announced to a group that this person is in."""
        theirs = Q(pk__in=[])
        for name, read_by in audiences.with_readers():
            theirs |= Q(audience=name, place_id__in=read_by(user))
        return self.filter(theirs)

    def shown(self, now: datetime):
        return self.filter(ended_at=None, starts_at__lte=now, ends_at__gt=now)

    def not_put_away_by(self, user: User):
        put_away = AnnouncementPutAway.objects.filter(person=user)
        return self.exclude(pk__in=put_away.values("announcement"))


class Announcement(models.Model):
    """A few words to one group, which its people see on their pages between two moments."""

    public_id = PublicIdField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="announcements")
    audience = models.CharField(max_length=60, help_text="The name of a declared audience that has readers.")
    place_id = models.BigIntegerField(help_text="The key of what the group is of, such as a call.")
    text = models.TextField(_("text"))
    starts_at = models.DateTimeField(_("shown from"))
    ends_at = models.DateTimeField(_("shown until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(help_text="The programme's clock.")

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="an_announcement_ends_after_it_begins"
            )
        ]
        indexes = [
            models.Index(fields=["ends_at"], condition=Q(ended_at=None), name="announcements_not_over")
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def is_over(self, now: datetime) -> bool:
        return self.ended_at is not None or self.ends_at <= now

    def is_coming(self, now: datetime) -> bool:
        return not self.is_over(now) and self.starts_at > now

    def group(self, reader: User) -> audiences.Group | None:
        return audiences.group(reader, self.audience, self.place_id)


class AnnouncementPutAway(models.Model):
    """Somebody has read it, and wants to see it no more."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="put_aways")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(help_text="The programme's clock.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "announcement"], name="an_announcement_is_put_away_once"
            )
        ]

    def __str__(self) -> str:
        return f"put away at {self.at}"
