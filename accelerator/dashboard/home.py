"""The dashboard's home and sidebar. Each application adds what concerns the person reading.

`links` are functions of the request that yield Link; `cards` are functions of the request that yield Card, in order
of what needs attention first. A Card is a template with its own context.
"""

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accelerator.registry import Registry

links = Registry()
cards = Registry()


@dataclass(frozen=True)
class Link:
    group: str
    title: str
    url: str
    icon: str = ""  # a Material Symbols name
    badge: str = ""


@dataclass(frozen=True)
class Card:
    template: str
    context: dict[str, Any] = field(default_factory=dict)


def navigation(request) -> list[dict]:
    """django-unfold's SIDEBAR.navigation."""
    found = [link for contribute in links for link in contribute(request)]
    return [
        {
            "title": group,
            "separator": False,
            "collapsible": False,
            "items": [
                {
                    "title": link.title,
                    "icon": link.icon,
                    "link": link.url,
                    **({"badge": link.badge} if link.badge else {}),
                }
                for link in members
            ],
        }
        for group, members in groupby(found, key=lambda link: link.group)
    ]


def home(request, context: dict) -> dict:
    """django-unfold's DASHBOARD_CALLBACK: the home of whoever is reading."""
    context["cards"] = [card for contribute in cards for card in contribute(request)]
    return context


def environment(request):
    return [_("Rehearsal"), "warning"] if settings.REHEARSAL else None
