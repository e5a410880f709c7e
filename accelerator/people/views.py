"""Signing in, one's own account, and the links of invitations and of old addresses."""

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStage
from allauth.account.views import BaseReauthenticateView, LoginView, PasswordSetView, SignupView
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accelerator import clock, wording
from accelerator.going_on import path_of_ours
from accelerator.people import (
    address_changes,
    invitations,
    other_address,
    passkey_offer,
    proofs,
    signed_in,
    zones,
)
from accelerator.people.destinations import SIGN_IN_BEGUN, Destination
from accelerator.people.forms import AccountForm, InvitationCodeForm
from accelerator.people.sign_in import ProofCodeForm
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


@method_decorator(reauthentication_required(app="allauth.account"), name="dispatch")
class FirstPasswordView(PasswordSetView):
    """allauth's, which asks nobody to show that it is them."""


class ProveByCodeView(BaseReauthenticateView):
    """“Is it you?”, for whoever has neither password nor factor: a code to the address in use."""

    form_class = ProofCodeForm
    template_name = "account/prove_by_code.html"

    def get_form_kwargs(self) -> dict:
        return {**super().get_form_kwargs(), "code": proofs.expected_code(self.request)}

    def get_context_data(self, **kwargs) -> dict:
        is_sent = bool(proofs.expected_code(self.request))
        return {**super().get_context_data(**kwargs), "is_sent": is_sent}

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if request.POST.get("action") == "send" or not proofs.expected_code(request):
            proofs.send_code(request)
            return redirect(self.passthrough_next_url(request.path))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form) -> HttpResponseBase:
        if proofs.take_code(self.request):
            return super().form_valid(form)
        form.add_error("code", _("That code has been used. Ask for a new one."))
        return self.render_to_response(self.get_context_data(form=form))

    def form_invalid(self, form) -> HttpResponseBase:
        proofs.note_wrong_code(self.request)
        return super().form_invalid(form)


def devices(request):
    """Where one is signed in."""
    rows, here = signed_in.of(request.user), request.session.session_key
    return render(request, "accelerator/devices.html", {"rows": rows, "here": here})


@require_POST
def decline_passkey(request):
    """No, thank you: the offer goes, and one stays where one was."""
    path = request.session.get(passkey_offer.KEY, "/")
    passkey_offer.decline(request)
    return redirect(path)


@require_POST
def sign_out_device(request, pk):
    row = get_object_or_404(signed_in.of(request.user), pk=pk)
    if row.session_key == request.session.session_key:
        logout(request)
    signed_in.end(signed_in.of(row.user).filter(pk=row.pk))
    messages.success(request, _("Signed out on %(device)s.") % {"device": row.device})
    return redirect("people:devices")


@require_POST
def sign_out_elsewhere(request):
    count = signed_in.end_others(request)
    said = ngettext("Signed out on %(n)d other device.", "Signed out on %(n)d other devices.", count)
    messages.success(request, said % {"n": count} if count else _("You are signed in nowhere else."))
    return redirect("people:devices")


@login_not_required
@never_cache
def take_back_address(request, token):
    """Where the link to an old address leads. Reading it changes nothing: mail scanners open links, too."""
    change = address_changes.find(token)
    if change is None:
        raise Http404
    refusal = address_changes.why_it_stays(change)
    if request.method == "POST" and not refusal:
        if request.user == change.user:  # their session ends with all others; they are answered still
            logout(request)
        address_changes.take_back(change, real_now=clock.real_now())
        messages.success(request, _("%(email)s is yours again.") % {"email": change.from_email})
        return redirect("account_login")
    context = {"change": change, "refusal": refusal}
    return render(request, "accelerator/take_back_address.html", context, status=410 if refusal else 200)


def account(request):
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        moved = zones.what_moved(request.user) if "time_zone" in form.changed_data else []
        messages.success(request, " ".join([_("Saved."), *moved]))
        return redirect("people:account")
    return render(request, "accelerator/account.html", {"form": form})


@require_POST
def set_zone(request) -> HttpResponseRedirect:
    """One press: times as on this device. Back to the page where it was pressed."""
    zone, path = request.POST.get("time_zone", ""), request.POST.get("next", "")
    if not zones.is_known(zone):
        messages.error(request, _("We do not know this time zone. Please choose one here."))
        return redirect("people:account")
    zones.change(request.user, zone)
    shown = _("Your times are shown in %(zone)s from now on.")
    said = shown % {"zone": wording.zone_name(request.user.zone)}
    messages.success(request, " ".join([said, *zones.what_moved(request.user)]))
    return redirect(path_of_ours(path, reverse("people:account")))


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
    has_other_address = request.user.is_authenticated and not invitations.is_theirs(found, request.user)
    awaits_code = has_other_address and other_address.awaits_code(found, request.user)
    form = InvitationCodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST" and request.user.is_authenticated:
        if not has_other_address:
            return _welcome(request, found, is_proven=False)
        if found.startup:
            other_address.ask_owner(found, by=request.user, now=request.now)
            return redirect("people:invitation", token)
        if not form.is_bound:
            other_address.send_code(found, to_prove=request.user, now=request.now)
            messages.success(request, _("A code is on its way to %(email)s.") % {"email": found.email})
            return redirect("people:invitation", token)
        if form.is_valid():
            if other_address.is_proven(found, form.cleaned_data["code"], by=request.user):
                return _welcome(request, found, is_proven=True)
            found.refresh_from_db(fields=["code_tries"])
            awaits_code = other_address.awaits_code(found, request.user)
            wrong = _("That is not the code, or it has run out. Please look again in our newest mail.")
            if awaits_code:
                form.add_error("code", wrong)
            else:
                messages.error(request, wrong)  # there is no field for it any more
    is_open = found.is_open(request.now)
    offer, duties = OFFERS[Invitation.Kind(found.kind)]
    context = {
        "offer": offer % {"where": found.programme or found.startup},
        "duties": duties,
        "invitation": found,
        "programme": found.programme,
        "is_open": is_open,
        "why_closed": "" if is_open else invitations.why_closed(found),
        "has_other_address": has_other_address,
        "awaits_code": awaits_code,
        "waits_for": found.startup.owner if has_other_address and found.startup else None,
        "is_waiting": has_other_address and found.asked_by == request.user,
        "form": form,
    }
    return render(request, "accelerator/invitation.html", context, status=200 if is_open else 410)


def _welcome(request, found: Invitation, *, is_proven: bool) -> HttpResponseBase:
    goes_on = invitations.accept(found, by=request.user, is_proven=is_proven, now=request.now) or HOME
    messages.success(request, _("Welcome. You are in."))
    return redirect(goes_on.route, *goes_on.arguments)


@require_http_methods(["GET", "HEAD", "POST"])
def let_in(request, public_id):
    """The owner of a team says whether somebody who came by an invitation with another address is who was meant."""
    found = get_object_or_404(other_address.waiting_for(request.user, request.now), public_id=public_id)
    if request.method == "POST" and request.POST.get("act") == "keep_out":
        other_address.keep_out(found, by=request.user, now=request.now)
        messages.success(request, _("They stay out, and the link no longer works."))
        return redirect(HOME.route)
    if request.method == "POST":
        asks = found.asked_by
        goes_on = other_address.let_in(found, by=request.user, now=request.now) or HOME
        messages.success(request, _("%(person)s is in the team.") % {"person": asks})
        return redirect(goes_on.route, *goes_on.arguments)
    return render(request, "accelerator/let_in.html", {"invitation": found, "asks": found.asked_by})
