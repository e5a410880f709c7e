"""What the end of a reviewer's role brings about here: unfinished readings go back, finished reviews stay and count."""

from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import history
from accelerator.models import Role, User
from accelerator.people import roles
from accelerator.people.destinations import Destination
from applications.calls.models import Call
from applications.reviewing import reviewing
from applications.reviewing.models import Assignment


def _readings(role: Role):
    """What this person was asked to read in calls that are not decided yet."""
    return Assignment.objects.live().filter(
        reviewer__user=role.user_id,
        application__call__programme=role.programme_id,
        application__call__release__isnull=True,
    )


@roles.consequences
def readings_handed_back(role: Role, now):
    if role.kind != Role.Kind.REVIEWER:
        return
    if unfinished := _readings(role).awaiting_review().count():
        yield ngettext(
            "%(count)s reading that is not finished is handed back, a draft with it. The assignment page, which opens "
            "next, finds another reader.",
            "%(count)s readings that are not finished are handed back, drafts with them. The assignment page, which "
            "opens next, finds other readers.",
            unfinished,
        ) % {"count": unfinished}
    if finished := _readings(role).reviewed().count():
        yield ngettext(
            "%(count)s review that is in stays and counts.",
            "%(count)s reviews that are in stay and count.",
            finished,
        ) % {"count": finished}
    if not unfinished and not finished:
        yield _("Nothing is assigned to them in a call that is still open to reviews.")


@roles.ended
def hand_readings_back(role: Role, by: User | None, reason: str, now: datetime) -> Destination | None:
    """Take back what is not finished, and lead to the page that assigns it anew."""
    if role.kind != Role.Kind.REVIEWER:
        return None
    counts = dict(
        _readings(role).awaiting_review().values_list("application__call").annotate(Count("pk")).order_by()
    )
    for call in Call.objects.filter(pk__in=counts).select_related("programme").order_by("pk"):
        withdrawn = reviewing.hand_back(call, role.user, now=now)
        history.record(
            "call.readings_handed_back",
            call,
            by=by,
            programme=call.programme,
            now=now,
            reason=reason,
            readings=withdrawn,
            person=role.user_id,
        )
    # Who applied to a call, or was kept away, may manage the people and not the readings.
    mine = Call.objects.managed_by(by).filter(pk__in=counts).order_by("-pk").first() if by else None
    return Destination("reviewing:assignment", (mine.pk,)) if mine else None
