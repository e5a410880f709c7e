"""The dashboard's home and sidebar. Each application adds what concerns the person reading.

`links` are functions of the request that yield Link; `cards` are functions of the request that yield Card, in order
of what needs attention first. A Card is a template with its own context. `switches` are functions of the request that
give a Switch, or None: what stands at the head of the sidebar.
"""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.registry import Registry

links = Registry()
cards = Registry()
switches = Registry()


@dataclass(frozen=True)
class Link:
    group: str
    title: str
    url: str
    icon: str = ""  # a Material Symbols name
    badge: str = ""
    is_folded: bool = False  # its group opens when asked, or when one of its pages is shown


@dataclass(frozen=True)
class Choice:
    key: int
    words: str
    is_draft: bool = False


@dataclass(frozen=True)
class Switch:
    """What the sidebar is about, and what else it can be: a press posts `choice` and `page` to `url`."""

    label: str
    current: str
    others: list[Choice]
    url: str
    page: str = ""  # the route that is shown, where the others have it as well


@dataclass(frozen=True)
class Card:
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    is_first: bool = False  # before all that are not


def navigation(request) -> list[dict]:
    """django-unfold's SIDEBAR.navigation, drawn by our templates/unfold/helpers/app_list.html. What several rooms put
    under one heading stands together, where the first of them put it."""
    groups: dict[str, list[Link]] = {}
    for contribute in links:
        for link in contribute(request):
            groups.setdefault(link.group, []).append(link)
    shown = _shown(request.path, [link.url for members in groups.values() for link in members])
    return [
        {
            "title": group,
            "is_folded": all(link.is_folded for link in members),
            "items": [
                {
                    "title": link.title,
                    "icon": link.icon,
                    "link": link.url,
                    "active": link.url == shown,
                    **({"badge": link.badge} if link.badge else {}),
                }
                for link in members
            ],
        }
        for group, members in groups.items()
    ]


def _shown(path: str, urls: list[str]) -> str:
    """The link under which a page lies, "" for none: of several the one that says most of its address."""
    index = reverse("admin:index")
    return max(
        (url for url in urls if path == url or (url != index and path.startswith(url))), key=len, default=""
    )


def heads(request) -> list[Switch]:
    """What stands above the sidebar's links."""
    return [switch for find in switches if (switch := find(request))]


def home(request, context: dict) -> dict:
    """django-unfold's DASHBOARD_CALLBACK: the home of whoever is reading."""
    found = [card for contribute in cards for card in contribute(request)]
    context["cards"] = sorted(found, key=lambda card: not card.is_first)
    return context


def environment(request):
    return [_("Rehearsal"), "warning"] if settings.REHEARSAL else None
