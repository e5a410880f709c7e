"""Each object's history becomes a chain, with the words that may have to be erased in rows beside it.

Safe while the version before runs: it goes on writing rows without a place in a chain (with their reason in the column
of before, which only Django's state loses here), and `manage.py verify_history --take-up` chains those afterwards.
"""

import django.db.models.deletion
from django.db import migrations, models

from accelerator import history_take_up

GUARD = """
DROP TRIGGER history_is_append_only ON accelerator_historyentry;
ALTER TABLE accelerator_historyentry ALTER COLUMN reason SET DEFAULT '';

-- A row that is chained is never changed; one that is not yet may be taken up.
CREATE TRIGGER history_is_append_only BEFORE UPDATE ON accelerator_historyentry
    FOR EACH ROW WHEN (OLD.hash <> '') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_stays BEFORE DELETE ON accelerator_historyentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Words are emptied as a whole or not at all.
CREATE TRIGGER words_are_only_emptied BEFORE UPDATE ON accelerator_historyside
    FOR EACH ROW WHEN (NEW.entry_id <> OLD.entry_id OR NEW.salt <> '' OR NEW.reason <> '' OR NEW.values <> '{}')
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER words_stay BEFORE DELETE ON accelerator_historyside
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER chains_only_lengthen BEFORE UPDATE ON accelerator_historychain
    FOR EACH ROW WHEN (
        NEW.object_type <> OLD.object_type OR NEW.object_id <> OLD.object_id OR NEW.length <= OLD.length
    )
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER chains_stay BEFORE DELETE ON accelerator_historychain
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
UNGUARD = """
DROP TRIGGER chains_stay ON accelerator_historychain;
DROP TRIGGER chains_only_lengthen ON accelerator_historychain;
DROP TRIGGER words_stay ON accelerator_historyside;
DROP TRIGGER words_are_only_emptied ON accelerator_historyside;
DROP TRIGGER history_stays ON accelerator_historyentry;
DROP TRIGGER history_is_append_only ON accelerator_historyentry;

-- Back to one row each, with what has not been erased.
UPDATE accelerator_historyentry entry
   SET reason = side.reason,
       details = details - 'fields' || jsonb_strip_nulls(jsonb_build_object(
           CASE entry.action WHEN 'session.log_corrected' THEN 'was' ELSE 'before' END,
           (SELECT jsonb_object_agg(key, value -> 0) FROM jsonb_each(side.values -> 'changes')),
           'name', side.values -> 'name',
           'changes', side.values -> 'message'))
  FROM accelerator_historyside side
 WHERE side.entry_id = entry.id AND side.salt <> '';
SET CONSTRAINTS ALL IMMEDIATE;

CREATE TRIGGER history_is_append_only BEFORE UPDATE OR DELETE ON accelerator_historyentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def take_up(apps, schema_editor):
    history_take_up.take_up(schema_editor.connection)
    # The constraint triggers of these rows are due before the tables can be altered.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("accelerator", "0012_names_without_hidden_signs")]
    operations = [
        migrations.AddField(
            model_name="historyentry",
            name="place",
            field=models.PositiveIntegerField(
                help_text="In the chain of its object; empty until it is chained.", null=True
            ),
        ),
        migrations.AddField(
            model_name="historyentry",
            name="hash",
            field=models.CharField(
                db_default="", default="", help_text="Of it and the one before.", max_length=64
            ),
        ),
        migrations.AddField(
            model_name="historyentry",
            name="side_digest",
            field=models.CharField(
                db_default="",
                default="",
                help_text="Of the salt and the words in the row beside.",
                max_length=64,
            ),
        ),
        migrations.AlterField(
            model_name="historyentry",
            name="details",
            field=models.JSONField(blank=True, default=dict, help_text="Ids, names of fields and figures."),
        ),
        migrations.CreateModel(
            name="HistoryChain",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("object_type", models.CharField(max_length=60)),
                ("object_id", models.BigIntegerField()),
                ("length", models.PositiveIntegerField()),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("object_type", "object_id"), name="one_history_chain_per_object"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistorySide",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="side",
                        serialize=False,
                        to="accelerator.historyentry",
                    ),
                ),
                (
                    "salt",
                    models.CharField(
                        help_text="Random, so that no digest can be guessed back; empty when erased.",
                        max_length=64,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("values", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "verbose_name": "words of a history entry",
                "verbose_name_plural": "words of history entries",
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunPython(take_up, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="historyentry",
            constraint=models.UniqueConstraint(
                fields=("object_type", "object_id", "place"), name="one_history_entry_at_a_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="historyentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("hash", ""), ("place", None))
                | models.Q(("hash__regex", "^[0-9a-f]{64}$"), ("place__gt", 0)),
                name="a_chained_history_entry_has_place_and_hash",
            ),
        ),
        migrations.RemoveIndex(model_name="historyentry", name="history_of_one_object"),
        # The version before still writes the column; a later release drops it.
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="historyentry", name="reason")]
        ),
    ]
