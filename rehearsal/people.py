"""Somebody of the cast at their own browser: every act goes through the real addresses, from an address of their own."""

import re
from collections.abc import Callable
from functools import cache
from urllib.parse import urlencode

from django.core.files import File
from django.test import Client
from django.test.client import ClientHandler
from django.urls import reverse

from accelerator.models import OutboxMessage, User
from rehearsal.middleware import CAST

CODE = re.compile(r"^\s*([A-Z0-9]{3,6}(?:-?[A-Z0-9]{3,6})?)\s*$", re.MULTILINE)
ERRORS = re.compile(r'class="(?:field-errors|notice)[^"]*"[^>]*>(.*?)</(?:ul|div|aside|p)>', re.DOTALL)
URLENCODED = "application/x-www-form-urlencoded"
TAGS = re.compile(r"<[^>]+>")


@cache
def site() -> ClientHandler:
    """The site that all of them visit: Django's client would load every middleware anew for each person."""
    return ClientHandler(enforce_csrf_checks=False)


class Unexpected(AssertionError):
    """A page answered something that nobody in the cast can go on from."""


class Person:
    """One person and their browser. `read_mail(email, kind)` gives the text of the newest mail to them."""

    def __init__(self, email: str, number: int, read_mail: Callable[[str, str], str]):
        self.email = email
        self.read_mail = read_mail
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.client = Client(
            headers={"host": "localhost", "user-agent": "cast"},
            REMOTE_ADDR=address,
            raise_request_exception=True,
        )
        self.client.defaults[CAST] = "yes"
        self.client.handler = site()

    @property
    def user(self) -> User:
        return User.objects.get(email__iexact=self.email)

    def get(self, path: str, *, expect=(200,)):
        return self._checked(self.client.get(path), expect)

    def post(self, path: str, data: dict | None = None, *, by_script=False, expect=(302,)):
        """Press a form's button, or let the page save itself. Like a browser's, only a form with a file is sent in parts."""
        data = data or {}
        if any(isinstance(value, File) for value in data.values()):
            return self._checked(self.client.post(path, data), expect)
        text = urlencode(data, doseq=True)
        headers = {"accept": "application/json"} if by_script else None
        response = self.client.post(path, text, content_type=URLENCODED, headers=headers)
        return self._checked(response, expect)

    def _checked(self, response, expect):
        if response.status_code not in expect:
            asked = f"{response.request['REQUEST_METHOD']} {response.request['PATH_INFO']}"
            said = " · ".join(
                " ".join(TAGS.sub(" ", found).split()) for found in ERRORS.findall(response.text)
            )
            raise Unexpected(f"{self.email}: {asked} answered {response.status_code}, not {expect}. {said}")
        return response

    # --- signing in ---------------------------------------------------------------------------------------
    def sign_up(self, name: str, *, next_url: str = "") -> None:
        """Sign up by e-mail, read the code from the mail that arrives, and type it in."""
        self.post(f"/accounts/signup/?next={next_url}", {"email": self.email, "name": name, "next": next_url})
        self._type_code("/accounts/confirm-email/")

    def sign_in(self) -> None:
        self.post("/accounts/login/code/", {"email": self.email})
        self._type_code("/accounts/login/code/confirm/")

    def sign_in_at_once(self) -> None:
        """Without a code: for a walk that goes on with people who signed up in an earlier one."""
        self.client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")

    def post_with_proof(self, path: str, data: dict | None = None) -> None:
        """Press a button that asks whether it is really them, and show it by a code to their address."""
        asked = self.post(path, data)
        if asked.url.startswith(reverse("people:prove_by_code")):
            self.post(asked.url, {"action": "send"})
            self._type_code(asked.url)

    def _type_code(self, path: str) -> None:
        found = CODE.search(self.read_mail(self.email, "accelerator.sign_in"))
        if not found:
            raise Unexpected(f"{self.email}: no code in the mail")
        self.post(path, {"code": found[1]})


def from_outbox(email: str, kind: str) -> str:
    """The newest mail as the outbox has it: a rehearsal in the browser keeps its mail there."""
    message = OutboxMessage.objects.filter(to_email__iexact=email, kind=kind).order_by("-pk").first()
    return message.text if message else ""
