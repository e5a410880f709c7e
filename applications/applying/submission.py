"""Submitting: a draft becomes an immutable, numbered version with a receipt.

A version counts if the database stamped it before the deadline, so `submit` is the one workflow function that takes no
`now`.
"""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import at_once, history, wording
from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.applying import notices, receipts, stamps, standing
from applications.applying.drafts import read_contents
from applications.applying.locking import TooLate, lock_to_submit
from applications.applying.models import Application, Submission
from applications.questions import form as call_form


class Incomplete(NotAllowed):
    """Something is missing or wrong; `problems` says what."""

    def __init__(self, problems: list[call_form.Problem]):
        super().__init__(_("Some answers are missing or need a change."))
        self.problems = problems


class Outdated(NotAllowed):
    """The draft has changed since the person looked at it."""


def submit(
    application: Application, *, by: User, draft_version: int, idempotency_key: uuid.UUID
) -> Submission:
    """Make the draft an immutable, numbered version with a receipt.

    A repeat (the same key for the same draft) gets the first receipt again; the same key for another draft is a new wish.
    A wish that changes nothing makes no version: the one that is in comes back.

    The stamp is that of the ticket which came ahead of it, or is taken first, in a statement of its own and before any
    lock, so that waiting for somebody else's lock makes nobody late and a request that is still travelling gains nothing.
    """
    stamp = stamps.stamp_of(application, by, draft_version, idempotency_key)
    try:
        return _submit(application, stamp, by, draft_version, idempotency_key)
    except NotAllowed as refusal:
        # Outside the transaction that was rolled back, so that the attempt stays on record.
        stamps.settle(idempotency_key, application, now=stamp, outcome=str(refusal))
        if isinstance(refusal, TooLate):
            history.record(
                "application.refused_late",
                application,
                by=by,
                programme=application.call.programme,
                now=stamp,
                reason=str(refusal),
            )
        raise


@transaction.atomic
def _submit(application, stamp, by, draft_version, idempotency_key) -> Submission:
    current = lock_to_submit(application)
    window = current.call.window  # as it is under the lock, not as the request read it
    versions = _versions_so_far(current)
    repeated = _repeated(versions, idempotency_key, draft_version)
    is_late = stamp >= current.deadline or window.sealed_at or current.is_sealed
    stands = current.is_submitted and draft_version == current.draft_version
    if repeated and (stands or is_late):
        return repeated
    if is_late:
        raise TooLate(_late_sentence(current, stamp))
    if stamp < window.opens_at:
        raise NotAllowed(_("This call is not open yet."))
    if current.is_withdrawn:
        raise NotAllowed(_("This application is withdrawn. Reopen it before you submit."))
    if draft_version != current.draft_version:
        raise Outdated(_outdated_sentence(repeated))
    questions, attached = current.call.listed_questions, read_contents(current)
    if problems := call_form.problems(current.answers, questions, attached):
        raise Incomplete(problems)

    last = versions[-1] if versions else None
    if last and current.is_submitted and not _changes(last, current, questions, attached):
        return last
    number, previous = (last.number, last.content_hash) if last else (0, "")
    content = receipts.content_of(
        current, questions, attached, number=number + 1, received_at=stamp, previous_hash=previous
    )
    version = Submission(
        application=current,
        number=number + 1,
        content=content,
        content_hash=receipts.digest(content),
        previous_hash=previous,
        received_at=stamp,
        submitted_by=by,
        idempotency_key=_key_of_wish(versions, idempotency_key, draft_version, number + 1),
    )
    rows, values = current.step_to(
        Application.Status.SUBMITTED, submitted_at=stamp, submitted_draft_version=current.draft_version
    )
    at_once.insert(version, also=[(rows, values)])
    current.note_step(values)
    history.record(
        "application.submitted",
        current,
        by=by,
        programme=current.call.programme,
        now=stamp,
        version=version.number,
        hash=version.content_hash,
    )
    notices.receipt(version)
    return version


def _versions_so_far(current: Application) -> list[Submission]:
    """Oldest first; whoever submits for the first time, as nearly everybody does near the deadline, has none."""
    if current.submitted_at is None:
        return []
    return list(current.submissions.only("number", "content_hash", "idempotency_key", "application"))


def _repeated(versions: list[Submission], key: uuid.UUID, draft_version: int) -> Submission | None:
    """The latest version that this very wish made before: the same key, for the same draft."""
    for version in reversed(versions):
        if is_made_by(version, key, draft_version):
            return version
    return None


def is_made_by(version: Submission, key: uuid.UUID, draft_version: int) -> bool:
    """Whether this wish made the version, now or when it was first heard."""
    keys = {key, _key_apart(key, draft_version, version.number)}
    return version.idempotency_key in keys and version.of_draft == draft_version


def _key_of_wish(versions: list[Submission], key: uuid.UUID, draft_version: int, number: int) -> uuid.UUID:
    """The key as it came. One that an earlier version has, because a page was brought back from before, is told apart."""
    is_taken = any(version.idempotency_key == key for version in versions)
    return _key_apart(key, draft_version, number) if is_taken else key


def _key_apart(key: uuid.UUID, draft_version: int, number: int) -> uuid.UUID:
    return uuid.uuid5(key, f"{draft_version}:{number}")


def _changes(
    last: Submission, current: Application, questions: list, attached: dict
) -> list[standing.Change]:
    """What this wish would change of the version that is in."""
    if last.of_draft == current.draft_version:
        return []
    return standing.changes(last.content, standing.content(current, questions, attached))


def _outdated_sentence(repeated: Submission | None) -> str:
    if repeated is None:
        return _("The draft has changed since you opened this page. Please read it again before you submit.")
    return _(
        "Version %(number)d is in, and the draft has changed since: nothing new was submitted. Please read it again "
        "before you submit."
    ) % {"number": repeated.number}


def _late_sentence(application: Application, stamp) -> str:
    call = application.call
    return _("The call closed on %(deadline)s. This submit reached us at %(time)s, so it is too late.") % {
        "deadline": wording.deadline(application.deadline, call),
        "time": f"{stamp.astimezone(call.zone):%H:%M:%S.%f}",
    }
