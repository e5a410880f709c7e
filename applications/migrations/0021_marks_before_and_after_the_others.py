import django.db.models.deletion
from django.db import migrations, models

# A mark that was given before its reviewer saw the others' stays, and so does the moment at which they saw them.
FORWARD = """
CREATE FUNCTION refuse_changing_marks_of_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM applications_review review
        JOIN applications_assignment assignment ON assignment.id = review.assignment_id
        WHERE review.id = OLD.review_id AND assignment.others_seen_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'the marks of review % were given before the others were seen', OLD.review_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'marks_of_before_stay';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER marks_of_before_stay BEFORE UPDATE OR DELETE ON applications_score
    FOR EACH ROW EXECUTE FUNCTION refuse_changing_marks_of_before();

CREATE FUNCTION refuse_forgetting_that_others_were_seen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was seen for assignment % stays seen', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'what_was_seen_stays_seen';
END $$;
CREATE TRIGGER what_was_seen_stays_seen BEFORE UPDATE OF others_seen_at ON applications_assignment
    FOR EACH ROW WHEN (OLD.others_seen_at IS NOT NULL AND NEW.others_seen_at IS DISTINCT FROM OLD.others_seen_at)
    EXECUTE FUNCTION refuse_forgetting_that_others_were_seen();

CREATE TRIGGER versions_of_a_review_stay BEFORE UPDATE OR DELETE ON applications_reviewversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER versions_of_a_review_stay ON applications_reviewversion;
DROP TRIGGER what_was_seen_stays_seen ON applications_assignment;
DROP TRIGGER marks_of_before_stay ON applications_score;
DROP FUNCTION refuse_forgetting_that_others_were_seen();
DROP FUNCTION refuse_changing_marks_of_before();
"""

# Until now a reviewer's page showed the others' reviews as soon as their own was in, and nothing kept who looked. So
# whoever could have seen another's review counts as having seen it, from the first moment at which that was possible:
# to take them for unaware would leave the way open that this closes. Marks which they changed before this migration ran
# were written over; what stands now is what counts as before. The history keeps the earlier ones.
WHO_COULD_HAVE_SEEN = """
UPDATE applications_assignment mine SET others_seen_at = GREATEST(own.submitted_at, others.first_at)
FROM applications_review own, (
    SELECT of.id, MIN(review.submitted_at) AS first_at
    FROM applications_assignment of
    JOIN applications_assignment theirs ON theirs.application_id = of.application_id AND theirs.id <> of.id
    JOIN applications_review review ON review.assignment_id = theirs.id AND review.status = 'submitted'
    GROUP BY of.id
) others
WHERE own.assignment_id = mine.id AND own.status = 'submitted' AND others.id = mine.id AND mine.withdrawn_at IS NULL;
"""


class Migration(migrations.Migration):
    """When a reviewer first saw what others gave, and the versions of a review that was changed after that."""

    dependencies = [("applications", "0019_conflicts_of_interest")]

    operations = [
        migrations.AddField(
            model_name="call",
            name="marks_that_count",
            field=models.CharField(
                choices=[("before", "before discussion"), ("after", "after discussion")],
                db_default="before",
                default="before",
                help_text="Of a review that was changed after its reviewer had seen the others’. How lenient reviewers "
                "are, and how far they agree, is always told from the marks before.",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="others_seen_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When its reviewer was first shown what others gave: the marks of before stay as they are.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="ReviewVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("marks", models.JSONField(help_text="By the key of a criterion.")),
                (
                    "total",
                    models.DecimalField(
                        decimal_places=6, help_text="Weighted mean of these marks, 0–10.", max_digits=8
                    ),
                ),
                ("comment_for_panel", models.TextField(blank=True)),
                ("comment_for_applicant", models.TextField(blank=True)),
                (
                    "reason",
                    models.TextField(blank=True, help_text="Why it was changed after seeing the others’."),
                ),
                ("submitted_at", models.DateTimeField()),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="applications.review",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.AddConstraint(
            model_name="reviewversion",
            constraint=models.UniqueConstraint(
                fields=("review", "number"), name="versions_of_a_review_are_numbered"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", 1), ("reason", "")),
                    models.Q(("number__gt", 1), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_later_version_of_a_review_has_a_reason",
            ),
        ),
        migrations.RunSQL(WHO_COULD_HAVE_SEEN, migrations.RunSQL.noop),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
