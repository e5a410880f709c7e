"""When the text of an answer becomes an earlier version of it. Pure."""

from datetime import datetime, timedelta

# One person writing on changes a text; after this long what stood there is worth keeping.
VERSION_LASTS = timedelta(minutes=5)


def size(value) -> int:
    """How much an answer says: characters of a text, choices of a list, 0 for none."""
    if value is None or value is False:
        return 0
    return len(value) if isinstance(value, str | list) else len(str(value))


def is_worth_keeping(
    before, after, *, same_author: bool, opened_at: datetime, now: datetime, was_submitted: bool
) -> bool:
    """Whether the text `before`, which `after` takes the place of, is kept as an earlier version.

    It is when somebody else wrote it, when it has stood for five minutes since `opened_at`, when it was submitted, and
    when the change empties it or takes a third of it away.
    """
    if not size(before):
        return False
    return (
        not same_author
        or now - opened_at >= VERSION_LASTS
        or was_submitted
        or 3 * size(after) <= 2 * size(before)
    )
