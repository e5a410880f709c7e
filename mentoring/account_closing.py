"""What goes with a mentor who leaves, and with a startup: profiles, and what was written of sessions."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from accelerator.models import HistoryEntry, OutboxMessage, Startup, User
from accelerator.privacy import closing, words
from accelerator.privacy.certificates import Emptied
from applications.selecting import emptying
from mentoring.models import (
    ActionItem,
    Availability,
    Mentor,
    MentoringSession,
    OtherDay,
    ProposedSession,
    SessionLog,
)


@closing.emptied
def own_profile(user: User, now: datetime) -> Iterator[Emptied]:
    """Logs stay with the startups that they were written for."""
    mentors = Mentor.objects.filter(user=user)
    Availability.objects.filter(mentor__in=mentors).delete()
    OtherDay.objects.filter(mentor__in=mentors).delete()
    about = {"object_type": Mentor._meta.label_lower, "object_id__in": mentors.values("pk")}
    words.erase_words(HistoryEntry.objects.filter(**about))
    profile = {"headline": "", "bio": "", "meeting_link": "", "topics": [], "paused_at": now}
    yield Emptied(_("profiles as a mentor"), mentors.update(**profile))


@emptying.startup_emptied
def sessions_of_members(startup: Startup, now: datetime) -> Iterator[Emptied]:
    sessions = MentoringSession.objects.filter(membership__startup=startup)
    about = {"object_type": MentoringSession._meta.label_lower, "object_id__in": sessions.values("pk")}
    words.empty_mails(OutboxMessage.objects.filter(**about))
    words.erase_words(HistoryEntry.objects.filter(**about))
    proposed = ProposedSession.objects.filter(membership__startup=startup)
    about = {"object_type": ProposedSession._meta.label_lower, "object_id__in": proposed.values("pk")}
    words.empty_mails(OutboxMessage.objects.filter(**about))
    for model, rows in (
        (SessionLog, SessionLog.objects.filter(session__in=sessions)),
        (ActionItem, ActionItem.objects.filter(session__in=sessions)),
    ):
        beside = {"object_type": model._meta.label_lower, "object_id__in": rows.values("pk")}
        words.erase_words(HistoryEntry.objects.filter(**beside))
        words.empty_mails(OutboxMessage.objects.filter(**beside))
    logs = SessionLog.objects.filter(session__in=sessions)
    yield Emptied(_("logs of sessions"), logs.update(notes="", private_note=""))
    items = ActionItem.objects.filter(session__in=sessions)
    yield Emptied(_("things to do"), items.update(text=emptying.GONE))
    sessions.update(topic="", cancel_reason="")
    sessions.exclude(overlap_note="").update(overlap_note=emptying.GONE)
