import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER receipt_lists_stay BEFORE UPDATE OR DELETE ON applications_receiptlist
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACKWARD = "DROP TRIGGER receipt_lists_stay ON applications_receiptlist;"


class Migration(migrations.Migration):
    dependencies = [("applications", "0012_a_submit_sends_its_ticket_ahead")]
    operations = [
        migrations.CreateModel(
            name="ReceiptKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveSmallIntegerField(help_text="Counts the keys of a year.")),
                (
                    "name",
                    models.CharField(help_text="How a receipt names it.", max_length=16, unique=True),
                ),
                ("public", models.CharField(help_text="The public key, in base64.", max_length=44)),
                (
                    "sealed_private",
                    models.TextField(help_text="The private key, encrypted with the installation's own."),
                ),
                ("made_at", models.DateTimeField(help_text="By the machine's clock, as years are.")),
            ],
            options={
                "ordering": ["year", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("year", "number"), name="the_keys_of_a_year_are_numbered")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceiptList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("sealed_at", models.DateTimeField()),
                (
                    "seal",
                    models.CharField(help_text="The call's seal: SHA-256 over the list.", max_length=64),
                ),
                ("text", models.TextField(help_text="The signed file, as it is given out.")),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipt_lists",
                        to="applications.call",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("call", "number"), name="the_lists_of_a_call_are_numbered"
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
