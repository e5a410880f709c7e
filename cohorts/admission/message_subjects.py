"""Mails to members are kept from a manager who had a conflict with them, or applied to their call."""

from django.db.models import Q

from accelerator.messages import subjects
from accelerator.models import User
from cohorts.admission.models import Membership


@subjects.kept_from
def messages_about_other_members(user: User) -> Q:
    kept_away = Membership.objects.exclude(pk__in=Membership.objects.managed_by(user).values("pk"))
    return Q(object_type=Membership._meta.label_lower, object_id__in=kept_away.values("pk"))
