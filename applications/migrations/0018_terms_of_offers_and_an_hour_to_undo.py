import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accelerator.records.fields

FORWARD = """
CREATE TRIGGER terms_of_offers_stay BEFORE UPDATE ON applications_offerterms
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACKWARD = "DROP TRIGGER terms_of_offers_stay ON applications_offerterms;"


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0017_extensions_of_a_deadline"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OfferTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "text",
                    accelerator.records.fields.LocalisedTextField(
                        blank=True, default=accelerator.records.fields.Localised
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="offer",
            name="a_seat_is_offered_to_one_at_a_time",
        ),
        migrations.AddField(
            model_name="offer",
            name="accepted_name",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Who accepted, as they wrote it.",
                max_length=120,
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="decline_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.AddField(
            model_name="offer",
            name="declines_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When giving the place up becomes final; until then it can be undone.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="declining_by",
            field=models.ForeignKey(
                blank=True,
                help_text="The owner who gives the place up, or a co-founder who proposes it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="may_be_named",
            field=models.BooleanField(
                db_default=False, default=False, help_text="The team agreed that the public page names it."
            ),
        ),
        migrations.AlterField(
            model_name="offer",
            name="status",
            field=models.CharField(
                choices=[
                    ("open", "open"),
                    ("accepted", "accepted"),
                    ("declining", "being given up"),
                    ("declined", "declined"),
                    ("expired", "expired"),
                ],
                default="open",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="offerterms",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="offer_terms",
                to="applications.call",
            ),
        ),
        migrations.AddField(
            model_name="offerterms",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="terms",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="applications.offerterms",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["open", "accepted", "declining"])),
                fields=("seat",),
                name="a_seat_is_offered_to_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "declining"), _negated=True),
                    models.Q(("declines_at__isnull", False), ("declining_by__isnull", False)),
                    _connector="OR",
                ),
                name="giving_a_place_up_has_its_moment_and_its_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="offerterms",
            constraint=models.UniqueConstraint(
                fields=("call", "number"), name="versions_of_terms_are_numbered"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
