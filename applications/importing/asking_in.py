"""The act on a table of people: everybody who was shown as new is asked in, or nobody is."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import Invitation, Partner, User
from accelerator.people import invitations
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.calls.models import Call
from applications.importing import people, tables_kept
from applications.importing.models import TableToImport
from applications.importing.plans import PlannedLine
from applications.reviewing import awaiting

Of = TableToImport.Of


def why_not(call: Call, of: str) -> str:
    """Why nobody can be asked in, as a sentence; "" where they can."""
    if of == Of.REVIEWERS and call.is_released:
        return _("The decisions of this call are published, so nobody reviews it any more.")
    return ""


@transaction.atomic
def ask_in(stored: TableToImport, *, seen: str, by: User, now: datetime) -> int:
    """How many were. `seen` is the fingerprint of the plan that the page showed. Each goes through the same verb as an
    invitation by hand, its limits a day included."""
    call = stored.call
    current = tables_kept.lock(stored)
    if sentence := why_not(call, current.of):
        raise NotAllowed(sentence)
    plan = people.plan(current, by=by, now=now)
    if plan.fingerprint != seen:
        raise SomebodyWasFirst(
            _("What this table would bring is no longer what you read. Here it is as of now; read it again.")
        )
    if not plan.new:
        raise NotAllowed(_("There is nobody in this table to ask in."))
    partners = {one.pk: one for one in call.programme.partners.all()}
    for line in plan.new:
        _ask(current, line, partners.get(line.said["partner"]), by, now)
    history.record(
        "call.people_imported",
        call,
        by=by,
        programme=call.programme,
        now=now,
        name=stored.name,
        people=len(plan.new),
        kind=current.of,
    )
    tables_kept.done(current, now=now)
    return len(plan.new)


def _ask(stored: TableToImport, line: PlannedLine, partner: Partner | None, by: User, now: datetime) -> None:
    call = stored.call
    if stored.of == Of.MENTORS:
        invitations.invite(
            Invitation.Kind.MENTOR,
            email=line.email,
            by=by,
            programme=call.programme,
            partner=partner,
            now=now,
        )
        return
    awaiting.ask(
        call,
        line.email,
        partner=partner,
        topics=line.said["topics"],
        capacity=line.said["capacity"],
        by=by,
        now=now,
    )
