"""Who is in the team: founders invite their co-founders, part with them, and hand the ownership on."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accelerator.models import Invitation, TeamMember
from accelerator.people import invitations
from accelerator.transitions import NotAllowed
from applications.applying import permissions
from applications.applying import team as teams
from applications.applying.forms import CoFounderForm
from applications.applying.models import Application
from applications.applying.views.common import own_application, page, posted


@require_http_methods(["GET", "HEAD", "POST"])
def team(request, public_id):
    mine = own_application(request, public_id)
    form = CoFounderForm(posted(request))
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            teams.invite_co_founder(mine.startup, email=email, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": email})
            return redirect("applying:team", mine.public_id)
    can_withdraw = set(
        permissions.invitations_to_withdraw(request.user, mine.startup).values_list("pk", flat=True)
    )
    invited = [
        (invitation, invitation.pk in can_withdraw)
        for invitation in teams.open_invitations(mine.startup, request.now)
    ]
    members = list(mine.startup.team)
    is_owner = any(member.is_owner and member.user_id == request.user.pk for member in members)
    return page(request, "team", mine, form=form, members=members, invited=invited, is_owner=is_owner)


def _member(mine: Application, person_id: str) -> TeamMember:
    return get_object_or_404(mine.startup.team, user__public_id=person_id)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_founder(request, public_id, person_id):
    """The owner parts with a co-founder."""
    mine = own_application(request, public_id)
    member = _member(mine, person_id)
    if not permissions.owns(request.user, mine.startup):
        raise PermissionDenied
    if request.method == "POST":
        teams.remove(member, by=request.user, now=request.now)
        messages.success(request, _("%(person)s is no longer in the team.") % {"person": member.user})
        return redirect("applying:team", mine.public_id)
    if refusal := teams.why_one_cannot_leave(member):
        raise NotAllowed(refusal)
    ends = _(
        "From that moment %(person)s sees nothing of %(startup)s any more, gets no further mail about it, and hears so "
        "in a short letter."
    )
    return _ask_about_the_team(
        request,
        mine,
        _("Take %(person)s out of the team?") % {"person": member.user},
        ends % {"person": member.user, "startup": mine.startup},
        _("Take them out"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def leave_team(request, public_id):
    mine = own_application(request, public_id)
    member = get_object_or_404(mine.startup.team, user=request.user)
    if request.method == "POST":
        teams.leave(member, now=request.now)
        messages.success(request, _("You have left the team of %(startup)s.") % {"startup": mine.startup})
        return redirect("applying:my_applications")
    if refusal := teams.why_one_cannot_leave(member):
        raise NotAllowed(refusal)
    ends = _(
        "From that moment you see nothing of it any more and get no further mail about it; only your co-founders can "
        "ask you in again."
    )
    question = _("Leave the team of %(startup)s?") % {"startup": mine.startup}
    return _ask_about_the_team(request, mine, question, ends, _("Leave the team"))


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_team(request, public_id, person_id):
    mine = own_application(request, public_id)
    member = _member(mine, person_id)
    if not permissions.owns(request.user, mine.startup):
        raise PermissionDenied
    if request.method == "POST":
        teams.hand_over(member, by=request.user, now=request.now)
        words = {"person": member.user, "startup": mine.startup}
        messages.success(request, _("%(person)s now owns %(startup)s.") % words)
        return redirect("applying:team", mine.public_id)
    question = _("Make %(person)s the owner of %(startup)s?") % {
        "person": member.user,
        "startup": mine.startup,
    }
    means = _(
        "The owner decides who is in the team. You stay in it as a co-founder, and cannot take the ownership back by "
        "yourself."
    )
    return _confirm(request, mine, question, means, _("Hand it over"))


def _ask_about_the_team(request, mine: Application, question: str, ends: str, act: str) -> HttpResponse:
    """Before somebody goes: what ends, and what that means at this stage."""
    return _confirm(
        request, mine, question, f"{ends} {teams.what_it_means(mine, request.now)}", act, dangerous=True
    )


def _confirm(
    request, mine: Application, question: str, explanation: str, act: str, *, dangerous=False
) -> HttpResponse:
    context = {"question": question, "explanation": explanation, "act": act, "dangerous": dangerous}
    context |= {
        "back": reverse("applying:team", args=[mine.public_id]),
        "programme": mine.call.programme,
    }
    return render(request, "confirm.html", context)


def _team_invitation(request, mine: Application, invitation_id: str) -> Invitation:
    found = Invitation.objects.filter(startup=mine.startup).select_related("startup")
    invitation = get_object_or_404(found, public_id=invitation_id)
    if not permissions.can_withdraw_invitation(request.user, invitation):
        raise PermissionDenied
    return invitation


@require_POST
def withdraw_co_founder_invitation(request, public_id, invitation_id):
    mine = own_application(request, public_id)
    invitation = _team_invitation(request, mine, invitation_id)
    invitations.withdraw(invitation, by=request.user, now=request.now)
    messages.success(request, _("Withdrawn. The link no longer works."))
    return redirect("applying:team", mine.public_id)


@require_POST
def send_co_founder_invitation_again(request, public_id, invitation_id):
    mine = own_application(request, public_id)
    invitation = _team_invitation(request, mine, invitation_id)
    invitations.send_again(invitation, by=request.user, now=request.now)
    words = {"email": invitation.email}
    messages.success(
        request, _("A new link is on its way to %(email)s; the earlier one no longer works.") % words
    )
    return redirect("applying:team", mine.public_id)
