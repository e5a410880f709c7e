"""Letters of decision: text without a recipient until the release, which sends it to each team as it is then.

Their words are frozen when they are written, so each names what they rest on (`inputs_of`), and one that is older than its
comments is found. Every change of words has its number, and the words of before are kept.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.messages import outbox
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.conflicts import must_have_none
from applications.reviewing.models import Review
from applications.reviewing.sight import must_leave_to_others
from applications.selecting import notices, seen
from applications.selecting.acts import BoardAct, LetterVersion
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
    comments = comments_for(call)
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
    for letter in written:
        letter.inputs = inputs_of(letter.kind, letter.application, comments[letter.application_id])
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


def comments_for(call: Call, **only: Any) -> defaultdict[int, list[str]]:
    """What reviewers wrote for the applicants, without a name and in no order that tells one; by application.

    `only` narrows it to some reviews.
    """
    comments: defaultdict[int, list[str]] = defaultdict(list)
    rows = (
        Review.objects.counted()
        .filter(assignment__application__call=call, **only)
        .exclude(comment_for_applicant="")
    )
    for application, comment in rows.order_by("comment_for_applicant").values_list(
        "assignment__application", "comment_for_applicant"
    ):
        comments[application].append(comment)
    return comments


def inputs_of(kind: str, application: Application, comments: list[str]) -> str:
    """The digest of what the words of a letter rest on: its kind, the comments, and why something is not eligible."""
    reason = application.eligibility_reason if kind == Letter.Kind.NOT_ELIGIBLE else ""
    return hashlib.sha256(json.dumps([kind, sorted(comments), reason]).encode()).hexdigest()


def comments_now(letter: Letter) -> list[str]:
    """What a letter would bring if it was written now."""
    application = letter.application
    return comments_for(application.call, assignment__application=application)[application.pk]


def inputs_now(letter: Letter) -> str:
    """The digest of what a letter would rest on now."""
    return inputs_of(letter.kind, letter.application, comments_now(letter))


@transaction.atomic
def edit_letter(
    application: Application,
    *,
    subject: str,
    text: str,
    saw: str | None = None,
    read: str = "",
    by: User,
    now: datetime,
) -> None:
    """Change the text of a letter that waits, for the whole team. The words of before are kept.

    `saw` is the mark of the letter that the person's page showed, None where no page was looked at; `read` the digest
    of what it rests on (`inputs_now`) when the page showed the comments of today beside it.
    """
    call = locked(application.call)  # a release in between would send the text of before
    must_leave_to_others(call, by)
    must_have_none(by, application)
    waiting = Letter.objects.waiting().filter(application=application).select_related("edited_by").first()
    if waiting is None:
        raise NotAllowed(_("This letter has gone, or was withdrawn."))
    if saw is not None and saw != seen.of_letter(waiting):
        raise SomebodyWasFirst(_newer_words(waiting, call, now))
    if waiting.kind == Letter.Kind.OFFER and (missing := _missing_marks(text)):
        raise NotAllowed(
            _("An offer needs %(mark)s somewhere in its text; it is filled in on release.")
            % {"mark": missing}
        )
    words = {"subject": " ".join(subject.split())[:200], "text": text.strip() + "\n"}
    before = (waiting.version, waiting.subject, waiting.text)
    change_words(waiting, **words, edited_by=by, edited_at=now)
    if read and read == inputs_now(waiting):
        Letter.objects.filter(pk=waiting.pk).update(inputs=read)
    BoardAct.objects.create(
        call=call,
        application=application,
        kind=BoardAct.Kind.LETTER_EDITED,
        by=by,
        at=now,
        before={"letter": waiting.pk, "version": before[0]},
        after={"letter": waiting.pk, "version": waiting.version},
    )
    history.record(
        "application.letter_edited",
        application,
        by=by,
        programme=application.call.programme,
        now=now,
        changes=_changes(before[1:], waiting),
        letter=waiting.pk,
        version=waiting.version,
    )


def change_words(
    letter: Letter, *, subject: str, text: str, edited_by: User | None, edited_at: datetime | None
) -> None:
    """Keep the words of before under their number, and put others in their place."""
    LetterVersion.objects.create(
        letter=letter,
        number=letter.version,
        subject=letter.subject,
        text=letter.text,
        written_by=letter.edited_by,
        written_at=letter.edited_at or letter.prepared_at,
    )
    letter.subject, letter.text = subject, text
    letter.version += 1
    letter.edited_by, letter.edited_at = edited_by, edited_at
    letter.save(update_fields=["subject", "text", "version", "edited_by", "edited_at"])


def bring_words_back(letter: Letter, earlier: LetterVersion, *, by: User, now: datetime) -> None:
    """Undo a change of a letter: its earlier words, as who had written them, under a number of their own."""
    before = (letter.subject, letter.text)
    change_words(
        letter,
        subject=earlier.subject,
        text=earlier.text,
        edited_by=earlier.written_by,
        edited_at=earlier.written_at if earlier.written_by_id else None,
    )
    history.record(
        "application.letter_edit_undone",
        letter.application,
        by=by,
        programme=letter.application.call.programme,
        now=now,
        changes=_changes(before, letter),
        letter=letter.pk,
        version=letter.version,
    )


def _changes(before: tuple[str, str], letter: Letter) -> dict[str, tuple[str, str]]:
    """What a history says of a change of words."""
    pairs = {"subject": (before[0], letter.subject), "text": (before[1], letter.text)}
    return {f"letter/{letter.pk}/{name}": both for name, both in pairs.items() if both[0] != both[1]}


def _newer_words(letter: Letter, call: Call, now: datetime) -> str:
    if letter.edited_by is None or letter.edited_at is None:
        return _("This letter was written anew since you opened it. What you wrote is still here.")
    return _("%(who)s changed this letter %(when)s. What you wrote is still here, and theirs beside it.") % {
        "who": letter.edited_by,
        "when": seen.when(letter.edited_at, call, now),
    }


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
        rest = comments_now(waiting)
        was_current = waiting.inputs in {
            inputs_of(waiting.kind, application, [*rest, one]) for one in comments
        }
        # Not kept beside: the words of before are those that had to leave.
        Letter.objects.filter(pk=waiting.pk).update(
            text=re.sub(r"\n{3,}", "\n\n", without),
            version=F("version") + 1,
            inputs=inputs_of(waiting.kind, application, rest) if was_current else waiting.inputs,
        )
    elif waiting.edited_at is not None:
        withdraw_letters(application, now=now)


def withdraw_letters(application: Application, *, now: datetime) -> list[int]:
    """Take back what is prepared for an application, because its decision has changed. Returns which letters."""
    waiting = Letter.objects.waiting().filter(application=application)
    withdrawn = list(waiting.values_list("pk", flat=True))
    waiting.update(withdrawn_at=now)
    return withdrawn


def send(call: Call, letters: LetterQuerySet, offers: dict[int, Offer], *, now: datetime) -> tuple[int, int]:
    """Make the messages of these letters, to each team as it is now. Returns how many letters, to how many people."""
    leaving = Letter.objects.filter(pk__in=list(letters.values_list("pk", flat=True)))
    count = leaving.update(released_at=now)
    return count, notices.letters(call, leaving, offers, now=now)
