"""Whether two applications to one call may be of the same startup: nearly the same name, or the same website.

Nobody is told who the others are. Founders are asked whether they want to join the other team; managers see a hint.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from django.db.models import Q

from accelerator.models import Startup, User
from applications.applying.models import Application
from applications.calls.models import Call

NEARLY = 0.88  # of two names' letters; Papyrus and Papyruss are 0.93
SHORT = 5  # letters; shorter names have to be the same
# Where many have a page of their own: the same host says nothing.
SHARED_HOSTS = {
    "about.me", "bitbucket.org", "canva.site", "carrd.co", "drive.google.com", "facebook.com", "framer.website",
    "github.com", "github.io", "gitlab.com", "huggingface.co", "instagram.com", "linkedin.com", "linktr.ee",
    "medium.com", "netlify.app", "notion.site", "notion.so", "sites.google.com", "substack.com", "twitter.com",
    "vercel.app", "webflow.io", "wixsite.com", "wordpress.com", "x.com", "youtube.com",
}  # fmt: skip
LEGAL_FORMS = {"ag", "bv", "gmbh", "inc", "limited", "llc", "ltd", "sa", "sarl", "sas", "sasu", "srl", "ug"}


def plain_name(name: str) -> str:
    """Letters and digits alone, without accents, capitals and the legal form: Papyrus SAS → papyrus."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    words = re.findall(r"\w+", "".join(c for c in letters if not unicodedata.combining(c)))
    kept = [word for word in words if word not in LEGAL_FORMS] or words
    return "".join(kept)


def names_alike(one: str, other: str) -> bool:
    a, b = plain_name(one), plain_name(other)
    if not a or a == b or min(len(a), len(b)) < SHORT:
        return bool(a) and a == b
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.quick_ratio() >= NEARLY and matcher.ratio() >= NEARLY


def host_of(website: str) -> str:
    """The host of an address, without www; "" where many share it, or there is none."""
    try:
        host = (urlsplit(website if "//" in website else f"//{website}").hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    is_shared = any(host == shared or host.endswith(f".{shared}") for shared in SHARED_HOSTS)
    return host if "." in host and not is_shared else ""


def of_the_same_name(call: Call, name: str, *, by: User) -> list[Application]:
    """The other teams' applications whose startup bears nearly this name: of those that begin with the same letter,
    since thousands start an application in the last days."""
    first = Q()
    for letter in {name[:1], plain_name(name)[:1]} - {""}:
        first |= Q(startup__name__istartswith=letter)
    return [one for one in _of_others(call, by).filter(first) if names_alike(one.startup.name, name)]


def of_the_same_website(call: Call, startup: Startup, *, by: User) -> list[Application]:
    """The other teams' applications that name the same host as the startup does."""
    if not (host := host_of(startup.website)):
        return []
    others = _of_others(call, by).filter(startup__website__icontains=host)
    return [one for one in others if host_of(one.startup.website) == host]


def _of_others(call: Call, by: User):
    """Those whom a founder might want to join: whoever is in a team need not ask it."""
    others = call.applications.exclude(status=Application.Status.WITHDRAWN)
    others = others.exclude(startup__in=Startup.objects.of(by))
    return others.select_related("startup").only("public_id", "call", "startup__name", "startup__website")


def like(application: Application, among) -> list[Application]:
    """Which of these applications may be of the same startup as this one."""
    startup, host = application.startup, host_of(application.startup.website)
    others = among.exclude(startup=startup).select_related("startup")
    return [
        one
        for one in others.only("public_id", "call", "startup__name", "startup__website")
        if names_alike(one.startup.name, startup.name) or (host and host_of(one.startup.website) == host)
    ]
