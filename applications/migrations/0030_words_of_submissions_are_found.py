"""What was submitted is found by its words, and by what was chosen in it, through one index. A trigger writes the words
of the version that counts and empties them with it; drafts are not in it at all."""

from importlib import import_module

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

words = import_module("accelerator.migrations.0026_words_are_found")

# An answer that is short is also kept whole, as "=key:value": so a country or a choice is found by the same index.
FORWARD = f"""
CREATE FUNCTION words_submitted(content jsonb) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
DECLARE
    answers jsonb := content -> 'answers';
    said text;
    chosen text[];
BEGIN
    IF answers IS NULL OR jsonb_typeof(answers) <> 'object' THEN
        RETURN ''::tsvector;
    END IF;
    SELECT string_agg(one #>> '{{}}', ' ')
      INTO said
      FROM jsonb_path_query(answers, 'strict $.**') AS one
     WHERE jsonb_typeof(one) IN ('string', 'number');
    SELECT array_agg(DISTINCT '=' || left(answer.key, 60) || ':' || (one #>> '{{}}'))
      INTO chosen
      FROM jsonb_each(answers) AS answer (key, value)
     CROSS JOIN LATERAL jsonb_path_query(answer.value, 'lax $[*]') AS one
     WHERE jsonb_typeof(one) IN ('string', 'number', 'boolean') AND length(one #>> '{{}}') <= 60;
    RETURN to_tsvector({words.SIMPLE}, {words.LETTERS % "left(coalesce(said, ''), 100000)"})
        || array_to_tsvector(coalesce(chosen, '{{}}'));
END $$;

CREATE FUNCTION keep_words_submitted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO applications_submittedwords AS kept (application_id, number, words)
    VALUES (NEW.application_id, NEW.number, words_submitted(NEW.content))
        ON CONFLICT (application_id) DO UPDATE SET number = excluded.number, words = excluded.words
     WHERE kept.number <= excluded.number;
    RETURN NULL;
END $$;

CREATE TRIGGER words_submitted_are_found AFTER INSERT OR UPDATE OF content ON applications_submission
    FOR EACH ROW EXECUTE FUNCTION keep_words_submitted();

INSERT INTO applications_submittedwords (application_id, number, words)
SELECT DISTINCT ON (application_id) application_id, number, words_submitted(content)
  FROM applications_submission
 ORDER BY application_id, number DESC;
"""
BACKWARD = """
DROP TRIGGER words_submitted_are_found ON applications_submission;
DROP FUNCTION keep_words_submitted();
DROP FUNCTION words_submitted(jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0029_units_and_conditions_of_questions"),
        ("accelerator", "0026_words_are_found"),
    ]

    operations = [
        migrations.CreateModel(
            name="SubmittedWords",
            fields=[
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="submitted_words",
                        serialize=False,
                        to="applications.application",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(help_text="Of the version.")),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="words_of_submissions")
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
