"""Giving the mails of a programme words of its own: checked, in versions, and back to ours."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import history, wording
from accelerator.messages import own_words, placeholders, wordings
from accelerator.messages.models import OwnWording
from accelerator.records.people import User
from accelerator.records.programmes import Programme
from accelerator.transitions import SomebodyWasFirst, WrongValue

LONGEST_SUBJECT, LONGEST_TEXT = 150, 10_000


def languages(programme: Programme) -> list[str]:
    """The languages in which its mails are written, its own first."""
    codes = [programme.language, *(code for code, _name in settings.LANGUAGES)]
    return list(dict.fromkeys(own_words.without_country(code) for code in codes))


def must_be_sayable(kind: str, subject: str, text: str) -> None:
    """Raise WrongValue for words with a place that stands for nothing, or without one that the mail cannot do without."""
    wordable = wordings.declared.get(kind)
    if wordable is None:
        raise WrongValue("kind", _("There is no mail of this kind to be worded."))
    for field, words, longest in (("subject", subject, LONGEST_SUBJECT), ("text", text, LONGEST_TEXT)):
        if not words.strip():
            raise WrongValue(field, _("Write something here, or go back to the words that are shipped."))
        if len(words) > longest:
            raise WrongValue(field, _("This is longer than %(n)d signs.") % {"n": longest})
        if strange := placeholders.unknown(wordable.expressions, words):
            sentence = ngettext(
                "%(strange)s stands for nothing in this mail. You can write %(known)s.",
                "%(strange)s stand for nothing in this mail. You can write %(known)s.",
                len(strange),
            )
            known = _listed(wordable.expressions)
            raise WrongValue(field, sentence % {"strange": _listed(strange), "known": known})
    there = placeholders.used(subject, text)
    if lost := [name for name in wordable.needs if name not in there]:
        raise WrongValue(
            "text",
            _("This mail is of no use without %(places)s. Say where they stand.") % {"places": _listed(lost)},
        )


def _listed(names) -> str:
    return wording.list_of(f"{{{name}}}" for name in names)


def standing(programme: Programme, kind: str, language: str) -> OwnWording | None:
    """The latest version; None where nobody has ever written one."""
    return OwnWording.objects.filter(programme=programme, kind=kind, language=language).last()


def words_of(programme: Programme, kind: str, language: str) -> tuple[str, str]:
    """Subject and text that count now: the programme's own, or ours."""
    own = standing(programme, kind, language)
    if own is None or own.as_shipped:
        return wordings.declared[kind].shipped(language, programme)
    return own.subject, own.text


@transaction.atomic
def write(
    programme: Programme,
    kind: str,
    language: str,
    *,
    subject: str,
    text: str,
    by: User | None,
    now: datetime,
    seen: int | None = None,
) -> OwnWording | None:
    """The next version of these words, unless they are those that count; mails that are written from now on say them.

    `seen` is the version that the writer began from, 0 for ours. Raises WrongValue and SomebodyWasFirst.
    """
    must_be_sayable(kind, subject, text)
    language = own_words.without_country(language)
    subject, text = " ".join(subject.split()), text.replace("\r\n", "\n").strip()
    latest = _locked(programme, kind, language, seen)
    if words_of(programme, kind, language) == (subject, text):
        return None
    return _next(programme, kind, language, latest, by, now, subject=subject, text=text)


@transaction.atomic
def restore(programme: Programme, kind: str, language: str, *, by: User, now: datetime, seen: int) -> None:
    """Back to our words, as a version of its own; what was written stays among the versions."""
    latest = _locked(programme, kind, language, seen)
    if latest is not None and not latest.as_shipped:
        _next(programme, kind, language, latest, by, now, as_shipped=True)


def _locked(programme: Programme, kind: str, language: str, seen: int | None) -> OwnWording | None:
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    latest = standing(programme, kind, language)
    if seen is not None and seen != (latest.number if latest else 0):
        raise SomebodyWasFirst(
            _("Somebody has written another version meanwhile. Yours is still below; read theirs first.")
        )
    return latest


def _next(
    programme: Programme, kind: str, language: str, latest: OwnWording | None, by, now: datetime, **words
):
    made = OwnWording.objects.create(
        programme=programme,
        kind=kind,
        language=language,
        number=latest.number + 1 if latest else 1,
        written_by=by,
        written_at=now,
        **words,
    )
    own_words.forget(programme)
    said: dict[str, Any] = {"kind": kind, "language": language, "number": made.number}
    if made.as_shipped:
        history.record("programme.words_restored", programme, by=by, programme=programme, now=now, **said)
    else:
        history.record("programme.words_written", programme, by=by, programme=programme, now=now, **said)
    return made
