import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accelerator.clock

# Who wrote which answer was not on record: `by` stays empty.
ANSWERS = """
INSERT INTO applications_answer (application_id, key, value, version, by_id, opened_at, at)
SELECT application.id, answer.key, answer.value, application.draft_version, NULL,
       application.saved_at, application.saved_at
  FROM applications_application application, jsonb_each(application.answers) answer
 WHERE jsonb_typeof(application.answers) = 'object' AND answer.value <> 'null';

UPDATE applications_application application
   SET submitted_draft_version = (latest.content ->> 'draft_version')::integer
  FROM (SELECT DISTINCT ON (application_id) application_id, content
          FROM applications_submission
         ORDER BY application_id, number DESC) latest
 WHERE application.id = latest.application_id;

-- The constraint triggers of these rows are due before the tables can be altered.
SET CONSTRAINTS ALL IMMEDIATE;
"""

# Back to one document; earlier versions have no place in it.
DOCUMENT = """
UPDATE applications_application application
   SET answers = written.document
  FROM (SELECT application_id, jsonb_object_agg(key, value) AS document
          FROM applications_answer
         WHERE value IS NOT NULL
         GROUP BY application_id) written
 WHERE application.id = written.application_id;

SET CONSTRAINTS ALL IMMEDIATE;
"""

APPLICATION = "applications.application"


def person(on_delete=django.db.models.deletion.PROTECT, **options):
    return models.ForeignKey(to=settings.AUTH_USER_MODEL, on_delete=on_delete, related_name="+", **options)


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0013_receipt_keys_and_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="application",
            name="submitted_draft_version",
            field=models.PositiveIntegerField(
                blank=True, help_text="The one that the latest submission was made of.", null=True
            ),
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField()),
                ("value", models.JSONField(blank=True, null=True)),
                (
                    "version",
                    models.PositiveIntegerField(help_text="The draft's version that brought this text."),
                ),
                (
                    "opened_at",
                    models.DateTimeField(
                        default=accelerator.clock.now, help_text="When this version of the text was begun."
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(default=accelerator.clock.now, help_text="When it was last saved."),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answer_rows",
                        to=APPLICATION,
                    ),
                ),
                ("by", person(blank=True, null=True)),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "key"), name="a_draft_answers_a_question_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EarlierAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField()),
                ("value", models.JSONField()),
                ("at", models.DateTimeField(help_text="When it was last saved.")),
                (
                    "was_set_aside",
                    models.BooleanField(
                        default=False, help_text="It never stood in the draft: another text was saved first."
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="earlier_answers",
                        to=APPLICATION,
                    ),
                ),
                ("by", person(blank=True, null=True)),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["application", "key"], name="earlier_texts_of_an_answer")],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="present", to=APPLICATION
                    ),
                ),
                ("user", person(on_delete=django.db.models.deletion.CASCADE)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("application", "user"), name="somebody_is_present_once")
                ]
            },
        ),
        migrations.RunSQL(ANSWERS, DOCUMENT),
        migrations.RemoveField(model_name="application", name="answers"),
    ]
