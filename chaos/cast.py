"""Fills the scratch database and says, as JSON, who may do what: `python -m chaos.cast` with the numbers on stdin.

The programme of this repository with three calls: one that is open, one that closes in the middle of the run, and one
whose five are chosen and not yet told. The drafts are written in bulk, because only what happens to them is tried.
Every message keeps a diary, written by a trigger, so that the checks can say what its carriers had done with it.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import django

DAY = timedelta(days=1)
CANDIDATES = 14  # for five seats and five places in the reserve

DIARY = """
CREATE TABLE chaos_diary (
    id bigserial PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    message bigint NOT NULL,
    status text NOT NULL,
    fence integer NOT NULL,
    attempts integer NOT NULL,
    flagged boolean NOT NULL
);
CREATE FUNCTION chaos_write_diary() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chaos_diary (message, status, fence, attempts, flagged)
    VALUES (NEW.id, NEW.status, NEW.fence, NEW.attempts, NEW.may_have_arrived_twice);
    RETURN NULL;
END $$;
CREATE TRIGGER chaos_diary AFTER UPDATE ON accelerator_outboxmessage FOR EACH ROW
    WHEN (OLD.status <> NEW.status OR OLD.attempts <> NEW.attempts) EXECUTE FUNCTION chaos_write_diary();
"""


def drafts(call, founders) -> list:
    """Complete drafts with a deck each, as somebody leaves them before the last click."""
    from django.core.files.base import ContentFile

    from accelerator.models import Startup, StoredFile, TeamMember
    from applications.models import Answer, Application, Attachment
    from bench import filling
    from rehearsal.decks import deck

    answers = filling.answer_all(call.listed_questions)
    made = []
    for founder in founders:
        startup = Startup.objects.create(
            name=f"Startup of {founder.name}", one_line="We make it.", country="FR"
        )
        TeamMember.objects.create(startup=startup, user=founder, is_owner=True)
        application = Application.objects.create(
            call=call,
            startup=startup,
            draft_version=1,
            started_by=founder,
        )
        Answer.objects.bulk_create(Answer.rows(application, answers | {"name": startup.name}))
        content = deck(startup.name, [])
        stored = StoredFile(
            startup=startup,
            uploaded_by=founder,
            name="deck.pdf",
            size=len(content),
            sha256=sha256(content).hexdigest(),
            content_type="application/pdf",
            pages=1,
        )
        stored.content.save("deck.pdf", ContentFile(content))
        Attachment.objects.create(application=application, question_key="deck", file=stored)
        made.append(application)
    return made


def choose_five(call, founders, manager) -> None:
    """Picked, reserved, left out, and the letters written; all but the release."""
    from accelerator.models import StoredFile
    from applications.models import Attachment
    from applications.selecting import deciding, letters
    from bench import filling

    now = datetime.now(UTC)
    candidates = filling.fill_applications(call, founders, now - 9 * DAY)
    decks = Attachment.objects.filter(application__in=candidates)
    without_content = list(decks.values_list("file", flat=True))  # these have rows only
    decks.delete()
    StoredFile.objects.filter(pk__in=without_content).delete()
    for application in candidates[: call.seats]:
        deciding.pick(application, by=manager, now=now)
    for application in candidates[call.seats : call.seats + call.reserve]:
        deciding.put_in_reserve(application, by=manager, now=now)
    deciding.leave_out_all_others(call, by=manager, now=now)
    letters.prepare_letters(call, by=manager, now=now)


def fill(wanted: dict) -> dict:
    from django.core.management import call_command
    from django.db import connection

    from accelerator.programmes import programme_file
    from applications.models import Call, CallWindow
    from bench import filling, invented

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(DIARY)
    now = datetime.now(UTC)
    text = filling.FILE.read_text(encoding="utf-8")
    programme_file.load(programme_file.read(text, filling.FILE.name), now=now)
    chosen = Call.objects.select_related("programme").get()
    today = now.date()
    days = {"reviews_due_on": -3, "decision_on": 1, "starts_on": 30, "ends_on": 200}
    Call.objects.filter(pk=chosen.pk).update(**{name: today + n * DAY for name, n in days.items()})
    CallWindow.objects.filter(call=chosen).update(
        opens_at=now - 40 * DAY, closes_at=now - 9 * DAY, sealed_at=now - 9 * DAY, seal_hash="0" * 64
    )
    chosen.refresh_from_db()
    later = {name: today + (n + 40) * DAY for name, n in days.items()}
    # The main process moves the second one's deadline into the run once everything is up.
    window = {"opens_at": now - 5 * DAY, "closes_at": now + 25 * DAY}
    open_call, closing_call = (
        filling.copy_call(chosen, slug=slug, name=slug.title(), **window, **later)
        for slug in ("open", "closing")
    )

    (manager,) = filling.people("manager", 1, is_staff=True)
    filling.give_roles(chosen.programme, "manager", [manager])
    choose_five(chosen, filling.people("chosen", CANDIDATES), manager)
    founders = filling.people("founder", wanted["submits"])
    late = len(founders) // 3
    writers = filling.people("writer", wanted["uploads"])
    submits = drafts(open_call, founders[late:]) + drafts(closing_call, founders[:late])
    uploads = drafts(open_call, writers)
    return {
        **wanted,
        "programme": chosen.programme.pk,
        "call": chosen.pk,
        "reserve": chosen.reserve,
        "closing_call": closing_call.pk,
        "manager": manager.pk,
        "submitters": _with_sessions(submits, invented),
        "writers": _with_sessions(uploads, invented),
        "sleepers": [person.email for person in filling.people("sleeper", wanted["codes"])],
    }


def _with_sessions(applications, invented) -> list[dict]:
    sessions = invented.sign_in([one.started_by for one in applications])
    return [
        {"application": one.public_id, "session": session}
        for one, session in zip(applications, sessions, strict=True)
    ]


if __name__ == "__main__":
    django.setup()
    print(json.dumps(fill(json.load(sys.stdin))))
