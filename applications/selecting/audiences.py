"""Whom the managers of a call can write to once its decisions are published, by what was decided and answered."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accelerator.groups import audiences
from accelerator.models import User
from applications.calls.models import Call
from applications.reviewing.audiences import OF_TEAM, managed, to_teams
from applications.reviewing.sight import Sight
from applications.selecting.models import Decision, Offer


def _released(user: User) -> QuerySet[Call]:
    return managed(user).filter(release__isnull=False)


def _teams(of: Q) -> audiences.People:
    return lambda by, call, only: to_teams(Sight(by, call).submitted.filter(of), only)


def _declare(name: str, words, because, of: Q) -> None:
    audiences.declare(
        f"applications.{name}",
        words,
        because=because,
        places=_released,
        people=_teams(of),
        placeholders=OF_TEAM,
    )


NO_PLACE = Q(offer__isnull=True) & ~Q(decision__outcome=Decision.Outcome.RESERVE)

_declare(
    "offers_open",
    _("Teams with an offer that is not answered"),
    _("your team has an offer that is not answered"),
    Q(offer__status=Offer.Status.OPEN),
)
_declare(
    "offers_accepted",
    _("Teams that accepted"),
    _("your team accepted its place"),
    Q(offer__status=Offer.Status.ACCEPTED),
)
_declare(
    "offers_declined",
    _("Teams that declined, or did not answer in time"),
    _("your team was offered a place"),
    Q(offer__status__in=[Offer.Status.DECLINED, Offer.Status.EXPIRED, Offer.Status.WITHDRAWN]),
)
_declare(
    "in_reserve",
    _("Teams in the reserve"),
    _("your team is in the reserve"),
    Q(offer__isnull=True, decision__outcome=Decision.Outcome.RESERVE, decision__passed_over_at=None),
)
_declare("not_chosen", _("Teams without a place"), _("your team applied to this call"), NO_PLACE)
