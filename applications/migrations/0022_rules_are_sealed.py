import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# While the rules of a call are sealed, what they are made of changes only where `reviewing/protocol.py` has said for which
# call it is being amended, in that transaction. The total of a version of a review follows the weights; what it says stays.
FORWARD = """
CREATE TRIGGER sealed_rules_stay BEFORE UPDATE OR DELETE ON applications_sealedprotocol
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_while_rules_are_sealed(of_call bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('slipway.amending', true), '') <> of_call::text
            AND EXISTS (SELECT 1 FROM applications_sealedprotocol WHERE call_id = of_call) THEN
        RAISE EXCEPTION 'the rules of call % are sealed', of_call
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sealed_rules_are_amended';
    END IF;
END $$;

CREATE FUNCTION refuse_change_of_sealed_rubric() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM refuse_while_rules_are_sealed(OLD.call_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM refuse_while_rules_are_sealed(NEW.call_id);
        RETURN NEW;
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER a_sealed_rubric_is_amended BEFORE INSERT OR UPDATE OR DELETE ON applications_criterion
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_sealed_rubric();

CREATE FUNCTION refuse_change_of_sealed_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse_while_rules_are_sealed(OLD.id);
    RETURN NEW;
END $$;
CREATE TRIGGER a_sealed_call_is_amended BEFORE UPDATE ON applications_call FOR EACH ROW
    WHEN ((OLD.seats, OLD.reserve, OLD.reviews_per_application, OLD.marks_that_count)
        IS DISTINCT FROM (NEW.seats, NEW.reserve, NEW.reviews_per_application, NEW.marks_that_count))
    EXECUTE FUNCTION refuse_change_of_sealed_call();

DROP TRIGGER versions_of_a_review_stay ON applications_reviewversion;
CREATE TRIGGER versions_of_a_review_stay BEFORE DELETE ON applications_reviewversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER what_versions_of_a_review_say_stays BEFORE UPDATE ON applications_reviewversion FOR EACH ROW
    WHEN ((OLD.review_id, OLD.number, OLD.marks, OLD.reason, OLD.submitted_at)
        IS DISTINCT FROM (NEW.review_id, NEW.number, NEW.marks, NEW.reason, NEW.submitted_at)
        OR (OLD.comment_for_panel, OLD.comment_for_applicant)
        IS DISTINCT FROM (NEW.comment_for_panel, NEW.comment_for_applicant))
    EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER what_versions_of_a_review_say_stays ON applications_reviewversion;
DROP TRIGGER versions_of_a_review_stay ON applications_reviewversion;
CREATE TRIGGER versions_of_a_review_stay BEFORE UPDATE OR DELETE ON applications_reviewversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER a_sealed_call_is_amended ON applications_call;
DROP TRIGGER a_sealed_rubric_is_amended ON applications_criterion;
DROP TRIGGER sealed_rules_stay ON applications_sealedprotocol;
DROP FUNCTION refuse_change_of_sealed_call();
DROP FUNCTION refuse_change_of_sealed_rubric();
DROP FUNCTION refuse_while_rules_are_sealed(bigint);
"""


def person(**more):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, **more
    )


def key():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    """Calls that have closed before are sealed by the first tick that follows, with the rules that they have then."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("applications", "0021_marks_before_and_after_the_others"),
    ]

    operations = [
        migrations.AddField(
            model_name="criterion",
            name="asks_earlier",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="An amendment added it, and asked those who had reviewed before to mark it too.",
            ),
        ),
        migrations.CreateModel(
            name="SealedProtocol",
            fields=[
                ("id", key()),
                ("number", models.PositiveSmallIntegerField()),
                ("text", models.TextField(help_text="Canonical JSON, as it is published.")),
                ("sha256", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
                ("sealed_by", person(blank=True, help_text="Empty: the clock.", null=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sealed_protocols",
                        to="applications.call",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("call", "number"), name="versions_of_rules_are_numbered")
                ],
            },
        ),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", key()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "waits for a second person"),
                            ("in_force", "in force"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                            ("undone", "undone"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("wanted", models.JSONField(help_text="The whole document as it would be.")),
                (
                    "asks_earlier",
                    models.BooleanField(
                        default=False,
                        help_text="A criterion that it adds is asked of those who have reviewed, too.",
                    ),
                ),
                ("reason", models.TextField()),
                ("proposed_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True, default="", help_text="Why it was refused.")),
                (
                    "is_alone",
                    models.BooleanField(
                        default=False, help_text="Nobody else could confirm it, so who proposed it went on."
                    ),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "against",
                    models.ForeignKey(
                        help_text="The rules that it would change.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="applications.sealedprotocol",
                    ),
                ),
                ("answered_by", person(blank=True, null=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="applications.call",
                    ),
                ),
                (
                    "made",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="made_by",
                        to="applications.sealedprotocol",
                    ),
                ),
                ("proposed_by", person()),
                (
                    "restored",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restored_by",
                        to="applications.sealedprotocol",
                    ),
                ),
                ("undone_by", person(blank=True, null=True)),
            ],
            options={
                "ordering": ["-proposed_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "proposed")),
                        fields=("call",),
                        name="one_amendment_waits_for_each_call",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["in_force", "undone"]), _negated=True),
                            models.Q(("answered_by", models.F("proposed_by")), ("is_alone", True)),
                            models.Q(
                                ("answered_by__isnull", False),
                                ("is_alone", False),
                                models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_amendment_takes_two_people_or_says_so",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("made__isnull", False),
                            models.Q(("status__in", ["in_force", "undone"]), _negated=True),
                            _connector="OR",
                        ),
                        name="an_amendment_in_force_made_a_version",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
