"""Several rows in one statement, where the ORM would ask once for each.

Where many do the same, putting a question costs more than its answer. Nothing here sends the signals of `save()`;
whoever calls it says why nobody has to hear them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import ForeignKey, Model, QuerySet
from django.db.models.expressions import DatabaseDefault
from django.db.models.sql import UpdateQuery

Change = tuple[QuerySet[Any], Mapping[str, Any]]  # what is found, and what it becomes


def insert(*rows: Model, also: Iterable[Change] = ()) -> None:
    """Insert new rows; each may point by a foreign key to another that stands before it. `also`: what changes with them."""
    places = {id(row): place for place, row in enumerate(rows)}
    parts: list[str] = []
    wanted: list[tuple[Model, str, str]] = []  # row, attribute, SQL: what only the database knows
    params: list[Any] = []
    for place, row in enumerate(rows):
        columns, values = [], []
        for field in row._meta.concrete_fields:
            ahead = (
                places.get(id(field.get_cached_value(row, None))) if isinstance(field, ForeignKey) else None
            )
            value = None if ahead is not None else field.pre_save(row, add=True)
            if field.primary_key or isinstance(value, DatabaseDefault):
                wanted.append((row, field.attname, f"(SELECT {field.column} FROM new{place})"))
                continue
            columns.append(f'"{field.column}"')
            if ahead is not None:
                values.append(f"(SELECT id FROM new{ahead})")
            else:
                values.append("%s")
                params.append(field.get_db_prep_save(value, connection))
        parts.append(
            f'new{place} AS (INSERT INTO "{row._meta.db_table}" ({", ".join(columns)}) '
            f"VALUES ({', '.join(values)}) RETURNING *)"
        )
    for place, (sql, own) in enumerate(map(_as_sql, also)):
        parts.append(f"change{place} AS ({sql})")
        params += own
    sql = f"WITH {', '.join(parts)} SELECT {', '.join(part for _row, _name, part in wanted)}"
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchone()
    for (row, name, _part), value in zip(wanted, found, strict=True):
        setattr(row, name, value)
    for row in rows:
        for field in row._meta.concrete_fields:
            if isinstance(field, ForeignKey) and id(field.get_cached_value(row, None)) in places:
                # Not by setattr(): a foreign key forgets its object when its column changes.
                row.__dict__[field.attname] = rows[places[id(field.get_cached_value(row))]].pk
        row._state.adding, row._state.db = False, connection.alias


def update(*changes: Change) -> None:
    """Update what these querysets find, each of another table: `update((drafts, {"saved_at": now}), …)`."""
    parts: list[str] = []
    params: list[Any] = []
    for sql, own in map(_as_sql, changes):
        parts.append(sql)
        params += own
    before = ", ".join(f"change{n} AS ({sql})" for n, sql in enumerate(parts[:-1]))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {before} {parts[-1]}" if before else parts[-1], params)


def _as_sql(change: Change) -> tuple[str, Iterable[Any]]:
    found, values = change
    query = found.query.chain(UpdateQuery)
    query.add_update_values(dict(values))  # type: ignore[attr-defined]  # of an UpdateQuery
    return query.get_compiler(connection=connection).as_sql()
