"""Applications whose time is over, call by call: managers are told thirty days before, then they are emptied in small
portions, then a certificate says what went."""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accelerator.models import Certificate, HistoryEntry
from accelerator.privacy import certificates, sweeping
from accelerator.privacy.certificates import Emptied, Stays
from accelerator.privacy.periods import later
from applications.applying.models import Application
from applications.calls.models import Call
from applications.selecting import emptying, keeping, notices

BEFORE = timedelta(days=30)
AT_ONCE = 20  # applications in one transaction
LEAST = timedelta(days=28)  # the shortest time that a programme can set
KIND = "time"
STAYS = [
    Stays(
        _lazy("marks and decisions"),
        _lazy("Without names and words: figures of the selection go on being true."),
    ),
    Stays(_lazy("hashes"), _lazy("Of what was submitted: receipts and published lists go on being true.")),
    Stays(
        _lazy("history"),
        _lazy("Who did what when, without words; its chain proves that nothing was changed."),
    ),
]


@sweeping.swept
def applications(now: datetime) -> bool:
    """One portion of one call; True once nothing is due today."""
    for call in _calls(now):
        due, coming = _due(call, now)
        if due:
            for application in due[:AT_ONCE]:
                emptying.empty(application, why=KIND, now=now)
            return False
        _announce(call, coming, now)
        _certify(call, now)
    return True


def _calls(now: datetime):
    """Calls that closed long enough ago, with something that may be due or needs a certificate."""
    kept = Q(applications__emptied_at=None) | Q(applications__emptied_at__gt=now - timedelta(days=2))
    closed = Call.objects.filter(kept, applications__isnull=False, window__closes_at__lt=now + BEFORE - LEAST)
    return closed.select_related("programme", "window", "release").distinct().order_by("pk")


def _due(call: Call, now: datetime) -> tuple[list[Application], Counter[datetime]]:
    """What is due, and how many will be due on which day of the next thirty."""
    due: list[Application] = []
    coming: Counter[datetime] = Counter()
    if now + BEFORE < _first_possible(call):
        return due, coming
    found = Application.objects.filter(call=call, emptied_at=None).select_related("startup", "offer")
    for application in found.order_by("pk"):
        application.call = call
        end = keeping.until(application)
        if end is None:
            continue
        if end <= now:
            due.append(application)
        elif end <= now + BEFORE:
            coming[end] += 1
    return due, coming


def _first_possible(call: Call) -> datetime:
    """Before this nothing of a call can be due: so most days ask for no application at all."""
    programme = call.programme
    first = later(call.window.closes_at, programme.drafts_kept_months)
    shortest = min(programme.rejected_kept_months, programme.agreed_kept_months)
    drafts = Application.objects.filter(call=call, emptied_at=None, submitted_at=None).exists()
    if drafts or not call.is_released:
        return first
    return later(call.release.released_at, shortest)


def _announce(call: Call, coming: Counter[datetime], now: datetime) -> None:
    for end, count in sorted(coming.items()):
        notices.kept_no_longer_soon(call, end, count, now=now)


def _certify(call: Call, now: datetime) -> None:
    """Of everything that went since the last certificate."""
    last = Certificate.objects.filter(
        kind=Certificate.Kind.TIME, object_type=Call._meta.label_lower, object_id=call.pk
    ).first()
    emptied = Application.objects.filter(
        call=call, emptied_at__gt=last.made_at if last else call.window.opens_at
    )
    by_time = HistoryEntry.objects.filter(
        action="application.emptied", object_type=Application._meta.label_lower, details__why=KIND
    )
    gone = emptied.filter(pk__in=by_time.values("object_id"))
    count = gone.count()
    if not count:
        return
    hashes = gone.exclude(submissions=None).values_list("submissions__content_hash", flat=True)
    done = [Emptied(_("applications"), count, tuple(hashes))]
    certificate = certificates.write(KIND, call, done, STAYS, now=now, programme=call.programme)
    notices.kept_no_longer(call, certificate, count, now=now)
