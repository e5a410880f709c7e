"""A list of the dashboard as a file: what the page shows, all pages of it. Each goes on record."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.http import Http404

from accelerator.exports import answers
from accelerator.exports.tables import ColumnTable

AT_ONCE = 500  # lines in memory
Row = TypeVar("Row")


def form_of(request: Any) -> str:
    """Which kind of file is asked for; not found for any other."""
    form = request.POST.get("form", "")
    if form not in answers.FORMS:
        raise Http404
    return form


def in_parts(ids: Sequence[int], load: Callable[[Sequence[int]], Iterable[Row]]) -> Iterator[Row]:
    """Rows one after the other, of which few are held at once; `load` brings those of some ids, in their order."""
    for start in range(0, len(ids), AT_ONCE):
        yield from load(ids[start : start + AT_ONCE])


def details(table: ColumnTable, *, lines: int, form: str) -> dict[str, Any]:
    """What the history keeps of a list that somebody takes along. What they had looked for goes into its `name`, because
    it may be somebody's, and can be erased there."""
    return {"lines": lines, "columns": table.names, "form": form}
