"""The form of the sign-in page. Apart from accounts.py, which allauth's own forms import."""

from allauth.account.forms import LoginForm as CodeForm
from django import forms
from django.utils.translation import gettext_lazy as _


class LoginForm(CodeForm):
    """A code by mail for whoever leaves the password empty, which is nearly everybody."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        help_text=_("Only if you have set one. Forgotten? Leave it empty, and we send you a code."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def _setup_password_field(self) -> None:
        """allauth would take the field away, because signing up asks for no password."""
