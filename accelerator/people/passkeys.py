"""The forms that take what a passkey answers. A browser writes it; whoever writes it by hand is told that it is wrong."""

import struct
from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms

from accelerator.people.sign_in import AddPasskeyForm
from accelerator.typed import given

# What taking a mangled answer apart ends in: something is missing, of another kind, cut off, or not signed by its key.
MANGLED = (LookupError, TypeError, ValueError, AttributeError, struct.error)


class CredentialField(forms.Field):
    """What the browser hands on from a passkey, as JSON."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> dict | None:
        return given.document(value, dict)


def _readable(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except MANGLED as error:
        raise get_adapter().validation_error("incorrect_code") from error


class NewPasskeyForm(AddPasskeyForm):
    credential = CredentialField()

    def clean(self) -> dict:
        return _readable(super().clean)


class PasskeyForm(passkey_forms.AuthenticateWebAuthnForm):
    credential = CredentialField()

    def clean_credential(self) -> Any:
        return _readable(super().clean_credential)


class PasskeySignInForm(passkey_forms.LoginWebAuthnForm):
    credential = CredentialField()

    def clean_credential(self) -> Any:
        return _readable(super().clean_credential)


class PasskeyOnceMoreForm(passkey_forms.ReauthenticateWebAuthnForm):
    credential = CredentialField()

    def clean_credential(self) -> Any:
        return _readable(super().clean_credential)
