"""The release: the one act that publishes a call's decisions, makes its offers and sends its letters.

Until then nothing of a selection shows outside the dashboard: decisions are rows that only managers load, letters are
text without a recipient.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import history
from accelerator.messages import outbox
from accelerator.models import OutboxMessage, User
from accelerator.transitions import NotAllowed
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing import conflicts
from applications.reviewing.sight import must_leave_to_others
from applications.selecting import letters, offers
from applications.selecting.locking import locked
from applications.selecting.models import Decision, FrozenDossier, Letter, Release, letter_messages


def obstacles(call: Call) -> list[str]:
    """What stands between this call and its release, as sentences; nothing when it can go."""
    found = []
    decisions = Decision.objects.filter(call=call)
    picked = decisions.picked()
    if (count := picked.count()) != call.seats:
        found.append(
            ngettext(
                "%(count)s of %(seats)s seat is given.", "%(count)s of %(seats)s seats are given.", call.seats
            )
            % {"count": count, "seats": call.seats}
        )
    if open_ := Decision.objects.undecided(call).count():
        found.append(
            ngettext(
                "%(count)s application has no decision yet.",
                "%(count)s applications have no decision yet.",
                open_,
            )
            % {"count": open_}
        )
    if longer := Application.objects.filter(call=call).given_more_time().count():
        found.append(
            ngettext(
                "%(count)s application was given more time and is not sealed yet.",
                "%(count)s applications were given more time and are not sealed yet.",
                longer,
            )
            % {"count": longer}
        )
    if without := decisions.without_letter().count():
        found.append(
            ngettext(
                "%(count)s letter is not written yet: prepare the letters and read them first.",
                "%(count)s letters are not written yet: prepare the letters and read them first.",
                without,
            )
            % {"count": without}
        )
    return found


@transaction.atomic
def release(call: Call, *, by: User, now: datetime) -> Release:
    """Publish everything at once: the decisions, the offers with their last minute, all the letters.

    The dossier is made and kept in the same transaction, so that nothing can change between the two.
    """
    call = locked(call)
    if call.is_released:
        raise NotAllowed(_("The decisions of this call are published already."))
    must_leave_to_others(call, by)
    conflicts.settle_all(call, now=now)
    if found := obstacles(call):
        raise NotAllowed(_("Nothing was published.") + " " + " ".join(found))
    published = Release.objects.create(call=call, released_by=by, released_at=now)
    _freeze_dossier(published)
    chosen = Decision.objects.filter(call=call).picked().select_related("application", "seat")
    made = {
        decision.application_id: offers.make_offer(call, decision.application, decision.seat, now=now)
        for decision in chosen
    }
    count, people = letters.send(call, Letter.objects.waiting().of(call), made, now=now)
    held = letter_messages(call).filter(status=OutboxMessage.Status.HELD)
    outbox.cancel(
        held, reason=_("Another letter took its place.")
    )  # written while the version before still ran
    history.record(
        "call.released",
        call,
        by=by,
        programme=call.programme,
        now=now,
        letters=count,
        people=people,
        offers=call.seats,
    )
    return published


def _freeze_dossier(published: Release) -> None:
    """Keep what the selection rests on. Where there is nothing to recompute, the release goes without."""
    from applications.selecting import dossiers  # with numpy, which no answer to an offer needs

    call = published.call
    try:
        made = dossiers.made(call, released_on=published.released_at.astimezone(call.zone).date())
    except NotAllowed:
        return
    FrozenDossier.objects.create(release=published, text=made.text, seal=made.seal)
