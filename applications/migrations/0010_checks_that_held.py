from django.db import migrations, models

# The checks ticked at the latest verdict were on record in the history only.
FILL = """
UPDATE applications_application application
   SET eligibility_checks = latest.checks
  FROM (SELECT DISTINCT ON (object_id) object_id, details -> 'checks' AS checks
          FROM accelerator_historyentry
         WHERE object_type = 'applications.application' AND action = 'application.screened'
         ORDER BY object_id, id DESC) latest
 WHERE application.id = latest.object_id AND jsonb_typeof(latest.checks) = 'array';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0009_kinds_of_question_are_listed_in_code"),
        ("accelerator", "0001_initial"),
    ]
    operations = [
        migrations.AddField(
            model_name="application",
            name="eligibility_checks",
            field=models.JSONField(
                blank=True,
                db_default=[],
                default=list,
                help_text="Keys of the checks that held at the verdict.",
            ),
        ),
        migrations.AlterField(
            model_name="reviewer",
            name="capacity",
            field=models.PositiveSmallIntegerField(default=30, help_text="Reviews promised."),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
