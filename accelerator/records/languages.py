"""In which language a person reads: their own where they chose one that is there, else the programme's."""

from django.conf import settings
from django.utils.translation import get_language

from accelerator.records.people import User
from accelerator.records.programmes import Programme


def of(person: User | None, programme: Programme | None = None) -> str:
    """For pages, mails and calendars alike."""
    if person and person.language in dict(settings.LANGUAGES):
        return person.language
    return programme.language if programme else settings.LANGUAGE_CODE


def of_newcomer() -> str:
    """What their browser asks for, where there is a choice; "" leaves it to the programme."""
    told = get_language() or ""
    return told if len(settings.LANGUAGES) > 1 and told in dict(settings.LANGUAGES) else ""
