"""One's own account, invitations, and the people of a programme."""

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accelerator import invitations
from accelerator.models import Invitation, Programme, Role
from accelerator.people_forms import AccountForm, InviteForm
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
        return redirect("account")
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
        return redirect("home")
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
        return redirect("people_of", programme.slug)
    return render(
        request,
        "admin/people.html",
        {
            **admin.site.each_context(request),
            "title": _("People"),
            "programme": programme,
            "programmes": managed,
            "roles": Role.objects.of(programme),
            "invitations": Invitation.objects.open(request.now)
            .filter(programme=programme)
            .select_related("partner", "invited_by")
            .order_by("-invited_at", "email"),
            "form": form,
        },
    )


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
    return redirect("people_of", found.programme.slug)
