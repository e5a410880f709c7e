"""Signing up and in: by e-mail and code. Codes leave through the outbox as secret messages."""

from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accelerator import clock
from accelerator.messages import outbox
from accelerator.records.addresses import canonical
from accelerator.records.names import NameField
from accelerator.records.people import User

CODE_LIFE = timedelta(minutes=15)


class Adapter(DefaultAccountAdapter):
    """allauth, with its mails written to the outbox instead of sent on the request's path, and refusals in our words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("That is your address already."),
        "email_password_mismatch": _("Address and password do not belong together."),
        "email_taken": _("There is an account with this address already."),
        "enter_current_password": _("That is not your password."),
        "incorrect_code": _("That is not the code. Please look again; a new one replaces the one before."),
        "incorrect_password": _("That is not your password."),
        "too_many_login_attempts": _("Too many attempts. Please wait a few minutes and try again."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        context = {"email": email, "base_url": settings.BASE_URL, **context}
        outbox.enqueue_secret(
            "accelerator.sign_in",
            to=email,
            subject=" ".join(render_to_string(f"{template_prefix}_subject.txt", context).split()),
            text=render_to_string(f"{template_prefix}_message.txt", context).strip() + "\n",
            useless_after=clock.now() + CODE_LIFE,
        )

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
