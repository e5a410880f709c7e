"""The words that a programme has given to its mails, as they count now."""

from collections.abc import Mapping
from typing import Any

from accelerator.messages import placeholders, wordings
from accelerator.messages.models import OwnWording
from accelerator.records.programmes import Programme

_KEPT = "_own_wordings"  # on the programme's object, which lives for one request or one step of the tick


def standing(programme: Programme) -> dict[tuple[str, str], OwnWording]:
    """The latest version of each kind and language that has one, those as shipped included."""
    if _KEPT not in programme.__dict__:
        rows = OwnWording.objects.filter(programme=programme).order_by("number")
        programme.__dict__[_KEPT] = {(row.kind, row.language): row for row in rows}
    found: dict[tuple[str, str], OwnWording] = programme.__dict__[_KEPT]
    return found


def without_country(language: str) -> str:
    """`en-gb` reads what is written in `en`."""
    return language.partition("-")[0]


def forget(programme: Programme) -> None:
    """After another version was written."""
    programme.__dict__.pop(_KEPT, None)


def in_words(
    kind: str, context: Mapping[str, Any], programme: Programme | None, language: str
) -> tuple[str, str] | None:
    """Subject and text in the programme's own words; None where ours are said."""
    wordable = wordings.declared.get(kind)
    if wordable is None or programme is None:
        return None
    own = standing(programme).get((kind, without_country(language)))
    if own is None or own.as_shipped:
        return None
    values = wordable.values(context)
    return placeholders.filled(own.subject, values), placeholders.filled_in_paragraphs(own.text, values)
