"""One's own account, invitations, and the people of a programme."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accelerator.dashboard.frame import page
from accelerator.people import invitations, roles
from accelerator.people.forms import AccountForm, EndRoleForm, InviteForm
from accelerator.records.people import Invitation, Role
from accelerator.records.programmes import Programme
from accelerator.transitions import NotAllowed

# What is offered, and what one takes on, by the kind of invitation.
OFFERS = {
    Invitation.Kind.MANAGER: (
        gettext_lazy("Run %(where)s with us"),
        gettext_lazy(
            "You set the dates and questions, screen and assign the applications, and release the decisions."
        ),
    ),
    Invitation.Kind.REVIEWER: (
        gettext_lazy("Review for %(where)s"),
        gettext_lazy(
            "You read the applications that you are given, score them against written anchors, and say what you "
            "think to the panel and to the founders."
        ),
    ),
    Invitation.Kind.MENTOR: (
        gettext_lazy("Be a mentor of %(where)s"),
        gettext_lazy(
            "You say in which hours you are free; the startups book you there, and afterwards you note in a minute "
            "what was talked about."
        ),
    ),
    Invitation.Kind.CO_FOUNDER: (
        gettext_lazy("Join the team of %(where)s"),
        gettext_lazy("You all see and edit the same application, and each of you can submit it."),
    ),
}


def account(request):
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("people:account")
    return render(request, "accelerator/account.html", {"form": form})


@login_not_required
@never_cache
def invitation(request, token):
    """Where the link of an invitation leads. Reading it changes nothing: mail scanners open links, too."""
    found = invitations.find(token)
    if found is None:
        raise Http404
    if request.user.is_authenticated and found.accepted_by == request.user:
        messages.info(request, _("You have accepted this invitation already."))
        return redirect("public:home")
    if request.method == "POST" and request.user.is_authenticated:
        address = invitations.accept(found, by=request.user, now=request.now)
        messages.success(request, _("Welcome. You are in."))
        return redirect(address or "home")
    is_open = found.is_open(request.now)
    offer, duties = OFFERS[found.kind]
    context = {
        "offer": offer % {"where": found.programme or found.startup},
        "duties": duties,
        "invitation": found,
        "programme": found.programme,
        "is_open": is_open,
        "why_closed": "" if is_open else invitations.why_closed(found),
        "has_other_address": request.user.is_authenticated and request.user.email != found.email,
    }
    return render(request, "accelerator/invitation.html", context, status=200 if is_open else 410)


def people(request, programme_slug=None):
    """Who holds a role in a programme, who is asked in, and the form to ask more."""
    managed = Programme.objects.managed_by(request.user).order_by("name")
    if not managed:
        raise PermissionDenied
    programme = get_object_or_404(managed, slug=programme_slug) if programme_slug else managed[0]
    form = InviteForm(request.POST or None, partners=programme.partners.all())
    if request.method == "POST" and form.is_valid() and _invite_all(request, programme, form):
        return redirect("people:people_of", programme.slug)
    waiting = Invitation.objects.open(request.now).filter(programme=programme)
    return page(
        request,
        "admin/people",
        _("People"),
        programme=programme,
        programmes=managed,
        roles=_with_whether_they_can_end(Role.objects.of(programme)),
        invitations=waiting.select_related("partner", "invited_by").order_by("-invited_at", "email"),
        form=form,
    )


def _with_whether_they_can_end(found) -> list[Role]:
    """The last manager stays; `roles.end` refuses, and the page offers no button."""
    listed = list(found)
    managers = [role for role in listed if role.kind == Role.Kind.MANAGER]
    for role in listed:
        role.can_end = role.kind != Role.Kind.MANAGER or len(managers) > 1
    return listed


def _invite_all(request, programme: Programme, form: InviteForm) -> bool:
    """All addresses or none; what speaks against one of them becomes an error of the form."""
    asked = form.cleaned_data["emails"]
    try:
        with transaction.atomic():
            for email in asked:
                invitations.invite(
                    form.cleaned_data["kind"],
                    email=email,
                    by=request.user,
                    programme=programme,
                    partner=form.cleaned_data["partner"],
                    now=request.now,
                )
    except NotAllowed as refusal:
        form.add_error("emails", str(refusal))
        return False
    messages.success(
        request,
        ngettext("%(n)d invitation is on its way.", "%(n)d invitations are on their way.", len(asked))
        % {"n": len(asked)},
    )
    return True


@require_POST
def withdraw_invitation(request, public_id):
    found = get_object_or_404(Invitation.objects.visible_to(request.user), public_id=public_id)
    invitations.withdraw(found, by=request.user, now=request.now)
    messages.success(request, _("Withdrawn. The link no longer works."))
    return redirect("people:people_of", found.programme.slug)


@require_POST
def send_invitation_again(request, public_id):
    found = get_object_or_404(Invitation.objects.visible_to(request.user), public_id=public_id)
    invitations.send_again(found, by=request.user, now=request.now)
    messages.success(
        request,
        _("A new link is on its way to %(email)s; the earlier one no longer works.") % {"email": found.email},
    )
    return redirect("people:people_of", found.programme.slug)


@require_http_methods(["GET", "POST"])
def end_role(request, pk):
    """What it means to end somebody's role, and the button."""
    known = Role.objects.managed_by(request.user).select_related("user", "programme")
    role = get_object_or_404(known, pk=pk)
    if refusal := roles.why_it_must_stay(role):
        raise NotAllowed(refusal)
    is_own = role.user == request.user
    form = EndRoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = roles.end(role, by=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, _("%(person)s is no longer %(role)s.") % _in_words(role))
        stays = (
            Role.objects.held_by(request.user, Role.Kind.MANAGER).filter(programme=role.programme).exists()
        )
        people_page = reverse("people:people_of", args=[role.programme.slug])
        return redirect((address or people_page) if stays else "public:home")
    return page(
        request,
        "admin/end_role",
        _("End the role of %(person)s as %(role)s?") % _in_words(role),
        programme=role.programme,
        role=role,
        is_own=is_own,
        is_own_access=is_own and role.kind == Role.Kind.MANAGER,
        consequences=roles.what_ends(role, request.now),
        form=form,
    )


def _in_words(role: Role) -> dict:
    return {"person": role.user, "role": role.get_kind_display()}
