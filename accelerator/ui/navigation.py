"""The links at the head of our pages: each application adds those that concern the person reading.

    @navigation.asks
    def applied(user): return Application.objects.of(user)

    @navigation.items
    def my_applications(request, known):
        if known["applied"]: yield navigation.Item(…)

Whether there is anything in what was asked is found out for all in one query, since every page asks.
"""

from dataclasses import dataclass

from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.records.people import User
from accelerator.registry import Registry

asks = Registry()  # functions of a user that give a queryset; named for what is true when it holds anything
items = (
    Registry()
)  # functions of the request, and of what is known of its user by these names, that yield Item


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    current: bool = False


@items
def dashboard(request, _known):
    if request.user.is_staff:
        yield Item(_("Dashboard"), reverse("admin:index"), request.path.startswith("/admin/"))


def links(request) -> list[Item]:
    """Every link for this person, in the order of the applications, the dashboard last."""
    known = what_is_known(request.user)
    found = [item for contribute in items for item in contribute(request, known)]
    return sorted(found, key=lambda item: item.url == reverse("admin:index"))


def what_is_known(user) -> dict[str, bool]:
    """The answer to everything that is asked of this person."""
    questions = {ask.__name__: Exists(ask(user)) for ask in asks}
    known = User.objects.filter(pk=user.pk).order_by().values(**questions).first()
    return known or dict.fromkeys(questions, False)
