"""Conflicts of interest from a table: who must not see which application, and why. Looked at, then recorded."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying.models import Application, Recusal
from applications.importing import tables_kept
from applications.importing.columns import REASON, STARTUP
from applications.importing.models import TableToImport
from applications.importing.planning import address, in_column
from applications.importing.plans import ImportPlan, LineFate, PlannedLine, ReadCells, Wishes
from applications.reviewing import conflicts
from applications.reviewing.permissions import must_not_be_released
from applications.reviewing.sight import Sight

LONGEST_REASON = 1_000


def plan(stored: TableToImport, *, by: User, now: datetime) -> ImportPlan:
    """Of the applications that its reader may see; of any other, nothing is told."""
    call, table, wishes = stored.call, stored.table, Wishes.of(stored.wishes)
    named: dict[str, list[Application]] = defaultdict(list)
    for application in Sight(by, call).submitted.select_related("startup"):
        named[application.startup.name.casefold()].append(application)
        named[application.public_id].append(application)
    reviewers = dict(call.reviewers.values_list("user__email", "user"))
    known: set[tuple[int | None, int | None]] = set(
        Recusal.objects.filter(application__call=call).values_list("application", "user")
    )
    lines = []
    for read in table.lines:
        line, cells = PlannedLine(read.number), ReadCells(table, read, wishes)
        _who(line, cells, reviewers)
        _which(line, cells, named)
        _why(line, cells)
        pair = (line.said.get("application"), line.said.get("user"))
        if line.fate is LineFate.NEW and pair in known:
            line.rests(LineFate.HERE, _("Known already."))
        known.add(pair)
        lines.append(line)
    return ImportPlan(lines)


def _who(line: PlannedLine, cells: ReadCells, reviewers: dict[str, int]) -> None:
    line.email = address(line, cells)
    if line.fate is LineFate.NEW and line.email not in reviewers:
        line.is_wrong(_("Nobody who reviews for this call has this address."))
    line.said["user"] = reviewers.get(line.email)


def _which(line: PlannedLine, cells: ReadCells, named: dict[str, list[Application]]) -> None:
    line.name = cells.one(STARTUP)[:120]
    found = named.get(line.name.casefold(), [])
    if len(found) == 1:
        line.said["application"] = found[0].pk
    elif found:
        line.is_wrong(_("Several applications have this name. Write the number of the one that is meant."))
    else:
        sentence = _("No application that was submitted to this call has this name.")
        line.is_wrong(in_column(cells.heading(STARTUP), sentence))


def _why(line: PlannedLine, cells: ReadCells) -> None:
    line.said["reason"] = cells.one(REASON)[:LONGEST_REASON]
    if not line.said["reason"]:
        sentence = _("Please say in a few words what the conflict is.")
        line.is_wrong(in_column(cells.heading(REASON), sentence))


@transaction.atomic
def record(stored: TableToImport, *, seen: str, by: User, now: datetime) -> int:
    """How many were recorded, each by the verb of one: what was assigned is set aside."""
    call = stored.call
    current = tables_kept.lock(stored)
    must_not_be_released(call)
    found = plan(current, by=by, now=now)
    if found.fingerprint != seen:
        raise SomebodyWasFirst(
            _("What this table would bring is no longer what you read. Here it is as of now; read it again.")
        )
    if not found.new:
        raise NotAllowed(_("There is nothing in this table to record."))
    applications = Application.objects.select_related("call__programme", "startup").in_bulk(
        [line.said["application"] for line in found.new]
    )
    people = User.objects.in_bulk([line.said["user"] for line in found.new])
    for line in found.new:
        conflicts.recuse(
            applications[line.said["application"]],
            who=people[line.said["user"]],
            reason=line.said["reason"],
            by=by,
            now=now,
        )
    history.record(
        "call.conflicts_imported",
        call,
        by=by,
        programme=call.programme,
        now=now,
        name=stored.name,
        conflicts=len(found.new),
    )
    tables_kept.done(current, now=now)
    return len(found.new)
