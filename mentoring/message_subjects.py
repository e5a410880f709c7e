"""Mails about sessions are kept from a manager who had a conflict with the startup, or applied to its call."""

from django.db.models import Q

from accelerator.messages import subjects
from accelerator.models import User
from cohorts.admission.models import Membership
from mentoring.models import ActionItem, MentoringSession, ProposedSession


@subjects.kept_from
def messages_about_sessions_of_others(user: User) -> Q:
    kept_away = Membership.objects.exclude(pk__in=Membership.objects.managed_by(user).values("pk"))
    sessions = MentoringSession.objects.filter(membership__in=kept_away)
    proposed = ProposedSession.objects.filter(membership__in=kept_away)
    items = ActionItem.objects.filter(session__in=sessions)
    return (
        Q(object_type=MentoringSession._meta.label_lower, object_id__in=sessions.values("pk"))
        | Q(object_type=ProposedSession._meta.label_lower, object_id__in=proposed.values("pk"))
        | Q(object_type=ActionItem._meta.label_lower, object_id__in=items.values("pk"))
    )
