"""Letters of decision: text without a recipient until the release, which sends it to each team as it is then."""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.messages import outbox
from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.conflicts import must_have_none
from applications.reviewing.models import Review
from applications.reviewing.sight import must_leave_to_others
from applications.selecting import notices
from applications.selecting.locking import locked
from applications.selecting.models import Decision, Letter, LetterQuerySet, Offer


@transaction.atomic
def prepare_letters(call: Call, *, by: User, now: datetime) -> int:
    """Write a letter to the team of every application decided on, where there is none yet. Returns how many."""
    call = locked(call)
    if call.is_released:
        raise NotAllowed(_("The letters of this call are out."))
    must_leave_to_others(call, by)
    decisions = Decision.objects.filter(call=call).without_letter()
    comments = _comments(call)
    written = [
        written_letter(
            decision.application,
            _kind(decision),
            {
                "call": call,
                "comments": comments[decision.application_id],
                "offer_link": Letter.OFFER_LINK,
                "answer_by": Letter.ANSWER_BY,
            },
            now=now,
        )
        for decision in decisions.select_related("application__startup", "application__call__programme")
    ]
    Letter.objects.bulk_create(written, batch_size=1000)
    if written:
        history.record(
            "call.letters_prepared", call, by=by, programme=call.programme, now=now, letters=len(written)
        )
    return len(written)


def written_letter(application: Application, kind: str, context: dict[str, Any], *, now: datetime) -> Letter:
    """A letter with the text of its kind's templates; not saved yet."""
    subject, text = outbox.in_words(
        Letter.MESSAGE + kind, {"application": application, **context}, application.call.programme
    )
    return Letter(application=application, kind=kind, subject=subject[:200], text=text, prepared_at=now)


def _kind(decision: Decision) -> str:
    if decision.is_selected:
        return Letter.Kind.OFFER
    if decision.is_reserve:
        return Letter.Kind.RESERVE
    return Letter.Kind.NOT_SELECTED if decision.application.is_eligible else Letter.Kind.NOT_ELIGIBLE


def _comments(call: Call) -> dict[int, list[str]]:
    """What reviewers wrote for the applicants, without a name and in no order that tells one."""
    comments = defaultdict(list)
    rows = (
        Review.objects.counted().filter(assignment__application__call=call).exclude(comment_for_applicant="")
    )
    for application, comment in rows.order_by("comment_for_applicant").values_list(
        "assignment__application", "comment_for_applicant"
    ):
        comments[application].append(comment)
    return comments


@transaction.atomic
def edit_letter(application: Application, *, subject: str, text: str, by: User, now: datetime) -> None:
    """Change the text of a letter that waits, for the whole team."""
    call = locked(application.call)  # a release in between would send the text of before
    must_leave_to_others(call, by)
    must_have_none(by, application)
    waiting = Letter.objects.waiting().filter(application=application)
    if waiting.filter(kind=Letter.Kind.OFFER).exists() and (missing := _missing_marks(text)):
        raise NotAllowed(
            _("An offer needs %(mark)s somewhere in its text; it is filled in on release.")
            % {"mark": missing}
        )
    words = {"subject": " ".join(subject.split())[:200], "text": text.strip() + "\n"}
    if not waiting.update(**words, edited_at=now, edited_by=by):
        raise NotAllowed(_("This letter has gone, or was withdrawn."))
    history.record(
        "application.letter_edited", application, by=by, programme=application.call.programme, now=now
    )


def _missing_marks(text: str) -> str:
    return next((mark for mark in (Letter.OFFER_LINK, Letter.ANSWER_BY) if mark not in text), "")


@dataclass(frozen=True)
class ReceivedLetter:
    """A letter as its team reads it on a page, whoever of them had the mail."""

    subject: str
    text: str
    released_at: datetime
    comments: list[str]  # of those who read the application, as far as they stand in the letter


def received(application: Application) -> list[ReceivedLetter]:
    """The letters that went out to this application's team, the latest first."""
    gone = Letter.objects.filter(application=application, released_at__isnull=False).order_by(
        "-released_at", "-pk"
    )
    offer = Offer.objects.filter(application=application).first()
    comments = (
        Review.objects.counted()
        .filter(assignment__application=application)
        .exclude(comment_for_applicant="")
        .values_list("comment_for_applicant", flat=True)
    )
    return [
        ReceivedLetter(
            letter.subject,
            notices.filled(letter.text, offer),
            letter.released_at,
            sorted(comment for comment in comments if comment.strip() in letter.text),
        )
        for letter in gone
        if letter.released_at is not None
    ]


def take_out(application: Application, comments: Collection[str], *, now: datetime) -> None:
    """The words of somebody with a conflict leave a letter that waits, in each version that they gave. What a manager
    changed in it stays, unless none of them can be found in it any more: then the letter is withdrawn, and a new one is to
    be prepared."""
    waiting = Letter.objects.waiting().filter(application=application).first()
    words = sorted({comment.strip() for comment in comments} - {""}, key=len, reverse=True)
    if waiting is None or not words:
        return
    without = waiting.text
    for comment in words:
        without = without.replace(comment, "", 1)
    if without != waiting.text:
        Letter.objects.filter(pk=waiting.pk).update(text=re.sub(r"\n{3,}", "\n\n", without))
    elif waiting.edited_at is not None:
        withdraw_letters(application, now=now)


def withdraw_letters(application: Application, *, now: datetime) -> None:
    """Take back what is prepared for an application, because its decision has changed."""
    Letter.objects.waiting().filter(application=application).update(withdrawn_at=now)


def send(call: Call, letters: LetterQuerySet, offers: dict[int, Offer], *, now: datetime) -> tuple[int, int]:
    """Make the messages of these letters, to each team as it is now. Returns how many letters, to how many people."""
    leaving = Letter.objects.filter(pk__in=list(letters.values_list("pk", flat=True)))
    count = leaving.update(released_at=now)
    return count, notices.letters(call, leaving, offers, now=now)
