"""Links as people paste them: without a scheme, with signs that nobody sees, or to what only they can open."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ValidationError
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

from accelerator.typed import text

WEB = ("https", "http")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d+(?:[/?#]|$))(/*)", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
_BEGINS = re.compile(r"(?:^|[\s,;])(?:https?://|www\.)", re.IGNORECASE)
_HOST_ENDS = re.compile(r"[/?#\\]")
_PERSONAL = (".local", ".localhost", ".internal", ".lan", ".home", ".localdomain", ".home.arpa")
_UNSOUND = {
    "no_address": _("“%(link)s” is not a whole web address, such as https://example.org."),
    "e_mail": _("“%(link)s” is an e-mail address. Please give the address of a web page."),
    "several": _("These are several links. Please give one."),
    "spaces": _("There is a space in this link. Please copy it again, as your browser shows it."),
    "scheme": _("A link here begins with https:// or http://, not with %(scheme)s:."),
    "only_here": _("Only your own computer can open this link. Please give one that others can open."),
    "secret": _("This link holds a name or a password before the @. Please give it without."),
    "port": _("The number after the colon of this link is no port."),
}  # fmt: skip


def canonical(typed: str) -> str:
    """The link as it is kept: whole, with its scheme. Raises ValidationError with a sentence for whoever typed it."""
    link = text.in_one_line(typed).strip("<>\"'“”«» ")
    if " " in link:
        raise _unsound("several" if len(_BEGINS.findall(link)) > 1 else "spaces", link)
    found = _with_scheme(link)
    if not found.hostname:
        raise _unsound("no_address", link)
    if "@" in found.netloc:
        raise _unsound(_what_an_at_means(link), link)
    _check_host(found, link)
    return found.geturl()


def _what_an_at_means(link: str) -> str:
    if re.fullmatch(r"[^@/:]+@[^@/:]+\.[^@/:]+", link):
        return "e_mail"
    return "no_address" if link.startswith("@") else "secret"


def _with_scheme(link: str) -> SplitResult:
    """The parts of a link; https:// where it names no scheme, and both slashes where it has one or none."""
    named = _SCHEME.match(link)
    if not named:
        rest = link.lstrip("/")
    elif named[1].lower() in WEB:
        rest = link[named.end() :]
    elif named[1].lower() == "mailto":
        raise _unsound("e_mail", link)
    else:
        raise _unsound("scheme", link, scheme=named[1].lower())
    scheme = named[1].lower() if named else WEB[0]
    # What stands after the host stays as it is: urlsplit would drop an empty query.
    host, after = _split_once(rest)
    try:
        return SplitResult(scheme, host, after, "", "")._replace(netloc=urlsplit(f"//{host}").netloc)
    except ValueError as error:  # such as a bracket that is not closed
        raise _unsound("no_address", link) from error


def _split_once(rest: str) -> tuple[str, str]:
    ends = _HOST_ENDS.search(rest)
    return (rest[: ends.start()], rest[ends.start() :]) if ends else (rest, "")


def _check_host(found: SplitResult, link: str) -> None:
    host = (found.hostname or "").rstrip(".")
    try:
        _port = found.port
    except ValueError as error:
        raise _unsound("port", link) from error
    try:
        if not ipaddress.ip_address(host).is_global:
            raise _unsound("only_here", link)
        return
    except ValueError:  # it is a name
        pass
    if host == "localhost" or host.endswith(_PERSONAL):
        raise _unsound("only_here", link)
    try:
        labels = punycode(host).split(".")
    except UnicodeError as error:
        raise _unsound("no_address", link) from error
    whole = len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and len(".".join(labels)) <= 253
    if not whole or len(labels[-1]) < 2 or labels[-1].isdigit():
        raise _unsound("no_address", link)


def _unsound(code: str, link: str, **more: str) -> ValidationError:
    shown = link if len(link) <= 60 else f"{link[:59]}…"
    return ValidationError(_UNSOUND[code], code=code, params={"link": shown, **more})
