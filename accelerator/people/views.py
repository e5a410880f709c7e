"""One's own account, and the link of an invitation."""

from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStage
from allauth.account.views import LoginView, SignupView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from accelerator.people import invitations
from accelerator.people.destinations import SIGN_IN_BEGUN, Destination
from accelerator.people.forms import AccountForm
from accelerator.records.people import Invitation

HOME = Destination("public:home")
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


class SignInView(LoginView):
    """allauth's, which leads back to the code that one was asked for. Whoever asks anew, or was told by mail that there
    is an account already, begins anew."""

    def _redirect_to_pending_stage(
        self, request: HttpRequest, stage: LoginStage
    ) -> HttpResponseRedirect | None:
        if stage.login.signup or request.method == "POST":
            clear_login(request)
            return None
        return super()._redirect_to_pending_stage(request, stage)


class SignUpView(SignupView):
    """allauth's, which keeps where one wants to go for a new address only. It is kept for a known one too, so that the
    page that asks for the code, which names the programme, does not tell which of both it is."""

    def form_valid(self, form) -> HttpResponseBase:
        response = super().form_valid(form)
        if begun := self.request.session.get(SIGN_IN_BEGUN):
            self.request.session[SIGN_IN_BEGUN] = {**begun, "redirect_url": self.get_success_url()}
        return response


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
        goes_on = invitations.accept(found, by=request.user, now=request.now) or HOME
        messages.success(request, _("Welcome. You are in."))
        return redirect(goes_on.route, *goes_on.arguments)
    is_open = found.is_open(request.now)
    offer, duties = OFFERS[Invitation.Kind(found.kind)]
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
