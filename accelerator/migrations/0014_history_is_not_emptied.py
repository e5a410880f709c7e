"""TRUNCATE of the history is refused: UPDATE and DELETE already were, and it passes them by.

A rehearsal that is put back, and tests, say that they mean it; nothing in production does. Whoever owns the tables can
drop a trigger, so docs/running.md shows how the application gets a role that owns nothing.
"""

from django.db import migrations

TABLES = ("historyentry", "historyside", "historychain")
FUNCTION = """
CREATE FUNCTION refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('slipway.history_may_be_emptied', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION 'the rows of % are kept', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""
TRIGGER = """
CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON accelerator_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying();
"""


class Migration(migrations.Migration):
    dependencies = [("accelerator", "0013_history_is_chained")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION refuse_emptying();"),
        *(
            migrations.RunSQL(
                TRIGGER.format(table=table),
                f"DROP TRIGGER {table}_is_not_emptied ON accelerator_{table};",
            )
            for table in TABLES
        ),
    ]
