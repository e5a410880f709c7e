"""What nobody may change can be emptied, as a whole and by one function alone, when it is no longer to be kept.

Hashes, numbers, moments and marks stay, so receipts, lists of receipts and dossiers go on being true.
"""

from django.db import migrations, models

FORWARD = """
-- Lets a change pass that empties the columns it names and touches no other, while the function below says so.
CREATE FUNCTION refuse_all_but_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    emptied jsonb := to_jsonb(NEW);
    name text;
BEGIN
    IF current_setting('slipway.emptying', true) = 'on'
       AND (emptied - TG_ARGV) = (to_jsonb(OLD) - TG_ARGV) THEN
        FOREACH name IN ARRAY TG_ARGV LOOP
            IF emptied -> name NOT IN ('{}'::jsonb, '""'::jsonb, '"–"'::jsonb) THEN
                RAISE EXCEPTION 'rows of % are emptied as a whole', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
            END IF;
        END LOOP;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are added, never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- The only way: what was submitted, and what reviewers wrote beside their marks. Returns how many rows held words.
CREATE FUNCTION empty_application(which bigint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    before text := coalesce(current_setting('slipway.emptying', true), '');
    versions integer;
    changes integer;
BEGIN
    PERFORM set_config('slipway.emptying', 'on', true);
    UPDATE applications_submission SET content = '{}' WHERE application_id = which AND content <> '{}';
    GET DIAGNOSTICS versions = ROW_COUNT;
    UPDATE applications_reviewversion SET comment_for_panel = '', comment_for_applicant = '',
           reason = CASE WHEN reason = '' THEN '' ELSE '–' END
     WHERE review_id IN (SELECT review.id FROM applications_review review
                           JOIN applications_assignment assignment ON assignment.id = review.assignment_id
                          WHERE assignment.application_id = which);
    GET DIAGNOSTICS changes = ROW_COUNT;
    PERFORM set_config('slipway.emptying', before, true);
    RETURN versions + changes;
END $$;

DROP TRIGGER submissions_are_immutable ON applications_submission;
CREATE TRIGGER submissions_are_immutable BEFORE DELETE ON applications_submission
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER submissions_are_only_emptied BEFORE UPDATE ON applications_submission
    FOR EACH ROW EXECUTE FUNCTION refuse_all_but_emptying('content');

DROP TRIGGER what_versions_of_a_review_say_stays ON applications_reviewversion;
CREATE TRIGGER what_versions_of_a_review_say_stays BEFORE UPDATE ON applications_reviewversion FOR EACH ROW
    WHEN ((OLD.review_id, OLD.number, OLD.marks, OLD.reason, OLD.submitted_at)
        IS DISTINCT FROM (NEW.review_id, NEW.number, NEW.marks, NEW.reason, NEW.submitted_at)
        OR (OLD.comment_for_panel, OLD.comment_for_applicant)
        IS DISTINCT FROM (NEW.comment_for_panel, NEW.comment_for_applicant))
    EXECUTE FUNCTION refuse_all_but_emptying('comment_for_panel', 'comment_for_applicant', 'reason');
"""
BACKWARD = """
DROP TRIGGER what_versions_of_a_review_say_stays ON applications_reviewversion;
CREATE TRIGGER what_versions_of_a_review_say_stays BEFORE UPDATE ON applications_reviewversion FOR EACH ROW
    WHEN ((OLD.review_id, OLD.number, OLD.marks, OLD.reason, OLD.submitted_at)
        IS DISTINCT FROM (NEW.review_id, NEW.number, NEW.marks, NEW.reason, NEW.submitted_at)
        OR (OLD.comment_for_panel, OLD.comment_for_applicant)
        IS DISTINCT FROM (NEW.comment_for_panel, NEW.comment_for_applicant))
    EXECUTE FUNCTION refuse_change();
DROP TRIGGER submissions_are_only_emptied ON applications_submission;
DROP TRIGGER submissions_are_immutable ON applications_submission;
CREATE TRIGGER submissions_are_immutable BEFORE UPDATE OR DELETE ON applications_submission
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION empty_application(bigint);
DROP FUNCTION refuse_all_but_emptying();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0026_consents_change_after_the_close"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddField(
            model_name="application",
            name="emptied_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When its words and files went; the row stays, with marks and hashes.",
                null=True,
            ),
        ),
    ]
