"""When a reviewer's role ends: unfinished assignments are handed back, finished reviews stay and count. And who does
not end roles: a manager who applied to a call that is not decided leaves its people to the others."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import history
from accelerator.models import Programme, Role, User
from accelerator.people import permissions, roles
from accelerator.people.destinations import Destination
from applications.applying.conflict_rows import managers_outside
from applications.calls.models import Call, applied_to_by
from applications.reviewing import assigning
from applications.reviewing.models import Assignment


@permissions.kept_from_people
def who_applied(user: User) -> QuerySet[Programme]:
    """Programmes with a call that this person applied to and that is not published, where somebody else can do it."""
    calls = Call.objects.filter(pk__in=applied_to_by(user), release=None).select_related("programme")
    others = [call.programme_id for call in calls if managers_outside(call).exists()]
    return Programme.objects.filter(pk__in=others)


def _assignments(role: Role):
    """What this person is asked to review in calls that are not released yet."""
    return Assignment.objects.live().filter(
        reviewer__user=role.user_id,
        application__call__programme=role.programme_id,
        application__call__release__isnull=True,
    )


@roles.consequences
def assignments_handed_back(role: Role, now: datetime) -> Iterator[str]:
    if role.kind != Role.Kind.REVIEWER:
        return
    if unfinished := _assignments(role).awaiting_review().count():
        yield ngettext(
            "%(count)s review that is not finished is handed back, a draft with it. The assignment page, which opens "
            "next, finds another reviewer.",
            "%(count)s reviews that are not finished are handed back, drafts with them. The assignment page, which "
            "opens next, finds other reviewers.",
            unfinished,
        ) % {"count": unfinished}
    if finished := _assignments(role).reviewed().count():
        yield ngettext(
            "%(count)s review that is in stays and counts.",
            "%(count)s reviews that are in stay and count.",
            finished,
        ) % {"count": finished}
    if not unfinished and not finished:
        yield _("Nothing is assigned to them in a call that is still open to reviews.")


@roles.ended
def hand_assignments_back(role: Role, by: User | None, reason: str, now: datetime) -> Destination | None:
    """Withdraw what is not finished, and lead to the page on which it is assigned anew."""
    if role.kind != Role.Kind.REVIEWER:
        return None
    counts = dict(
        _assignments(role).awaiting_review().values_list("application__call").annotate(Count("pk")).order_by()
    )
    for call in Call.objects.filter(pk__in=counts).select_related("programme").order_by("pk"):
        withdrawn = assigning.hand_back(call, role.user, now=now)
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
    # Somebody with a part in the call, or a conflict, may manage its people and not its assignments.
    mine = Call.objects.managed_by(by).filter(pk__in=counts).order_by("-pk").first() if by else None
    return Destination("reviewing:assignment", (mine.pk,)) if mine else None


@roles.restored
def give_assignments_back(role: Role, ended_at: datetime, now: datetime) -> str:
    """What the end took from this reviewer and nobody else reviews by now comes back, a draft with it."""
    if role.kind != Role.Kind.REVIEWER:
        return ""
    taken = Assignment.objects.filter(
        reviewer__user=role.user_id,
        withdrawn_at=ended_at,
        application__call__programme=role.programme_id,
        application__call__release__isnull=True,
    ).select_related("application__call", "reviewer")
    back = [assignment for assignment in taken if assigning.has_room_for(assignment)]
    Assignment.objects.filter(pk__in=[assignment.pk for assignment in back]).update(withdrawn_at=None)
    elsewhere = len(taken) - len(back)
    sentences = []
    if back:
        sentences.append(
            ngettext(
                "%(count)s review is with them again.", "%(count)s reviews are with them again.", len(back)
            )
            % {"count": len(back)}
        )
    if elsewhere:
        sentences.append(
            ngettext(
                "%(count)s stays with whom it was given to meanwhile.",
                "%(count)s stay with whom they were given to meanwhile.",
                elsewhere,
            )
            % {"count": elsewhere}
        )
    return " ".join(sentences)
