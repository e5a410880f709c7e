"""Signing up and in: by e-mail and code. Codes leave through the outbox as secret messages."""

from datetime import timedelta
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal import ratelimit
from django import forms
from django.conf import settings
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accelerator import clock
from accelerator.messages import outbox
from accelerator.people import address_changes, codes, known_browsers, passkey_offer, proofs, signed_in, zones
from accelerator.people.destinations import on_the_way_to
from accelerator.policies import accepting
from accelerator.records import languages
from accelerator.records.addresses import canonical
from accelerator.records.names import NameField
from accelerator.records.people import User
from accelerator.watching import logs

CODE_LIFE = timedelta(minutes=15)
# Mails that anybody can cause by typing somebody's address.
CAUSED_BY_ANYBODY = {
    "account/email/account_already_exists",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/login_code",
    "account/email/password_reset_key",
    "account/email/proof_code",
    "account/email/unknown_account",
}
STRANGERS_TRIES = {"login_failed_by_strangers": "40/5m/key"}


class Adapter(DefaultAccountAdapter):
    """allauth, with its mails written to the outbox instead of sent on the request's path, and refusals in our words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("That is your address already."),
        "email_password_mismatch": _("Address and password do not belong together."),
        "email_taken": _("There is an account with this address already."),
        "enter_current_password": _("That is not your password."),
        "incorrect_code": _("That is not the code. Please look again, in the newest of our mails."),
        "incorrect_password": _("That is not your password."),
        "too_many_login_attempts": _("Too many attempts. Leave the password empty and have a code sent."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        if template_prefix in CAUSED_BY_ANYBODY:
            matter = context.get("code") or template_prefix
            if not codes.may_mail(self.request, email, matter):
                return
        self._write("accelerator.sign_in", template_prefix, email, context, useful_for=CODE_LIFE)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict | None = None, email: str | None = None
    ) -> None:
        """What was changed in an account is told to the address in use, and an exchanged one to the old address, with
        a link that takes it back."""
        context = {
            "ip": logs.client_address(self.request),
            "device": signed_in.device(self.request.headers.get("User-Agent", "")),
            **(context or {}),
        }
        if template_prefix == "account/email/email_changed":
            secret = address_changes.note(
                user,
                from_email=context["from_email"],
                to_email=context["to_email"],
                real_now=clock.real_now(),
            )
            context["take_back_url"] = outbox.absolute(reverse("people:take_back_address", args=[secret]))
        kind, to = "accelerator.account_changed", email or user.email
        self._write(kind, template_prefix, to, context, useful_for=address_changes.LIFE)

    def _write(self, kind: str, prefix: str, email: str, context: dict, *, useful_for: timedelta) -> None:
        context = {"email": email, "base_url": settings.BASE_URL, **context}
        outbox.enqueue_secret(
            kind,
            to=email,
            subject=" ".join(render_to_string(f"{prefix}_subject.txt", context).split()),
            text=render_to_string(f"{prefix}_message.txt", context).strip() + "\n",
            useless_after=clock.now() + useful_for,
        )

    def is_reauthentication_required(self, *, app: str, **how) -> bool:
        return not proofs.has_just_signed_in(self.request)

    def get_reauthentication_methods(self, user) -> list[dict]:
        methods = super().get_reauthentication_methods(user)
        if user.is_authenticated and any(way["id"] == proofs.BY_CODE for way in proofs.ways(user)):
            url = reverse("people:prove_by_code")
            methods.append({"id": proofs.BY_CODE, "description": _("A code by mail"), "url": url})
        return methods

    def send_confirmation_mail(self, request, emailconfirmation, signup: bool) -> None:
        """Asking again to confirm an address sends the code that lives already, as it does for signing in."""
        process = emailconfirmation
        process.state["code"] = codes.living(
            f"confirm for {process.user.pk}", process.email, self.generate_email_verification_code
        )
        super().send_confirmation_mail(request, process, signup)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """From the configured address, never from what a request calls us."""
        return outbox.absolute(urlsplit(super().get_reset_password_from_key_url(key)).path)

    def get_client_ip(self, request) -> str:
        """What limits count by: a browser in which somebody has signed in before counts by itself, wherever it is."""
        named = known_browsers.owner(request)
        return f"browser-of-{named}" if named else super().get_client_ip(request)

    def post_login(self, request, user: User, **how) -> HttpResponseBase:
        if how["signup"]:  # by a code that went to the address, as signing in does
            record_authentication(request, user, "code", email=user.email)
        response = super().post_login(request, user, **how)
        if known_browsers.owner(request) != user.public_id:
            passkey_offer.make(request, user, on=urlsplit(response.url).path)
        known_browsers.remember(response, user)
        return response

    def pre_authenticate(self, request, **credentials) -> None:
        """Wrong passwords count against whoever types them; all strangers together have an allowance of their own."""
        super().pre_authenticate(request, **credentials)
        address = credentials.get("email", "")
        if known_browsers.is_owners(request, address):
            return
        if not ratelimit.consume(
            request, app="slipway", action="login_failed_by_strangers", config=STRANGERS_TRIES, key=address
        ):
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, request, **credentials) -> str:
        return f"{credentials.get('email', '').lower()} {ratelimit.get_ip(request)}"

    def clean_email(self, email: str) -> str:
        return canonical(super().clean_email(email))

    def is_safe_url(self, url) -> bool:
        return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


class SignupNameForm(forms.Form):
    """What we ask beside the address: the name that others will read."""

    name = NameField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-zone": ""}))

    def signup(self, request, user: User) -> None:
        programme = on_the_way_to(request)
        user.name = self.cleaned_data["name"]
        user.time_zone = zones.of_newcomer(self.cleaned_data["time_zone"], programme)
        user.language = languages.of_newcomer()
        user.save(update_fields=["name", "time_zone", "language"])
        if programme:
            accepting.take_note(programme, by=user, now=clock.now())


def display(user: User) -> str:
    return str(user)
