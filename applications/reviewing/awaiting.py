"""Reviewers of a call whom somebody has listed before they are in: with what they know and what they promised."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from accelerator import history
from accelerator.models import Invitation, Partner, Role, User
from accelerator.people import invitations
from accelerator.privacy import tidying
from applications.calls.models import Call
from applications.reviewing.models import AwaitedReviewer, Reviewer

KEPT_FOR = timedelta(days=60)  # an invitation that has run out may be sent again
AT_ONCE = 100


@transaction.atomic
def ask(
    call: Call,
    email: str,
    *,
    partner: Partner | None,
    topics: Sequence[str],
    capacity: int | None,
    by: User,
    now: datetime,
) -> None:
    """Who reviews in the programme already is listed for the call at once; everybody else is invited, and listed when they
    accept."""
    said = {"partner": partner, "topics": list(topics), **({"capacity": capacity} if capacity else {})}
    role = (
        Role.objects.live()
        .filter(user__email=email, programme=call.programme_id, kind=Role.Kind.REVIEWER)
        .select_related("user", "partner")
        .first()
    )
    if role:
        _list(call, role.user, {**said, "partner": partner or role.partner}, by=by, now=now)
        return
    invitations.invite(
        Invitation.Kind.REVIEWER, email=email, by=by, programme=call.programme, partner=partner, now=now
    )
    AwaitedReviewer.objects.update_or_create(call=call, email=email, defaults=said)


@transaction.atomic
def arrive(invitation: Invitation, user: User, *, now: datetime) -> bool:
    """List a newcomer for every call that awaits their address; whether one did."""
    awaited = AwaitedReviewer.objects.filter(
        email=invitation.email, call__programme=invitation.programme, call__release=None
    )
    found = list(awaited.select_related("call", "partner"))
    for one in found:
        said = {"partner": one.partner or invitation.partner, "topics": one.topics, "capacity": one.capacity}
        _list(one.call, user, said, by=user, now=now)
    awaited.delete()
    return bool(found)


def _list(call: Call, user: User, said: dict, *, by: User, now: datetime) -> None:
    reviewer, is_new = Reviewer.objects.get_or_create(call=call, user=user, defaults=said)
    if is_new:
        history.record("reviewer.listed", reviewer, by=by, programme=call.programme, now=now)


@tidying.tidied
def awaited_in_vain(real: datetime) -> int:
    old = AwaitedReviewer.objects.filter(made_at__lt=real - KEPT_FOR).values_list("pk", flat=True)[:AT_ONCE]
    return AwaitedReviewer.objects.filter(pk__in=list(old)).delete()[0]
