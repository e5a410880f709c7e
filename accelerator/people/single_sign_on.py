"""Signing in through an organisation's own identity provider, by OpenID Connect: SLIPWAY_OIDC_URL and its companions.

What the provider says counts for one thing: who reads a verified address. That address has to have an account here, and
the second factor is asked for as after a code. Nothing of the provider is kept, so there is no link to be stolen or
forgotten: each time the address is matched anew.
"""

from allauth.account.internal.userkit import filter_users_by_email
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class CheckedSignature(openid_connect.OpenIDConnectOAuth2Adapter):
    """allauth trusts a token that came over TLS; we look at its signature, too."""

    def _decode_id_token(self, app, id_token: str) -> dict:
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )


openid_connect.OpenIDConnectOAuth2Adapter = CheckedSignature  # the views name allauth's own


class SocialAdapter(DefaultSocialAccountAdapter):
    """Lets in whoever has a verified address that has an account; makes no accounts and links none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin):
        """allauth looks at those alone that the provider says to be verified."""
        address = _verified_address(sociallogin)
        for one in sociallogin.email_addresses:
            one.verified = one.email.lower() == address
        return super().authenticate_by_email(sociallogin)

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        return _verified_address(login) == email.lower()

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        address = _verified_address(sociallogin)
        if sociallogin.state.get("process") == "connect" or request.user.is_authenticated:
            _refuse(request, _("You are signed in already."))
        if not address:
            _refuse(
                request, _("Your organisation does not say that your address is verified. Have a code sent.")
            )
        if not filter_users_by_email(address, is_active=True, for_login=True):
            _refuse(request, _("There is no account with %(email)s here yet.") % {"email": address})


def _verified_address(login: SocialLogin) -> str:
    """As the token says it; "" unless it says that it is theirs.

    Some providers never say (Microsoft's). Theirs count in the domains that are the organisation's own.
    """
    told = login.account.extra_data.get("id_token", {})
    address = str(told.get("email", "")).lower()
    if "email_verified" in told:
        return address if told["email_verified"] in (True, "true") else ""
    return address if address.rpartition("@")[2] in settings.OIDC_DOMAINS else ""


def _refuse(request: HttpRequest, sentence: str) -> None:
    messages.error(request, sentence)
    raise ImmediateHttpResponse(redirect("account_login"))
