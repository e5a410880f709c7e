"""The forms of signing in and of protecting an account, in our words. Apart from accounts.py, which allauth's own
forms import."""

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm as CodeForm
from allauth.account.internal.flows import login_by_code
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as code_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.totp import forms as app_forms
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accelerator.people import codes, factor_seals, signed_in
from accelerator.people import single_sign_on as single_sign_on  # its rules hold from the first request on
from accelerator.records.addresses import canonical


class SharedCode(login_by_code.LoginCodeVerificationProcess):
    """One browser's sign-in by a code that is the same for all who ask for this address, until somebody uses it."""

    def generate_code(self) -> str:
        code = codes.living("sign in", self.state["email"], get_adapter().generate_login_code)
        self.state["code"] = code
        return code

    def finish(self, redirect_url: str | None) -> HttpResponse:
        if not self._is_still_theirs():
            self.abort()
            messages.error(self.request, _("This address has been exchanged for another meanwhile."))
            return redirect("account_login")
        if codes.use_up("sign in", self.state["email"], self.code):
            self._confirm_an_address_that_came_without_allauth()
            return super().finish(redirect_url)
        self.abort()
        messages.error(self.request, _("That code has been used. Ask for a new one."))
        return redirect("account_login")

    def _confirm_an_address_that_came_without_allauth(self) -> None:
        """As `createsuperuser` leaves it: the code that came there confirms it, and no second one is asked for."""
        if not self.user.emailaddress_set.exists():
            self.user.emailaddress_set.create(email=self.state["email"], verified=True, primary=True)

    def _is_still_theirs(self) -> bool:
        user, email = self.user, self.state["email"]
        return bool(user and (user.email == email or user.emailaddress_set.filter(email=email).exists()))


login_by_code.LoginCodeVerificationProcess = (
    SharedCode  # allauth names its own class wherever it begins or resumes one
)


class LoginForm(CodeForm):
    """A code by mail for whoever leaves the password empty, which is nearly everybody."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        help_text=_("Only if you have set one. Forgotten? Leave it empty, and we send you a code."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    stays = forms.BooleanField(
        label=_("This is my own device: keep me signed in"),
        required=False,
        help_text=_("For two weeks without use; managers for twelve hours, everywhere."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["login"], _("E-mail address"))

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        request.session[signed_in.STAYS] = self.cleaned_data["stays"]
        return super().login(request, redirect_url)

    def clean_login(self) -> str:
        return canonical(super().clean_login())

    def _setup_password_field(self) -> None:
        """allauth would take the field away, because signing up asks for no password."""


@receiver(authenticator_added)
def count_as_recent_proof(sender, request, user, authenticator, **_more) -> None:
    """Whoever has just shown a new factor is not asked at once to show it again, which an app could not do: its code
    counts once. (This module is loaded with the forms that add one.)"""
    record_authentication(
        request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True
    )


def _say(field: forms.Field, label, help_text="") -> None:
    """A label of ours; what a field asks for does not stand inside it as well."""
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)


_FROM_THE_APP = _("Six digits from your authenticator app, or one of your recovery codes.")
_LONG = _("At least eight characters; a sentence is easy to remember and hard to guess.")


class AuthenticateForm(code_forms.AuthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["code"], _("Code"), _FROM_THE_APP)


class ReauthenticateForm(code_forms.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["code"], _("Code"), _FROM_THE_APP)


class ActivateAppForm(app_forms.ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["code"], _("The six digits that the app shows now"))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AddPasskeyForm(passkey_forms.AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["name"], _("What do you call it?"), _("Such as “My phone”, to tell it from others."))
        _say(
            self.fields["passwordless"],
            _("Sign in with it alone, without a code by mail"),
            _("Your device must ask for fingerprint, face or PIN. Leave it out for a simple security key."),
        )
        self.fields["passwordless"].initial = True
        self.initial.setdefault("passwordless", True)


class RenamePasskeyForm(passkey_forms.EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["name"], _("What do you call it?"))


class SignupForm(account_forms.SignupForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["email"], _("E-mail address"))


class AddEmailForm(account_forms.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["email"], _("New address"))


class SetPasswordForm(account_forms.SetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["password1"], _("Password"), _LONG)
        _say(self.fields["password2"], _("Once more"))


class ChangePasswordForm(account_forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["oldpassword"], _("Your password so far"))
        _say(self.fields["password1"], _("New password"), _LONG)
        _say(self.fields["password2"], _("Once more"))


class ResetPasswordForm(account_forms.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["email"], _("E-mail address"))

    def clean_email(self) -> str:
        self.cleaned_data["email"] = canonical(self.cleaned_data["email"])
        return super().clean_email()


class ResetPasswordKeyForm(account_forms.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["password1"], _("New password"), _LONG)
        _say(self.fields["password2"], _("Once more"))


class ProofCodeForm(account_forms.BaseConfirmCodeForm):
    """The code that went to the address in use."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["code"], _("Code"))


class PasswordForm(account_forms.ReauthenticateForm):
    """Is it you?"""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["password"], _("Password"))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Refusals in our words, and what apps and recovery codes are made of sealed in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "That is not the code. Apps show a new one every half minute; please try the next."
        ),
        "cannot_generate_recovery_codes": _("Set up a passkey or an app first; the codes stand in for it."),
    }

    def encrypt(self, text: str) -> str:
        return factor_seals.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return factor_seals.opened(encrypted_text)

    def generate_authenticator_name(self, user, type) -> str:
        """What a passkey is called until its owner says otherwise."""
        known = Authenticator.objects.filter(user=user, type=type).count()
        return str(_("My device")) if not known else str(_("Device %(number)d") % {"number": known + 1})
