"""When the clock seals the rules of a call, and to whom a waiting amendment is still worth a mail."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from accelerator.messages import kinds, reminders
from accelerator.models import OutboxMessage
from applications.applying.conflict_rows import why_not_told
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.models import Assignment
from applications.reviewing.sealed_rules import Amendment
from applications.setup import amendments, sealing_rules
from applications.setup.notices import AMENDMENT_ANSWERED, AMENDMENT_PROPOSED, CRITERION_TO_MARK


def _closed_with_open_rules(_since: datetime, until: datetime):
    somebody = Exists(Application.objects.filter(call=OuterRef("pk")))
    closed = Call.objects.with_deadline().filter(somebody, sealed_protocols=None, deadline__lte=until)
    return closed.select_related("programme", "window").order_by("pk")


@reminders.jobs(of=_closed_with_open_rules)
def sealing_rules_at_the_close(call: Call) -> reminders.Job:
    """At the call's own deadline, whoever has more time; also long after, when the clockwork was down for weeks."""
    return reminders.Job(
        "applications.seal_rules",
        about=call,
        due_at=call.window.deadline,
        run=lambda now: sealing_rules.seal(call, by=None, now=now),
    )


@kinds.still_wanted(AMENDMENT_PROPOSED)
def still_to_confirm(message: OutboxMessage) -> str:
    """Why it is not sent: answered meanwhile, or no longer for this person to answer."""
    waiting = Amendment.objects.waiting().filter(pk=message.version)
    return amendments.why_not_confirmed_by(waiting.first(), message.recipient)


@kinds.still_wanted(AMENDMENT_ANSWERED)
def still_runs_the_call(message: OutboxMessage) -> str:
    return why_not_told(message, Call.objects.filter(pk=message.object_id or 0).first())


@kinds.still_wanted(CRITERION_TO_MARK)
def still_to_mark(message: OutboxMessage) -> str:
    lacking = Assignment.objects.live().of_eligible().asked_once_more()
    mine = lacking.filter(application__call=message.object_id or 0, reviewer__user=message.recipient_id or 0)
    return amendments.why_nothing_to_mark(mine)
