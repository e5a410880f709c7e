"""The links at the head of our pages: each application adds those that concern the person reading.

    @navigation.asks
    def applied(user): return Application.objects.of(user)

    @navigation.items
    def my_applications(request, known):
        if known["applied"]: yield navigation.Item(…)

Whether there is anything in what was asked is found out for all in one query, since every page asks. Its SQL is written
once by each process: the ORM takes longer to write it than PostgreSQL to answer it. So what a function gives may depend
on nothing of the user but the primary key, nor on the time.
"""

from dataclasses import dataclass
from functools import cache

from django.db import connection
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
    names, sql, params = _question()
    if not user.is_authenticated:
        return dict.fromkeys(names, False)
    with connection.cursor() as cursor:
        cursor.execute(sql, [user.pk if param == _SOMEBODY else param for param in params])
        found = cursor.fetchone()
    return dict(zip(names, found, strict=True)) if found else dict.fromkeys(names, False)


_SOMEBODY = -7_309_614_825  # no primary key


@cache
def _question() -> tuple[list[str], str, tuple]:
    """Names, and the SQL with somebody in the place of the reader."""
    somebody = User(pk=_SOMEBODY)
    questions = {ask.__name__: Exists(ask(somebody)) for ask in asks}
    asked = User.objects.filter(pk=_SOMEBODY).order_by().values_list(*questions.values())
    return list(questions), *asked.query.sql_with_params()
