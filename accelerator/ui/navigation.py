"""The links at the head of our pages: each application adds those that concern the person reading."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.registry import Registry

items = Registry()  # functions of the request that yield Item


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    current: bool = False


@items
def dashboard(request):
    if request.user.is_staff:
        yield Item(_("Dashboard"), reverse("admin:index"), request.path.startswith("/admin/"))


def links(request) -> list[Item]:
    """Every link for this person, in the order of the applications, the dashboard last."""
    found = [item for contribute in items for item in contribute(request)]
    return sorted(found, key=lambda item: item.url == reverse("admin:index"))
