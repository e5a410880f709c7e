"""Conflicts of interest as rows of a view in the database, worked out anew whenever somebody reads, counts or sends.

A pair is in conflict by a recusal, and by a domain: a founder of the team now writes from a domain of a partner, or from
a subdomain of it, and the person reviews for that partner or holds a role for it. Whoever applied to a call is out of all
of it (`calls.models.applied_to_by`); that is no pair and stands apart.
"""

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accelerator.models import OutboxMessage, User


class Conflict(models.Model):
    """This person must not see this application. A pair stands here once for each reason."""

    application = models.OneToOneField(
        "applications.Application", on_delete=models.DO_NOTHING, related_name="+", primary_key=True
    )
    user = models.ForeignKey(User, on_delete=models.DO_NOTHING, related_name="+")

    class Meta:
        managed = False
        db_table = "applications_conflict"

    def __str__(self) -> str:
        return f"{self.user_id} and {self.application_id}"


def of(user) -> QuerySet:
    """The ids of the applications with which this person has a conflict."""
    return Conflict.objects.filter(user_id=user.pk or 0).values("application")


def impartial_managers(*applications) -> QuerySet[User]:
    """The managers who may hear of these applications of one call: none who applied to it, none with a conflict."""
    call = applications[0].call
    pairs = Conflict.objects.filter(application__in=[one.pk for one in applications])
    return managers_outside(call).exclude(pk__in=pairs.values("user"))


def managers_outside(call) -> QuerySet[User]:
    """The managers of a call to which they did not apply themselves."""
    return call.managers.exclude(pk__in=call.applicants.values("user"))


def managers_without_conflict(call) -> QuerySet[User]:
    """The managers who may decide on a call: they neither applied to it nor have a conflict with any of its applications."""
    pairs = Conflict.objects.filter(application__call=call)
    return managers_outside(call).exclude(pk__in=pairs.values("user"))


def why_not_told(message: OutboxMessage, *about) -> str:
    """Why a mail to a manager does not leave: asked once more when it does. `about` is a call, or its applications."""
    if None in about:
        return _("What it is about is gone.")
    call = getattr(about[0], "call", None)
    told = impartial_managers(*about) if call else managers_outside(about[0])
    if not told.filter(pk=message.recipient_id or 0).exists():
        return _("This person no longer runs the call, or has a conflict of interest by now.")
    return ""
