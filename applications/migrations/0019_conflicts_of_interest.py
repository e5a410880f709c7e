import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# An address is found by its domain read backwards, so that all subdomains stand together in an index: `elpmaxe.atem.`
# begins the key of lea@ai.meta.example as it does that of lea@meta.example. "/" is the sign after ".".
FORWARD = r"""
CREATE INDEX users_by_domain ON accelerator_user
    (((reverse(split_part(email, '@', 2)) || '.')::text COLLATE "C"));

CREATE FUNCTION keys_of_domains(domains jsonb) RETURNS SETOF text LANGUAGE sql IMMUTABLE STRICT ROWS 2 AS $$
    SELECT reverse(btrim(lower(written), ' @.')) || '.'
        FROM jsonb_array_elements_text(CASE jsonb_typeof(domains) WHEN 'array' THEN domains ELSE '[]' END) AS written
        WHERE btrim(written, ' @.') <> ''
$$;

CREATE VIEW applications_conflict AS
WITH close_to AS NOT MATERIALIZED (
    SELECT partner.id AS partner_id, member.startup_id
    FROM accelerator_partner partner
    CROSS JOIN LATERAL keys_of_domains(partner.domains) AS key
    JOIN accelerator_user founder
        ON (reverse(split_part(founder.email, '@', 2)) || '.')::text COLLATE "C" >= key COLLATE "C"
        AND (reverse(split_part(founder.email, '@', 2)) || '.')::text COLLATE "C" < (left(key, -1) || '/') COLLATE "C"
    JOIN accelerator_teammember member ON member.user_id = founder.id AND member.left_at IS NULL
)
SELECT recusal.application_id, recusal.user_id
    FROM applications_recusal recusal
UNION ALL
SELECT application.id, role.user_id
    FROM accelerator_role role
    JOIN close_to ON close_to.partner_id = role.partner_id
    JOIN applications_application application ON application.startup_id = close_to.startup_id
    WHERE role.ended_at IS NULL
UNION ALL
SELECT application.id, reviewer.user_id
    FROM applications_reviewer reviewer
    JOIN close_to ON close_to.partner_id = reviewer.partner_id
    JOIN applications_application application
        ON application.startup_id = close_to.startup_id AND application.call_id = reviewer.call_id;
"""
BACKWARD = """
DROP VIEW applications_conflict;
DROP FUNCTION keys_of_domains(jsonb);
DROP INDEX users_by_domain;
"""


class Migration(migrations.Migration):
    """One place says who has a conflict with what, and a review that was set aside through one is marked."""

    dependencies = [
        ("applications", "0018_terms_of_offers_and_an_hour_to_undo"),
        ("accelerator", "0011_links_of_any_length"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.CreateModel(
            name="Conflict",
            fields=[
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="applications.application",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"db_table": "applications_conflict", "managed": False},
        ),
        migrations.AddField(
            model_name="assignment",
            name="conflict_found_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When a conflict of its reviewer was found: its review is kept and does not count.",
                null=True,
            ),
        ),
    ]
