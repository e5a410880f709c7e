"""What a founder's or a reviewer's closed account means for applications: a team goes on without them, and what was theirs
alone is emptied."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.models import HistoryEntry, Startup, TeamMember, User
from accelerator.privacy import closing, idle, words
from accelerator.privacy.certificates import Emptied
from accelerator.privacy.closing import Refusal
from applications.applying import team, withdrawal
from applications.applying.models import Application, Recusal
from applications.calls import window
from applications.reviewing.models import Reviewer
from applications.selecting import emptying
from applications.selecting import withdrawal as sealed_withdrawal
from applications.selecting.models import Offer


def _others(startup: Startup, user: User):
    return startup.team.exclude(user=user).filter(user__is_active=True)


@closing.refusals
def owns_a_team(user: User, now: datetime) -> Iterator[Refusal]:
    """Whoever owns a team with others in it hands it on first; they know best to whom."""
    if closing.pending(user):
        return  # it passes on by itself if nobody did so within the fourteen days
    for startup in Startup.objects.of(user).filter(members__user=user, members__is_owner=True):
        application = startup.applications.order_by("-started_at").first()
        owned = startup.team.filter(user=user, is_owner=True).exists()
        if application and owned and _others(startup, user).exists():
            yield Refusal(
                _("You own the team of %(startup)s. Hand it to another founder first.")
                % {"startup": startup},
                reverse("applying:team", args=[application.public_id]),
                _("To the team"),
            )


@closing.refusals
def holds_a_place(user: User, now: datetime) -> Iterator[Refusal]:
    """The only founder of a startup that is in, or was offered a place: others count on it."""
    held = Offer.objects.live().filter(application__startup__in=Startup.objects.of(user))
    for offer in held.select_related("application__startup", "application__call__programme"):
        call, startup = offer.application.call, offer.application.startup
        if now < window.end_of_day(call.ends_on, call.zone) and not _others(startup, user).exists():
            yield Refusal(
                _(
                    "%(startup)s has a place in %(programme)s until it ends. Ask a co-founder in and hand the team to "
                    "them, or give the place up."
                )
                % {"startup": startup, "programme": call.programme},
                offer.get_absolute_url(),
                _("To the offer"),
            )


@idle.holding
def in_teams_that_are_kept():
    kept = Application.objects.filter(emptied_at=None)
    teams = TeamMember.objects.filter(left_at=None, startup__in=kept.values("startup"))
    return User.objects.filter(pk__in=teams.values("user"))


@closing.emptied
def own_applications(user: User, now: datetime) -> Iterator[Emptied]:
    for startup in list(Startup.objects.of(user)):
        member = startup.team.get(user=user)
        heir = _others(startup, user).first()
        if heir is None:
            yield from _alone(startup, user, now)
            TeamMember.objects.filter(pk=member.pk).update(left_at=now)
            continue
        if member.is_owner:
            team.hand_over(heir, by=user, now=now)
            member.refresh_from_db()
        team.leave(member, now=now)
    yield Emptied(_("signatures under offers"), _signatures(user))


def _signatures(user: User) -> int:
    signed = Offer.objects.filter(answered_by=user).exclude(accepted_name="")
    return signed.update(accepted_name=emptying.GONE)


def _alone(startup: Startup, user: User, now: datetime) -> Iterator[Emptied]:
    for application in startup.applications.select_related("call__programme", "call__window", "startup"):
        if application.is_editable(now):
            withdrawal.withdraw(application, by=user, now=now)
        elif not sealed_withdrawal.why_not(application):
            sealed_withdrawal.withdraw_sealed(application, by=user, now=now)
        yield from emptying.empty(application, why="account", now=now, by=user)


@closing.emptied
def as_reviewer(user: User, now: datetime) -> Iterator[Emptied]:
    """Marks and comments stay under no name; what told about the person goes."""
    about_them = Recusal.objects.filter(user=user).exclude(reason="")
    pairs = about_them.values("pk")
    of_theirs = HistoryEntry.objects.filter(
        Q(object_type=Recusal._meta.label_lower, object_id__in=pairs)
        | Q(action="application.conflict_declared", actor=user)
    )
    words.erase_words(of_theirs)
    yield Emptied(_("reasons of conflicts"), about_them.update(reason=""))
    Reviewer.objects.filter(user=user).update(topics=[])
