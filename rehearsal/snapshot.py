"""The opening state of a rehearsal, kept in a schema beside the living one and put back within seconds.

Foreign keys are deferred to the end of the transaction, so the tables may be filled in any order.
"""

from django.db import connection, transaction

SCHEMA = "rehearsal_opening"
KEPT = {"django_migrations"}


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    return sorted(set(names) - KEPT)


def keep() -> None:
    """Remember all rows as they are now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in _tables():
            cursor.execute(f'CREATE TABLE {SCHEMA}."{table}" AS TABLE public."{table}"')


def is_kept() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [SCHEMA])
        return cursor.fetchone() is not None


def restore() -> None:
    """Put all rows back as they were."""
    tables = _tables()
    with transaction.atomic(), connection.cursor() as cursor:
        _empty(cursor, tables)
        for table in tables:
            cursor.execute(f'INSERT INTO public."{table}" SELECT * FROM {SCHEMA}."{table}"')
        for row in connection.introspection.sequence_list():
            table, column = row["table"], row["column"]
            if table in tables:
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('public.\"{table}\"', %s), "
                    f'coalesce((SELECT max("{column}") FROM public."{table}"), 0) + 1, false)',
                    [column],
                )


def empty() -> None:
    """Remove all rows: for a rehearsal that is filled anew."""
    with transaction.atomic(), connection.cursor() as cursor:
        _empty(cursor, _tables())


def _empty(cursor, tables: list[str]) -> None:
    cursor.execute("SET LOCAL slipway.history_may_be_emptied = 'on'")  # else the database refuses
    cursor.execute("TRUNCATE {} RESTART IDENTITY".format(", ".join(f'public."{t}"' for t in tables)))
