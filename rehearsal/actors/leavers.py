"""Who was not chosen: one team takes back that partners may be handed its deck, and one founder closes the account."""

from datetime import datetime, timedelta
from functools import partial

from django.urls import reverse

from applications.applying import consents
from applications.models import Application, Decision


def plan(season):
    call = season.call
    yield season.on(call.decision_on + timedelta(days=12), 11), partial(take_consent_back, season), False
    yield season.on(call.decision_on + timedelta(days=20), 11), partial(close_account, season), True


def _not_chosen(season) -> list[Application]:
    """Those of the cast, the weakest first, so that nothing that is counted later hangs on them."""
    decided = Application.objects.filter(call=season.call, decision__outcome=Decision.Outcome.NOT_SELECTED)
    found = decided.submitted().filter(emptied_at=None).select_related("startup", "call__programme")
    companies = {a.pk: season.cast.company_of(a.startup.name) for a in found}
    known = [application for application in found if companies[application.pk]]
    return sorted(known, key=lambda a: (companies[a.pk].quality, a.pk))


def _owner(application: Application):
    return application.startup.team.get(is_owner=True).user


def take_consent_back(season, now: datetime) -> None:
    for application in _not_chosen(season):
        if consents.stands(application, consents.SHARE_WITH_PARTNERS):
            person = season.person(_owner(application).email)
            person.get(reverse("privacy:my_data"))
            path = reverse(
                "applying:change_consent", args=[application.public_id, consents.SHARE_WITH_PARTNERS]
            )
            person.post(path, {"given": "no"})
            return


def close_account(season, now: datetime) -> None:
    """Somebody who is alone in their team; the clock does the rest fourteen days later."""
    for application in _not_chosen(season):
        if application.startup.team.count() == 1:
            person = season.person(_owner(application).email)
            person.get(reverse("privacy:close_account"))
            person.post_with_proof(reverse("privacy:close_account"))
            return
