"""Who is in a startup's team: founders ask their co-founders in, part with them, and hand the ownership on.

The owner decides who stays; everybody else may leave by themselves. A team never ends up without its owner: whoever
owns it hands it on before they go, so that the last one cannot go at all.

What else a parting brings about, higher applications add in their own `departures.py`:

    @team.parted
    def take_out_of_calendar(member, now): …
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import HistoryEntry, Invitation, Startup, TeamMember, User
from accelerator.people import invitations
from accelerator.registry import Registry
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying import notices
from applications.applying.models import Application

parted = Registry()
JOIN_ASKED = "application.join_asked"


def open_invitations(startup: Startup, now: datetime):
    found = Invitation.objects.open(now).filter(startup=startup).select_related("asked_by")
    return found.order_by("invited_at")


def invite_co_founder(startup: Startup, *, email: str, by: User, now: datetime) -> None:
    invitations.invite(Invitation.Kind.CO_FOUNDER, email=email, by=by, startup=startup, now=now)


MOST_ASKED_A_DAY = 5  # teams that one person asks whether they may join


@transaction.atomic
def ask_to_join(applications: list[Application], *, by: User, now: datetime) -> None:
    """Tell the owners of these teams that somebody may belong to them; they may invite, or not.

    Whoever asks learns nothing about the team. Asking again says nothing anew.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    asked = HistoryEntry.objects.filter(action=JOIN_ASKED, actor=by)
    today = asked.filter(happened_at__gt=now - timedelta(days=1)).count()
    for application in applications:
        if history.of(application).filter(action=JOIN_ASKED, actor=by).exists():
            continue
        if today >= MOST_ASKED_A_DAY:
            raise NotAllowed(_("You have asked several teams today. Please write to the programme instead."))
        today += 1
        history.record(JOIN_ASKED, application, by=by, programme=application.call.programme, now=now)
        notices.asked_to_join(application, by=by, now=now)


# --- Parting ------------------------------------------------------------------------------------------
@transaction.atomic
def remove(member: TeamMember, *, by: User, now: datetime) -> None:
    """The owner parts with a co-founder, who sees nothing of the startup from then on and gets a short letter."""
    member = _locked(member)
    _refuse_to_lose_the_owner(member)
    notices.removed_from_team(member, now=now)
    _part(member, "application.co_founder_removed", by=by, now=now)


@transaction.atomic
def leave(member: TeamMember, *, now: datetime) -> None:
    """A co-founder goes by themselves; the owner is told."""
    member = _locked(member)
    _refuse_to_lose_the_owner(member)
    _part(member, "application.co_founder_left", by=member.user, now=now)
    notices.left_team(member, now=now)


@transaction.atomic
def hand_over(
    to: TeamMember, *, by: User, now: datetime, instead_of: User | None = None, is_on_behalf: bool = False
) -> None:
    """Make another founder of the same team its owner; whoever owned it stays as a co-founder.

    With `is_on_behalf` somebody else does it, `instead_of` the owner that they know of, if there is one.
    """
    to = _locked(to)
    team = TeamMember.objects.filter(startup=to.startup, left_at__isnull=True)
    owner = instead_of if is_on_behalf else by
    is_first = is_on_behalf and owner is None and not team.filter(is_owner=True).exists()
    if not is_first and not team.filter(user=owner, is_owner=True).update(is_owner=False):
        raise SomebodyWasFirst(_("Somebody else owns this team by now. Reload the page to see who."))
    team.filter(pk=to.pk).update(is_owner=True)
    _record("application.ownership_handed_over", to, by=by, now=now)
    if not is_on_behalf:  # the whole team is told then, with the reason
        notices.became_owner(to, by=by, now=now)


def why_one_cannot_leave(member: TeamMember) -> str:
    """Why this founder cannot go, as a sentence; "" when they can."""
    if not member.is_owner:
        return ""
    if member.startup.team.exclude(pk=member.pk).exists():
        return _("You own this team. Hand it to another founder first; then you can leave.")
    return _(
        "You are the only one in the team of %(startup)s. Ask a co-founder in and hand it to them, or withdraw the "
        "application if you want to stop."
    ) % {"startup": member.startup}


def what_it_means(application: Application, now: datetime) -> str:
    """What a change of the team means at this stage, beside the access that ends."""
    offer = getattr(application, "offer", None)
    if application.call.is_released and offer is not None and offer.is_accepted:
        return _(
            "The place in the programme is the startup's and stays. Goals, sessions and what was written in them stay "
            "with it. Whoever goes has the sessions ahead taken out of their calendar."
        )
    if application.call.is_released:
        return _("The answer is out and does not change.")
    if application.is_submitted:
        return _(
            "What was submitted stays as it is, with its receipt, and goes on being read. The letter with the decision "
            "goes to those who are in the team on that day."
        )
    return _("What they wrote in the application stays in it.")


def _locked(member: TeamMember) -> TeamMember:
    """One change of a team at a time; whoever has gone meanwhile cannot go again."""
    Startup.objects.select_for_update(no_key=True).get(pk=member.startup_id)
    present = TeamMember.objects.filter(left_at__isnull=True).select_related("user", "startup")
    found = present.filter(pk=member.pk).first()
    if found is None:
        raise SomebodyWasFirst(_("%(person)s is no longer in the team.") % {"person": member.user})
    return found


def _refuse_to_lose_the_owner(member: TeamMember) -> None:
    if refusal := why_one_cannot_leave(member):
        raise NotAllowed(refusal)


def _part(member: TeamMember, action: str, *, by: User, now: datetime) -> None:
    TeamMember.objects.filter(pk=member.pk).update(left_at=now)
    invitations.withdraw_sent_by(member.user, startup=member.startup, by=by, now=now)
    _record(action, member, by=by, now=now)
    for hook in parted:
        hook(member, now)


def _record(action: str, member: TeamMember, *, by: User, now: datetime) -> None:
    """On the page of each application, where the programme's managers look."""
    for application in member.startup.applications.select_related("call__programme"):
        history.record(
            action, application, by=by, programme=application.call.programme, now=now, person=member.user_id
        )
