"""What a team agreed to beside applying: given with a submission, and to be taken back at any time after.

A consent is a question of that kind that need not be answered. The latest word counts, the tick of a submission or a
change on *My data*, and each is kept with its moment and the words that stood there. Two of them have effects here:

    keep_for_next         kept longer, told of the next call, and offered its own answers there
    share_with_partners   after the release, managers may hand name, line, site and deck to partners
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import User
from accelerator.records.fields import localised
from accelerator.transitions import NotAllowed
from applications.applying import drafts
from applications.applying.consent_rows import ConsentChange
from applications.applying.models import Application, Submission

KEEP_FOR_NEXT = "keep_for_next"
SHARE_WITH_PARTNERS = "share_with_partners"
KIND = "consent"


@dataclass(frozen=True)
class GivenConsent:
    """How a consent stands: since when, and under the words of which version."""

    key: str
    words: str
    is_given: bool
    at: datetime
    version: int


def of(application: Application) -> list[GivenConsent]:
    """Every consent that its latest version asked for and did not require, in the order of the form."""
    version = application.last_version
    return _standing(version, application.consent_changes.all()) if version else []


def _standing(version: Submission, changes: Iterable[ConsentChange]) -> list[GivenConsent]:
    later = {change.key: change for change in changes if change.at > version.received_at}
    found = []
    for question in version.asked:
        if question["kind"] == KIND and not question.get("required", True):
            key = question["key"]
            is_given, at = version.answers.get(key) is True, version.received_at
            if change := later.get(key):
                is_given, at = change.is_given, change.at
            words = str(localised(question["label"]))
            found.append(GivenConsent(key, words, is_given, at, version.number))
    return found


def stands(application: Application, key: str) -> bool:
    """Whether this consent is given now; one that was never asked for is not."""
    return any(one.is_given for one in of(application) if one.key == key)


def is_refused(application: Application, key: str) -> bool:
    """Whether it was asked for and is not given now: of a draft, what stands in it."""
    if application.last_version:
        return any(not one.is_given for one in of(application) if one.key == key)
    asked = any(question.key == key for question in application.call.listed_questions)
    return asked and application.answers.get(key) is not True


def given_among(applications: Iterable[Application], key: str) -> set[int]:
    """The ids of those of them to which this consent is given now."""
    found = {application.pk for application in applications}
    changes: dict[int, list[ConsentChange]] = {}
    for change in ConsentChange.objects.filter(application__in=found, key=key):
        changes.setdefault(change.application_id, []).append(change)
    last = Submission.objects.filter(application__in=found).order_by("application", "-number")
    return {
        version.application_id
        for version in last.distinct("application")
        for one in _standing(version, changes.get(version.application_id, []))
        if one.key == key and one.is_given
    }


@transaction.atomic
def change(application: Application, key: str, *, is_given: bool, by: User, now: datetime) -> bool:
    """Give a consent or take it back, whether the call is open or long over. Returns whether that changed anything.

    While the application can still be written, its draft says the same, so that submitting again does not undo it.
    """
    current = Application.objects.select_for_update(of=("self",), no_key=True).get(pk=application.pk)
    found = {one.key: one for one in of(current)}
    if key not in found:
        raise NotAllowed(
            _("This was not asked, or it is part of applying itself. Withdraw the application instead.")
        )
    if found[key].is_given == is_given:
        return False
    ConsentChange.objects.create(
        application=current, key=key, is_given=is_given, version=found[key].version, by=by, at=now
    )
    history.record(
        "application.consent_given" if is_given else "application.consent_withdrawn",
        current,
        by=by,
        programme=current.call.programme,
        now=now,
        key=key,
    )
    if current.is_editable(now):
        drafts.save_draft(current, {key: is_given}, by=by, now=now, version=current.draft_version)
    return True
