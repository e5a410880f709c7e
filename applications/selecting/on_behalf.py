"""What a manager does for a team that cannot: with a reason, on record in both names, and told to the whole team.

Each act is the verb that the team itself would use; here stand only who may, what its page showed, and the telling.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import as_seen, history
from accelerator.models import Startup, TeamMember, User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying import deadlines, drafts, submission, team
from applications.applying import withdrawal as open_withdrawal
from applications.applying.locking import lock_for_change, lock_window
from applications.applying.models import Application, Submission
from applications.questions.kinds.consent import ConsentKind
from applications.questions.kinds.file import FileKind
from applications.questions.models import Question
from applications.reviewing.conflicts import must_have_none
from applications.reviewing.sight import must_leave_to_others
from applications.selecting import notices, withdrawal
from applications.selecting.locking import locked

SUBMITTED = "application.submitted_for_team"
CHANGES = (  # an act for the team is refused where one of these came since its page was opened
    "application.extended",
    "application.handed_over_for_team",
    "application.name_corrected",
    "application.ownership_handed_over",
    "application.reopened",
    "application.submitted",
    "application.withdrawn",
    "application.withdrawn_after_closing",
)
LONGEST_NAME = 120


class DoneForTeam(StrEnum):
    """What the team is told of."""

    FILLED_IN = "filled_in"
    SUBMITTED = "submitted"
    REOPENED = "reopened"
    HANDED_OVER = "handed_over"
    NAMED = "named"


def answerable(application: Application) -> list[Question]:
    """What can be filled in for a team. A consent is its own to give, and a file its own to upload."""
    theirs = {ConsentKind.name, FileKind.name}
    return [question for question in application.call.listed_questions if question.kind not in theirs]


@transaction.atomic
def fill_in(
    application: Application, answers: Mapping, *, reason: str, saw: int, by: User, now: datetime
) -> None:
    """Write answers that the team gave by telephone or mail. Texts before stay, and can be brought back.

    `saw` is the draft's version when the page was opened: what somebody wrote since is not overwritten.
    """
    _must_be_allowed(application, by, reason)
    lock_for_change(application, now)
    known = {question.key for question in answerable(application)}
    given = {key: value for key, value in answers.items() if key in known and value is not None}
    if not given:
        raise NotAllowed(_("Please write the answer that they gave you."))
    saved = drafts.save_draft(application, given, by=by, now=now, version=saw, keeps_all=True)
    if saved.conflicts:
        raise SomebodyWasFirst(
            _(
                "%(who)s has written in this answer since you opened the page. Look at it again before you go on."
            )
            % {"who": next(iter(saved.conflicts.values())).by or _("The team")}
        )
    labels = {question.key: str(question.label) for question in application.call.listed_questions}
    _record(
        "application.filled_in_for_team", application, by=by, now=now, reason=reason, questions=sorted(given)
    )
    _tell(DoneForTeam.FILLED_IN, application, reason, by, now, what=[labels[key] for key in given])


def submit_for(
    application: Application, *, reason: str, saw: int, key: uuid.UUID, by: User, now: datetime
) -> Submission:
    """Submit the draft as the page showed that it is: the receipt goes to the team. A repeat gives the same version.

    Not one transaction with its telling: the stamp of a submit is taken before any lock.
    """
    _must_be_allowed(application, by, reason)
    version = submission.submit(application, by=by, draft_version=saw, idempotency_key=key)
    if not submission.is_made_by(version, key, saw):
        raise NotAllowed(
            _("Version %(number)d is in already, and nothing has changed since.") % {"number": version.number}
        )
    with transaction.atomic():
        Application.objects.select_for_update(no_key=True).get(pk=application.pk)
        told = history.of(application).filter(action=SUBMITTED, details__version=version.number)
        if not told.exists():
            _record(
                "application.submitted_for_team",
                application,
                by=by,
                now=now,
                reason=reason,
                version=version.number,
            )
            _tell(DoneForTeam.SUBMITTED, application, reason, by, now)
    return version


@transaction.atomic
def withdraw_for(application: Application, *, reason: str, seen: str | None, by: User, now: datetime) -> None:
    """Take the application out as the team asked: while its call is open, or for good once it is sealed."""
    _must_be_allowed(application, by, reason)
    if application.is_sealed:
        must_leave_to_others(application.call, by)  # who is out decides on the others
        locked(application.call)
        _must_be_as_seen(application, seen, by)
        withdrawal.withdraw_sealed(application, by=by, reason=reason, now=now)
    else:
        _must_be_as_seen(application, seen, by)
        open_withdrawal.withdraw(application, by=by, reason=reason, now=now)


@transaction.atomic
def reopen_for(
    application: Application,
    *,
    until: datetime | None,
    reason: str,
    seen: str | None,
    by: User,
    now: datetime,
) -> None:
    """Make a withdrawn application a draft again; where its call is closed for it, with time until then."""
    _must_be_allowed(application, by, reason)
    if application.call.is_released:
        raise NotAllowed(_("The answers of this call are out, so an application can no longer be reopened."))
    if not application.is_open(now):
        must_leave_to_others(application.call, by)  # another rival is theirs to decide on as well
        if until is None:
            raise NotAllowed(_("The call is closed for this application. Say until when they have time."))
        locked(application.call)
        lock_window(application.call, "UPDATE")
    _must_be_as_seen(application, seen, by)
    current = Application.objects.get(pk=application.pk)
    if not current.is_withdrawn:
        raise NotAllowed(_("This application is not withdrawn, so there is nothing to reopen."))
    if not application.is_open(now) and until is not None:
        deadlines.extend(application.call, [application], until=until, reason=reason, by=by, now=now)
        application.refresh_from_db(fields=["sealed_at", "extended_until"])
    open_withdrawal.reopen(application, by=by, reason=reason, now=now)
    _tell(DoneForTeam.REOPENED, application, reason, by, now)


@transaction.atomic
def hand_over_for(
    application: Application, to: TeamMember, *, reason: str, seen: str | None, by: User, now: datetime
) -> None:
    """Make another of the team its owner, because the one who owns it cannot do so."""
    _must_be_allowed(application, by, reason)
    _must_be_as_seen(application, seen, by)
    owner = application.startup.team.filter(is_owner=True).select_related("user").first()
    if owner is not None and owner.pk == to.pk:
        raise SomebodyWasFirst(_("%(person)s owns this team already.") % {"person": to.user})
    team.hand_over(to, by=by, instead_of=owner and owner.user, is_on_behalf=True, now=now)
    _record("application.handed_over_for_team", application, by=by, now=now, reason=reason, person=to.user_id)
    _tell(DoneForTeam.HANDED_OVER, application, reason, by, now, what=[str(to.user)])


@transaction.atomic
def correct_name(
    application: Application, name: str, *, reason: str, seen: str | None, by: User, now: datetime
) -> None:
    """How the startup is called, on every page and mail from now on. What was submitted keeps its words."""
    _must_be_allowed(application, by, reason)
    _must_be_as_seen(application, seen, by)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise NotAllowed(_("A name has between 1 and %(most)d signs.") % {"most": LONGEST_NAME})
    startup = Startup.objects.select_for_update(no_key=True).get(pk=application.startup_id)
    if startup.name == name:
        raise NotAllowed(_("It is called so already."))
    before = startup.name
    filling = next((q for q in application.call.listed_questions if q.fills == "name"), None)
    if filling and application.is_editable(now):  # else their next submit would bring the old name back
        drafts.save_draft(
            application,
            {filling.key: name},
            by=by,
            now=now,
            version=application.draft_version,
            keeps_all=True,
        )
    Startup.objects.filter(pk=startup.pk).update(name=name)
    application.startup.name = name
    _record(
        "application.name_corrected",
        application,
        by=by,
        now=now,
        reason=reason,
        changes={"name": (before, name)},
    )
    _tell(DoneForTeam.NAMED, application, reason, by, now, what=[before, name])


# --- What all of them ask -------------------------------------------------------------------------------
def _must_be_allowed(application: Application, by: User, reason: str) -> None:
    must_have_none(by, application)
    if application.emptied_at is not None:
        raise NotAllowed(_("This application is no longer kept, and nothing can be done for its team."))
    if not reason.strip():
        raise NotAllowed(_("Please say why you do it for them; the team reads it."))


def _must_be_as_seen(application: Application, seen: str | None, by: User) -> None:
    if seen is not None:
        as_seen.must_be(application, seen, by=by, actions=CHANGES)


def _record(
    action: str, application: Application, *, by: User, now: datetime, reason: str, **details
) -> None:
    history.record(
        action,
        application,
        by=by,
        programme=application.call.programme,
        now=now,
        reason=reason.strip(),
        **details,
    )


def _tell(
    done: DoneForTeam,
    application: Application,
    reason: str,
    by: User,
    now: datetime,
    what: list[str] | None = None,
) -> None:
    notices.done_for_team(application, done.value, by=by, reason=reason.strip(), what=what or [], now=now)
