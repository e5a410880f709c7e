"""Tokens in what is somebody's own, and everything that is kept, as one text: every table, every file."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.db import connection

from accelerator.models import Announcement, GroupMessage, Invitation, OutboxMessage, Reply, ThreadNote, User
from applications.models import Application


def plant_in_person(person: User, cast: SimpleNamespace) -> dict[str, str]:
    """Name, title and address get tokens of their own, and with them what was planted in what is theirs alone."""
    own = {
        "zqnamezq": "the name",
        "zqtitlezq": "the title",
        "zqaddresszq": "the address",
    }
    before = person.name
    person.name, person.title, person.email = (
        "Zoe zqnamezq",
        "zqtitlezq",
        f"zqaddresszq.{person.pk}@people.example",
    )
    person.save()
    person.emailaddress_set.update(email=person.email)
    _spread(person, before)
    alone = [
        startup
        for startup in {member.startup for member in person.memberships.filter(left_at=None)}
        if startup.team.count() == 1
    ]
    names = [startup.name.split(" zq")[0] for startup in alone]
    of_them = {
        token: what
        for token, what in cast.canaries.items()
        if any(name in what for name in names) and _is_theirs(what)
    }
    return own | of_them


def _is_theirs(what: str) -> bool:
    return not what.startswith(("accelerator.Programme", "applications.Call"))


def _spread(person: User, before: str) -> None:
    """Where the name and the address stand besides: a mail to somebody else, the history, an invitation."""
    from accelerator import clock, history
    from accelerator.messages import outbox

    other = User.objects.exclude(pk=person.pk).first()
    outbox.enqueue(
        "accelerator.role_ended",
        key=f"spread:{person.pk}",
        to=other,
        words=(f"About {person.name}", f"{person.name} wrote to {person.email}."),
        now=clock.now(),
    )
    outbox.enqueue(
        "accelerator.role_ended",
        key=f"own:{person.pk}",
        to=person,
        words=("A role", "ended"),
        now=clock.now(),
    )
    application = Application.objects.first()
    GroupMessage.objects.create(
        programme=application.call.programme,
        audience="applications.submitted",
        place_id=application.call_id,
        subject=f"{person.name} asks",
        text=f"Write to {person.email}, or to {person.name}.",
        written_by=other,
        written_at=clock.now(),
    )
    Announcement.objects.create(
        programme=application.call.programme,
        audience="applications.teams",
        place_id=application.call_id,
        text=f"{person.name} answers at {person.email}.",
        starts_at=clock.now(),
        ends_at=clock.now() + timedelta(days=1),
        written_by=other,
        written_at=clock.now(),
    )
    spread = OutboxMessage.objects.get(dedupe_key=f"spread:{person.pk}")
    Reply.objects.create(
        message=spread, text=f"{person.name} told me", from_address=person.email, came_at=clock.now()
    )
    ThreadNote.objects.create(message=spread, text=f"Ask {person.email}", by=other, at=clock.now())
    history.record(
        "application.screened", application, by=other, reason=f"{person.name} called", now=clock.now()
    )
    Invitation.objects.create(
        kind="co_founder",
        email=person.email,
        token_hash=f"{person.pk:064d}",
        startup=application.startup,
        expires_at=clock.now(),
    )


def everything() -> str:
    """All rows of all tables as PostgreSQL writes them, and all files."""
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM \"{table}\" t")
            told.append(cursor.fetchone()[0])
    folder = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    if folder.exists():
        told += [path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()]
    return "\n".join(told)
