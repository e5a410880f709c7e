"""Fills a scratch database for a run: `python -m stress.cast` with the numbers on stdin; says who may do what, as JSON."""

import json
import sys
import uuid
from datetime import UTC, datetime, timedelta

import django

DAY = timedelta(days=1)


def open_programme() -> None:
    """The programme of this repository, its call open for some days."""
    from django.core.management import call_command

    from accelerator.programmes import programme_file
    from applications.models import Call, CallReminder, CallWindow
    from bench import filling

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    text = filling.FILE.read_text(encoding="utf-8")
    programme_file.load(programme_file.read(text, filling.FILE.name), now=now)
    call = Call.objects.get()
    days = {"reviews_due_on": 20, "decision_on": 25, "starts_on": 40, "ends_on": 200}
    Call.objects.filter(pk=call.pk).update(**{name: now.date() + n * DAY for name, n in days.items()})
    CallReminder.objects.filter(call=call).delete()  # mail is tried elsewhere
    CallWindow.objects.filter(call=call).update(opens_at=now - 5 * DAY, closes_at=now + 5 * DAY)


def fill(wanted: dict) -> dict:
    """Complete drafts with a session each, and for those who will submit the ticket of their page."""
    from applications.applying import tickets
    from applications.models import Call
    from bench import filling, invented
    from chaos import cast

    open_programme()
    call = Call.objects.select_related("programme", "window").get()
    founders = filling.people("founder", wanted["submits"] + wanted["savers"])
    drafts = cast.drafts(call, founders)
    sessions = invented.sign_in(founders)
    people = []
    for draft, session in zip(drafts, sessions, strict=True):
        key = uuid.uuid4()
        people.append(
            {
                "pk": draft.pk,
                "address": draft.get_absolute_url(),
                "session": session,
                "draft_version": draft.draft_version,
                "key": str(key),
                "token": tickets.token(draft, draft.started_by, key=key),
            }
        )
    return {
        **wanted,
        "call": call.pk,
        "submitters": people[: wanted["submits"]],
        "savers": people[wanted["submits"] :],
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(fill(json.load(sys.stdin))))
