"""The mails about a proposed hour: one question with one link to each, and word to the others when somebody declines."""

from datetime import datetime

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator.messages import kinds, one_links, outbox
from accelerator.models import OutboxMessage, User

kinds.name_kinds(
    "mentoring",
    session_proposed=gettext_lazy("An hour of mentoring is proposed to both sides"),
    proposal_declined=gettext_lazy("A proposed hour is declined"),
)

_TYPE = "mentoring.proposedsession"


def people(proposal) -> list[User]:
    return [proposal.mentor.user, *(member.user for member in proposal.startup.team)]


def proposed(proposal, *, now: datetime) -> None:
    for person in people(proposal):
        outbox.enqueue(
            "mentoring.session_proposed",
            key=f"session-proposed:{proposal.pk}:u{person.pk}",
            to=person,
            context=_context(proposal),
            programme=proposal.programme,
            about=proposal,
            useless_after=proposal.expires_at,
            now=now,
        )


def declined(proposal, *, by: User, now: datetime) -> None:
    """To whoever asked, and to the side that had said yes."""
    told = [proposal.proposed_by]
    if proposal.mentor_agreed_at:
        told.append(proposal.mentor.user)
    if proposal.startup_agreed_at:
        told += [member.user for member in proposal.startup.team]
    for person in {person.pk: person for person in told if person != by}.values():
        outbox.enqueue(
            "mentoring.proposal_declined",
            key=f"proposal-declined:{proposal.pk}:u{person.pk}",
            to=person,
            context={**_context(proposal), "by": by},
            programme=proposal.programme,
            about=proposal,
            now=now,
        )


def _context(proposal) -> dict:
    return {
        "proposal": proposal,
        "mentor": proposal.mentor,
        "startup": proposal.startup,
        "url": outbox.absolute(proposal.get_absolute_url()),
    }


@one_links.stands_in("mentoring.session_proposed", route="mentoring:answer_proposal_by_link")
def to_answer(message: OutboxMessage) -> str:
    proposal = about(message)
    return outbox.absolute(proposal.get_absolute_url()) if proposal else ""


def about(message: OutboxMessage):
    """The proposal that a mail is about."""
    if message.object_type != _TYPE:
        return None
    return apps.get_model(_TYPE).objects.with_both_sides().filter(pk=message.object_id or 0).first()


@kinds.still_wanted("mentoring.session_proposed")
def still_asked(message: OutboxMessage) -> str:
    proposal = about(message)
    if proposal is None or proposal.declined_at:
        return _("Somebody has declined this hour already.")
    if proposal.session_id:
        return _("The hour is booked.")
    if message.recipient_id not in {person.pk for person in people(proposal)}:
        return _("This person has left the team.")
    return ""
