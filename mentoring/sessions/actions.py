"""What a startup has to do: who sees to it and until when; the same thing said twice is one."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import as_seen, history
from accelerator.models import Role, User
from accelerator.transitions import NotAllowed, WrongValue
from cohorts.admission.models import Membership
from mentoring.mentors.models import Mentor
from mentoring.sessions.models import ActionItem, MentoringSession

AGREED = "action_item.agreed"


def could_own(membership: Membership) -> list[User]:
    """The team, then the mentors who meet it and still serve."""
    mentors = Mentor.objects.serving().filter(sessions__membership=membership)
    found = [member.user for member in membership.startup.team]
    found += [mentor.user for mentor in mentors.select_related("user").order_by("pk")]
    return list({person.pk: person for person in found}.values())


@transaction.atomic
def agree(
    item: ActionItem, *, owner: User | None, due_on: date | None, seen: str, by: User, now: datetime
) -> None:
    """Who does it and until when. `seen` is the version that the page showed."""
    as_seen.must_be(item, seen, by=by, actions=[AGREED])
    item.refresh_from_db(fields=["owner", "due_on", "done_at"])
    if item.is_done:
        raise NotAllowed(_("This is done already."))
    membership = item.session.membership
    if owner and owner.pk not in {person.pk for person in could_own(membership)}:
        raise WrongValue("owner", _("Choose somebody of the team, or one of its mentors."))
    today = now.astimezone(membership.cohort.programme.zone).date()
    if due_on and due_on != item.due_on and not today <= due_on <= membership.cohort.ends_on:
        raise WrongValue("due_on", _("Choose a day from today until the end of the programme."))
    if (item.owner, item.due_on) == (owner, due_on):
        return
    item.owner, item.due_on = owner, due_on
    item.save(update_fields=["owner", "due_on"])
    history.record(AGREED, item, by=by, programme=item.session.programme, now=now)


def not_said_before(session: MentoringSession, texts: Iterable[str]) -> list[str]:
    """Without what this startup has open already in the same words, whatever their case and spaces; that is carried on."""
    said = {_words(item.text) for item in ActionItem.objects.carried_into(session)}
    new = []
    for text in texts:
        if _words(text) not in said:
            said.add(_words(text))
            new.append(text)
    return new


def _words(text: str) -> str:
    return " ".join(text.casefold().split())


def handed_on(role: Role):
    """What a mentor who leaves had still to do: it falls to the teams."""
    return ActionItem.objects.still_open().filter(
        owner=role.user_id, session__mentor__programme=role.programme_id
    )
