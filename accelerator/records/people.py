"""People, what they may do in which programme, and how they are asked in."""

import zoneinfo
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accelerator import clock
from accelerator.records.addresses import canonical
from accelerator.records.fields import PublicIdField


def validate_time_zone(value: str) -> None:
    try:
        zoneinfo.ZoneInfo(value)
    except (ValueError, KeyError, OSError) as error:
        raise ValidationError(
            _("“%(zone)s” is no time zone; write one such as Europe/Paris."), params={"zone": value}
        ) from error


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields):
        user = self.model(email=canonical(email), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by their e-mail address. What they may do is said by their roles, never by this row."""

    public_id = PublicIdField()
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="Europe/Paris", validators=[validate_time_zone]
    )
    language = models.CharField(
        _("language"),
        max_length=16,
        blank=True,
        default="",
        db_default="",
        help_text=_("Empty: that of the programme."),
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(
        default=False, help_text=_("May open the dashboard; follows from the roles.")
    )
    joined_at = models.DateTimeField(editable=False)
    call_in_focus = models.PositiveIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="The key of the call that they last chose to see in the dashboard, perhaps no longer theirs.",
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="an_email_address_is_in_lower_case"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args, **kwargs):
        # Not a field default: Django's checks make a User before there is a database to ask for the time.
        self.joined_at = self.joined_at or clock.now()
        super().save(*args, **kwargs)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self).split(" ")[0]


class RoleQuerySet(models.QuerySet):
    def live(self):
        return self.filter(ended_at__isnull=True)

    def held_by(self, user, *kinds: str):
        """What somebody is now. Nobody is a manager or a reviewer anywhere before they have a second factor."""
        held = self.live().filter(user_id=user.pk or 0, kind__in=kinds or Role.Kind.values)
        return held.with_second_factor() if settings.SECOND_FACTOR_REQUIRED else held

    def with_second_factor(self):
        """Those that need none, and those whose holder has set one up."""
        return self.filter(self._has_factor() | ~Q(kind__in=Role.NEEDS_SECOND_FACTOR))

    def without_second_factor(self):
        """Those that need one, and whose holder has not set one up."""
        return self.filter(~self._has_factor(), kind__in=Role.NEEDS_SECOND_FACTOR)

    def with_whether_they_have_a_factor(self):
        """Each with `has_factor`."""
        return self.annotate(has_factor=self._has_factor())

    @staticmethod
    def _has_factor():
        from allauth.mfa.models import Authenticator

        factors = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
        return models.Exists(factors.filter(user=models.OuterRef("user")))

    def of(self, programme):
        """Everybody in a programme: managers, reviewers, mentors, each by name."""
        in_order = models.Case(*(models.When(kind=kind, then=i) for i, kind in enumerate(Role.Kind.values)))
        people = self.live().filter(programme=programme).select_related("user", "partner")
        return people.order_by(in_order, Lower("user__name"), "user__email")

    def managed_by(self, user):
        """Roles in the programmes that this person manages."""
        return self.live().filter(programme__roles__in=Role.objects.held_by(user, Role.Kind.MANAGER))


class Role(models.Model):
    """What somebody may do in one programme. Rights of one role never imply another's."""

    class Kind(models.TextChoices):
        MANAGER = "manager", _("manager")
        REVIEWER = "reviewer", _("reviewer")
        MENTOR = "mentor", _("mentor")
        PARTNER_VIEWER = "partner_viewer", _("partner viewer")

    NEEDS_SECOND_FACTOR = [Kind.MANAGER, Kind.REVIEWER]  # they also open the dashboard

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="roles")
    programme = models.ForeignKey("accelerator.Programme", on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=20, choices=Kind)
    partner = models.ForeignKey(
        "accelerator.Partner", on_delete=models.PROTECT, null=True, blank=True, related_name="roles"
    )
    granted_at = models.DateTimeField(default=clock.now)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    objects = RoleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "programme", "kind"],
                condition=Q(ended_at__isnull=True),
                name="a_person_holds_a_role_once_per_programme",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_kind_display()}, {self.programme}"


class InvitationQuerySet(models.QuerySet):
    def open(self, now: datetime):
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now)

    def visible_to(self, user):
        """Managers see whom their programmes have asked."""
        return self.filter(programme__roles__in=Role.objects.held_by(user, Role.Kind.MANAGER))


class Invitation(models.Model):
    """A link, sent by mail, that gives its receiver a role in a programme or a place in a startup's team.

    Only the hash of the token is kept. Exactly one of `programme` and `startup` is set. It is for its address: whoever
    opens it under another account shows that the address is theirs too, by a code sent there (`code_…`), or waits for
    the owner of the team (`asked_by`).
    """

    class Kind(models.TextChoices):
        MANAGER = "manager", _("manager")
        REVIEWER = "reviewer", _("reviewer")
        MENTOR = "mentor", _("mentor")
        CO_FOUNDER = "co_founder", _("co-founder")

    public_id = PublicIdField()
    kind = models.CharField(max_length=20, choices=Kind)
    email = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    programme = models.ForeignKey("accelerator.Programme", on_delete=models.CASCADE, null=True, blank=True)
    startup = models.ForeignKey("accelerator.Startup", on_delete=models.CASCADE, null=True, blank=True)
    partner = models.ForeignKey("accelerator.Partner", on_delete=models.PROTECT, null=True, blank=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(
        default=clock.real_now,
        null=True,
        editable=False,
        help_text="By the machine's clock, which limits go by.",
    )
    code_hash = models.CharField(max_length=64, blank=True, editable=False, db_default="")
    code_for = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    code_sent_at = models.DateTimeField(null=True, blank=True, help_text="By the machine's clock.")
    code_tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    codes_sent = models.PositiveSmallIntegerField(default=0, db_default=0)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(programme__isnull=True) ^ Q(startup__isnull=True),
                name="an_invitation_is_to_a_programme_or_to_a_startup",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email}, {self.get_kind_display()}"

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at
