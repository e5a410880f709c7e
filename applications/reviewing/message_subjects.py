"""Mails to a reviewer tell how far a review has come: kept from whoever applied to the call."""

from django.db.models import Q

from accelerator.messages import subjects
from accelerator.models import User
from applications.calls.models import applied_to_by
from applications.reviewing.models import Reviewer


@subjects.kept_from
def messages_to_reviewers_of_a_call_applied_to(user: User) -> Q:
    reviewers = Reviewer.objects.filter(call__in=applied_to_by(user))
    return Q(object_type=Reviewer._meta.label_lower, object_id__in=reviewers.values("pk"))
