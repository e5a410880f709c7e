"""Mails to managers about what another wrote beside an application."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator.messages import kinds, outbox
from accelerator.messages.models import OutboxMessage
from accelerator.models import User
from applications.applying.conflict_rows import why_not_told
from applications.lists.models import ApplicationNote

NOTE_NAMES_YOU = "applications.note_names_you"

kinds.name_kinds("applications", note_names_you=gettext_lazy("A note names a manager"))


def named(note: ApplicationNote, person: User, *, now: datetime) -> None:
    """Without a word of the note: it is read on its page, by whoever may still read it then."""
    application = note.application
    outbox.enqueue(
        NOTE_NAMES_YOU,
        key=f"note-names-you:{note.pk}:{person.pk}",
        to=person,
        context={
            "startup": application.startup.name,
            "who": note.by,
            "url": outbox.absolute(reverse("lists:notes", args=[application.call_id, application.public_id])),
        },
        programme=application.call.programme,
        about=application,
        version=str(note.pk),
        now=now,
    )


@kinds.still_wanted(NOTE_NAMES_YOU)
def note_is_there(message: OutboxMessage) -> str:
    """Asked when the mail leaves: the note may be taken back, and a conflict may have arisen."""
    key = int(message.version) if message.version.isdecimal() else 0
    note = ApplicationNote.objects.filter(pk=key).select_related("application__call").first()
    if note is None:
        return _("The note was taken back.")
    return why_not_told(message, note.application)
