"""Tells the findings of a call that rows have changed which lists, programme files and accounts save.

Verbs that change such rows say so themselves (`findings_version.changed`); here is what is saved through its model, in
rooms that know nothing of findings. Loaded by applications/apps.py.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from accelerator.models import Partner, Role, Startup, TeamMember, User
from applications.applying import team
from applications.calls.findings_version import changed, changed_in
from applications.calls.models import Call
from applications.reviewing.models import Criterion, Reviewer


def _calls_of(startup_id: int) -> QuerySet[Call]:
    """Those in whose ranking it can be: nothing is in one before it is sealed."""
    return Call.objects.filter(applications__startup=startup_id, applications__sealed_at__isnull=False)


def _reviewed_by(user_id: int, startup_id: int) -> QuerySet[Call]:
    """Those that this founder reviews for: their reviews do not count any more."""
    return Call.objects.filter(applications__startup=startup_id, reviewers__user=user_id)


@receiver([post_save, post_delete], sender=Criterion)
@receiver([post_save, post_delete], sender=Reviewer)
def of_the_panel(instance: Criterion | Reviewer, **_signal: Any) -> None:
    changed(instance.call)


@receiver([post_save, post_delete], sender=Partner)
def partner(instance: Partner, **_signal: Any) -> None:
    """Its domains say which applications are close to it."""
    changed_in(Call.objects.filter(programme=instance.programme_id))


@receiver([post_save, post_delete], sender=TeamMember)
def founder(instance: TeamMember, **_signal: Any) -> None:
    changed_in(_calls_of(instance.startup_id) | _reviewed_by(instance.user_id, instance.startup_id))


@receiver([post_save, post_delete], sender=Role)
def role(instance: Role, **_signal: Any) -> None:
    """With whose partner somebody has a conflict."""
    if instance.partner_id:
        changed_in(Call.objects.filter(reviewers__user=instance.user_id))


@team.parted
def founder_parted(member: TeamMember, now: datetime) -> None:
    changed_in(_calls_of(member.startup_id))


@receiver(post_save, sender=User)
def address(instance: User, created: bool, update_fields: frozenset[str] | None, **_signal: Any) -> None:
    """Whose startup is close to a partner follows from the founders' addresses."""
    if not created and (update_fields is None or "email" in update_fields):
        for startup in Startup.objects.of(instance).values_list("pk", flat=True):
            changed_in(_calls_of(startup))
