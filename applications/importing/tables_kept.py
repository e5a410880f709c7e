"""Tables while they wait: dropped, matched, done or thrown away. What is left lying goes within days."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator.imports.tables import ReadTable
from accelerator.models import User
from accelerator.privacy import tidying
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.calls.models import Call
from applications.importing.columns import guessed, targets
from applications.importing.days import is_day_first
from applications.importing.models import ColumnMapping, TableToImport

KEPT_FOR = timedelta(days=2)
AT_ONCE = 100
MOST_LINES = 1_000


@transaction.atomic
def drop(call: Call, of: str, table: ReadTable, *, name: str, by: User, now: datetime) -> TableToImport:
    """Keep a table that was read, its columns matched as far as headings and the last import tell."""
    if len(table.lines) > MOST_LINES:
        raise NotAllowed(
            _("At most %(most)d lines come in at once, and these are %(count)d. Please part the table.")
            % {"most": MOST_LINES, "count": len(table.lines)}
        )
    kept = ColumnMapping.objects.filter(call=call, of=of).first()
    before = kept.wishes if kept else {}
    columns = guessed(table.headings, targets(call, of), before.get("columns", {}))
    lines = [[line.number, list(line.cells)] for line in table.lines]
    told = [is_day_first(line.cells[at] for line in table.lines) for at in range(len(table.headings))]
    options = {
        **before.get("options", {}),
        "day_first": next((one for one in told if one is not None), True),
        "clock": "utc" if any(_says_utc(heading) for heading in columns) else "call",
        "tells": False,
    }
    return TableToImport.objects.create(
        call=call,
        of=of,
        name=name[:200],
        sha256=sha256(repr(lines).encode("utf-8", "surrogatepass")).hexdigest(),
        headings=list(table.headings),
        lines=lines,
        wishes={"columns": columns, "options": options},
        by=by,
        at=now,
    )


def _says_utc(heading: str) -> bool:
    return any(
        word in heading.casefold().replace("(", " ").replace(")", " ").split() for word in ("utc", "gmt")
    )


@transaction.atomic
def match(stored: TableToImport, wishes: dict) -> None:
    """What each column says, for this table and for the next one of the call."""
    current = lock(stored)
    TableToImport.objects.filter(pk=current.pk).update(wishes=wishes)
    options = {name: value for name, value in wishes["options"].items() if name == "without_unfit"}
    known = ColumnMapping.objects.filter(call=stored.call, of=stored.of).first()
    before = known.wishes.get("columns", {}) if known else {}
    columns = {heading: wishes["columns"].get(heading, "") for heading in stored.headings}
    ColumnMapping.objects.update_or_create(
        call=stored.call,
        of=stored.of,
        defaults={"wishes": {"columns": {**before, **columns}, "options": options}},
    )


def lock(stored: TableToImport) -> TableToImport:
    """The row as it is now; refused where it was imported or thrown away meanwhile."""
    current = TableToImport.objects.select_for_update().filter(pk=stored.pk).first()
    if current is None or current.done_at:
        raise SomebodyWasFirst(_("This table has been imported or thrown away meanwhile."))
    current.call = stored.call
    return current


def done(stored: TableToImport, *, now: datetime) -> None:
    TableToImport.objects.filter(pk=stored.pk).update(done_at=now, lines=[], headings=[])


@transaction.atomic
def throw_away(stored: TableToImport) -> None:
    lock(stored).delete()


@tidying.tidied
def left_lying(real: datetime) -> int:
    old = TableToImport.objects.filter(made_at__lt=real - KEPT_FOR).values_list("pk", flat=True)[:AT_ONCE]
    return TableToImport.objects.filter(pk__in=list(old)).delete()[0]
