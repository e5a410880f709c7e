"""Until when an application is kept: the lengths are the programme's, counted from the close or from the answer."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import wording
from accelerator.privacy.periods import later
from applications.applying import consents
from applications.applying.models import Application
from applications.calls import window
from applications.selecting.models import Offer


def until(application: Application) -> datetime | None:
    """When its words and files go; None while that hangs on an answer that is still to come.

    Nothing here tells of a decision before the release.
    """
    call, programme = application.call, application.call.programme
    if application.submitted_at is None:
        return later(application.deadline, programme.drafts_kept_months)
    if not call.is_released:
        return None
    offer = Offer.objects.filter(application=application).first()
    if offer and offer.is_accepted:
        return later(window.end_of_day(call.ends_on, call.zone), programme.members_kept_months)
    if offer and offer.status in Offer.LIVE:
        return None
    return later(answered_at(application, offer), months_when_not_chosen(application))


def answered_at(application: Application, offer: Offer | None) -> datetime:
    """When it was clear that there is no place: the release, or the end of an offer after it."""
    released_at = application.call.release.released_at
    return max(released_at, offer.answered_at or offer.expires_at) if offer else released_at


def months_when_not_chosen(application: Application) -> int:
    programme = application.call.programme
    if consents.stands(application, consents.KEEP_FOR_NEXT):
        return programme.agreed_kept_months
    return programme.rejected_kept_months


def in_words(application: Application) -> str:
    """Until when, as a sentence for the team."""
    if end := until(application):
        return _("Until %(day)s.") % {"day": wording.day(end, application.call.zone, weekday=False)}
    programme = application.call.programme
    months = months_when_not_chosen(application)
    not_chosen = ngettext("%(n)d month", "%(n)d months", months) % {"n": months}
    return _(
        "If you are not chosen, %(not_chosen)s after the answer; if you are, %(chosen)d months after the programme."
    ) % {"not_chosen": not_chosen, "chosen": programme.members_kept_months}
