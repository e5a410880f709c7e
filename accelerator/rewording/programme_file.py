"""The words of the mails in a programme file. What a file does not name stays as it is."""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import model_validator

from accelerator.messages import kinds, own_words, wordings
from accelerator.messages.models import OwnWording
from accelerator.programmes import programme_file, written
from accelerator.programmes.entries import Entry, unique, wrong
from accelerator.programmes.programme_file import Loading
from accelerator.records.programmes import Programme
from accelerator.rewording import rewording
from accelerator.transitions import WrongValue


class WordingEntry(Entry):
    """One kind of mail in one language."""

    kind: str
    language: str
    subject: str
    text: str

    @model_validator(mode="after")
    def can_be_said(self) -> "WordingEntry":
        try:
            rewording.must_be_sayable(self.kind, self.subject, self.text)
        except WrongValue as refusal:
            raise wrong(str(refusal).rstrip(".")) from refusal
        return self


@programme_file.table("mails", Annotated[list[WordingEntry], unique("kind", "language")])
def load_wordings(loading: Loading, entries: list[WordingEntry]) -> None:
    for entry in entries:
        made = rewording.write(
            loading.programme,
            entry.kind,
            entry.language,
            subject=entry.subject,
            text=entry.text,
            by=None,
            now=loading.now,
        )
        if made:
            words = _("%(mail)s: other words") % {"mail": kinds.in_words(entry.kind)}
            loading.note_changed(OwnWording, words)


@written.table("mails")
def wordings_as_entries(programme: Programme) -> list[dict[str, Any]]:
    own = own_words.standing(programme)
    return [
        written.entry(WordingEntry, own[key])
        for key in sorted(own)
        if not own[key].as_shipped and key[0] in wordings.declared
    ]
