"""The order of the ranking, and where a decision departs from it. A departure needs a reason, which stays beside it."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import wording
from accelerator.models import User
from accelerator.transitions import WrongValue
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.sight import Sight
from applications.selecting.models import Decision

NAMED = 3  # of those passed over, in a sentence


@dataclass(frozen=True)
class OutOfOrder:
    """A startup that was picked before others that the ranking has above it."""

    startup: str
    public_id: str
    place: int | None
    reason: str
    before: list[str]

    def __str__(self) -> str:
        said = {"startup": self.startup, "others": _names(self.before)}
        if self.place is None:
            return _("%(startup)s, which has no place, before %(others)s") % said
        return _("%(startup)s, place %(place)s, before %(others)s") % {**said, "place": self.place}


def passed_over(application: Application, call: Call, *, by: User) -> list[str]:
    """Whom picking this application now would pass over: eligible, better in the ranking as this person sees it, and
    neither picked nor decided on with a reason of its own."""
    places = _places(call, Sight(by, call))
    mine = places.get(application.pk)
    better = {pk for pk, place in places.items() if place is not None and (mine is None or place < mine)}
    shown = Decision.objects.filter(Sight(by, call).decided, call=call, application__in=better)
    explained = shown.exclude(~Q(outcome=Decision.Outcome.SELECTED), reason="")
    left = better - {application.pk} - set(explained.values_list("application", flat=True))
    return _named(left, places)


def must_say_why(application: Application, call: Call, reason: str, *, by: User) -> None:
    """Raise WrongValue for a pick out of order that nobody gives a reason for."""
    if reason.strip() or not (others := passed_over(application, call, by=by)):
        return
    raise WrongValue(
        "reason",
        _(
            "%(others)s rank above %(startup)s and are not picked. Say why it comes first: the reason goes on record."
        )
        % {"others": _names(others), "startup": application}
        if len(others) > 1
        else _(
            "%(others)s ranks above %(startup)s and is not picked. Say why it comes first: the reason goes on record."
        )
        % {"others": others[0], "startup": application},
    )


def departures(call: Call, sight: Sight) -> list[OutOfOrder]:
    """Those picked before others that the ranking has above them and that are not picked, as this person sees them."""
    if sight.is_veiled:
        return []
    picked = list(
        Decision.objects.filter(sight.decided, call=call)
        .picked()
        .select_related("application__startup")
        .order_by("seat__number")
    )
    if not picked:
        return []
    places = _places(call, sight)
    chosen = {decision.application_id for decision in picked}
    found = []
    for decision in picked:
        if decision.application_id in sight.hidden:
            continue
        mine = places.get(decision.application_id)
        before = {
            pk
            for pk, place in places.items()
            if place is not None and pk not in chosen and (mine is None or place < mine)
        }
        if before:
            application = decision.application
            found.append(
                OutOfOrder(
                    str(application.startup),
                    application.public_id,
                    mine,
                    decision.reason,
                    _named(before, places),
                )
            )
    return found


def _places(call: Call, sight: Sight) -> dict[int, int | None]:
    from applications.selecting import findings  # with numpy, which a call without reviews does not need

    found = findings.of(call, without=sight.unseen)
    return {line.application: line.place for line in found.standings}


def _named(applications: set[int], places: dict[int, int | None]) -> list[str]:
    """Their names, best first."""
    names = dict(Application.objects.filter(pk__in=applications).values_list("pk", "startup__name"))
    return [names[pk] for pk in sorted(names, key=lambda pk: (places[pk] or 0, names[pk]))]


def _names(names: list[str]) -> str:
    if len(names) <= NAMED + 1:
        return wording.list_of(names)
    more = len(names) - NAMED
    others = ngettext("%(count)s other", "%(count)s others", more) % {"count": more}
    return wording.list_of([*names[:NAMED], others])
