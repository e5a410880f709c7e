"""When something of ours went wrong: who tried in that time, how we were doing by our own record, and more time for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import clock, history
from accelerator.models import HistoryEntry, User
from accelerator.transitions import NotAllowed
from accelerator.watching.models import HealthMinute
from applications.applying import deadlines, late
from applications.applying.extensions import Incident
from applications.applying.models import Application
from applications.calls.models import Call

MINUTE = timedelta(minutes=1)
LATE_SECONDS = 120  # a tick or a message that is older than this was late


# --- Late attempts ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class LateAttempt:
    application: Application
    person: User | None
    at: datetime
    what: str  # they tried
    refusal: str  # the sentence that the person read
    health: str  # how we ourselves were doing in that minute


def late_attempts(applications: QuerySet[Application]) -> list[LateAttempt]:
    """Every submit, save and upload that came too late, the latest first, each with what it was told and how we were
    doing."""
    known = {one.pk: one for one in applications.select_related("startup", "call__programme", "call__window")}
    entries = list(_refused(known))
    minutes = (
        {row.at: row for row in _minutes(entries[-1].happened_at, entries[0].happened_at)} if entries else {}
    )
    return [
        LateAttempt(
            known[entry.object_id],
            entry.actor,
            entry.happened_at,
            late.what(entry),
            entry.reason,
            health_in_words([minutes.get(_machine_minute(entry.happened_at))]),
        )
        for entry in entries
    ]


def _refused(ids: Iterable[int]) -> QuerySet[HistoryEntry]:
    return (
        HistoryEntry.objects.filter(
            action__in=late.ATTEMPTS, object_type=Application._meta.label_lower, object_id__in=list(ids)
        )
        .order_by("-happened_at", "-pk")
        .to_be_read()
    )


def who_tried(applications: QuerySet[Application], began_at: datetime, ended_at: datetime):
    """Those who were refused as late between two instants, or wrote then and have not submitted what they wrote."""
    ids = applications.values_list("pk", flat=True)
    refused = _refused(ids).filter(happened_at__gte=began_at, happened_at__lt=ended_at)
    wrote = Q(saved_at__gte=began_at, saved_at__lt=ended_at) & (
        Q(submitted_at=None) | Q(submitted_at__lt=F("saved_at"))
    )
    tried = Q(pk__in=refused.order_by().values("object_id")) | wrote
    return applications.exclude(status=Application.Status.WITHDRAWN).filter(tried)


# --- Our own health -----------------------------------------------------------------------------------
def _machine_minute(at: datetime) -> datetime:
    """The minute on the machine's clock, on which health is kept; a rehearsal's clock is another."""
    real = at - clock.shift() if settings.CLOCK_ADJUSTABLE else at
    return real.replace(second=0, microsecond=0)


def _minutes(first: datetime, last: datetime) -> list[HealthMinute]:
    return list(HealthMinute.objects.filter(at__range=(_machine_minute(first), _machine_minute(last))))


def health_between(began_at: datetime, ended_at: datetime) -> dict:
    """The record of these minutes, added up: what is attached to an incident."""
    rows = _minutes(began_at, ended_at - timedelta(microseconds=1))
    whole = max(1, round((ended_at - began_at) / MINUTE))
    return {
        "minutes": whole,
        "without_record": max(0, whole - len(rows)),
        "broker_down": sum(row.broker is False for row in rows),
        "storage_down": sum(row.storage is False for row in rows),
        "mail_down": sum(row.mail is False for row in rows),
        "oldest_due_seconds": max((row.oldest_due_seconds for row in rows), default=0),
        "tick_age_seconds": max((row.tick_age_seconds or 0 for row in rows), default=0),
    }


def health_in_words(rows: list[HealthMinute | None]) -> str:
    """What was wrong with us, as a sentence."""
    kept = [row for row in rows if row]
    if not kept:
        return _("nothing was kept of this minute: Slipway may have been down")
    wrong = []
    if any(row.storage is False for row in kept):
        wrong.append(_("the store of files did not answer"))
    if any(row.mail is False for row in kept):
        wrong.append(_("the mail server did not answer"))
    if any(row.broker is False for row in kept):
        wrong.append(_("the queue did not answer"))
    if any((row.tick_age_seconds or 0) > LATE_SECONDS for row in kept):
        wrong.append(_("the tick was late"))
    return "; ".join(wrong) or _("nothing of ours was wrong")


def record_in_words(health: dict) -> list[str]:
    """The record of an incident, line by line."""
    minutes = health["minutes"]
    lines = [
        ngettext("%(count)s minute looked at", "%(count)s minutes looked at", minutes) % {"count": minutes}
    ]
    for key, one, many in (
        (
            "without_record",
            _("%(count)s minute without any record: Slipway may have been down"),
            _("%(count)s minutes without any record: Slipway may have been down"),
        ),
        (
            "storage_down",
            _("%(count)s minute in which the store of files did not answer"),
            _("%(count)s minutes in which the store of files did not answer"),
        ),
        (
            "mail_down",
            _("%(count)s minute in which the mail server did not answer"),
            _("%(count)s minutes in which the mail server did not answer"),
        ),
        (
            "broker_down",
            _("%(count)s minute in which the queue did not answer"),
            _("%(count)s minutes in which the queue did not answer"),
        ),
    ):
        if count := health[key]:
            lines.append((one if count == 1 else many) % {"count": count})
    if (seconds := health["oldest_due_seconds"]) > LATE_SECONDS:
        lines.append(_("a message waited %(seconds)s seconds to leave") % {"seconds": seconds})
    if len(lines) == 1:
        lines.append(_("nothing of ours was wrong by this record"))
    return lines


# --- The incident -------------------------------------------------------------------------------------
@transaction.atomic
def declare(
    call: Call,
    *,
    among: QuerySet[Application],
    began_at: datetime,
    ended_at: datetime,
    until: datetime,
    reason: str,
    by: User,
    now: datetime,
) -> Incident:
    """Keep that something went wrong between two instants, with our own record, and give time to all who tried then."""
    if not began_at < ended_at <= now:
        raise NotAllowed(_("An incident begins before it ends, and it has ended by now."))
    tried = list(who_tried(among.filter(call=call), began_at, ended_at))
    if not tried:
        raise NotAllowed(
            _("Nobody tried in that time. Extend the call for everybody, or look at other hours.")
        )
    incident = Incident.objects.create(
        call=call,
        began_at=began_at,
        ended_at=ended_at,
        reason=reason.strip(),
        health=health_between(began_at, ended_at),
        by=by,
        at=now,
    )
    given = deadlines.extend(call, tried, until=until, reason=reason, by=by, now=now, incident=incident)
    history.record(
        "call.incident_declared",
        call,
        by=by,
        programme=call.programme,
        now=now,
        reason=reason.strip(),
        incident=incident.pk,
        applications=len(given),
        **incident.health,
    )
    return incident
