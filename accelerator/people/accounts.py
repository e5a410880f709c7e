"""Signing up and in: by e-mail and code. Codes leave through the outbox as secret messages."""

from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django import forms
from django.conf import settings
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accelerator import clock
from accelerator.messages import outbox
from accelerator.people import codes, known_browsers
from accelerator.records.addresses import canonical
from accelerator.records.names import NameField
from accelerator.records.people import User

CODE_LIFE = timedelta(minutes=15)
# Mails that anybody can cause by typing somebody's address.
CAUSED_BY_ANYBODY = {
    "account/email/account_already_exists",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/login_code",
    "account/email/password_reset_key",
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
        context = {"email": email, "base_url": settings.BASE_URL, **context}
        outbox.enqueue_secret(
            "accelerator.sign_in",
            to=email,
            subject=" ".join(render_to_string(f"{template_prefix}_subject.txt", context).split()),
            text=render_to_string(f"{template_prefix}_message.txt", context).strip() + "\n",
            useless_after=clock.now() + CODE_LIFE,
        )

    def send_confirmation_mail(self, request, emailconfirmation, signup: bool) -> None:
        """Asking again to confirm an address sends the code that lives already, as it does for signing in."""
        process = emailconfirmation
        process.state["code"] = codes.living(
            f"confirm for {process.user.pk}", process.email, self.generate_email_verification_code
        )
        super().send_confirmation_mail(request, process, signup)

    def get_client_ip(self, request) -> str:
        """What limits count by: a browser in which somebody has signed in before counts by itself, wherever it is."""
        named = known_browsers.owner(request)
        return f"browser-of-{named}" if named else super().get_client_ip(request)

    def post_login(self, request, user: User, **how) -> HttpResponseBase:
        response = super().post_login(request, user, **how)
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

    def signup(self, request, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


def display(user: User) -> str:
    return str(user)
