import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER frozen_dossiers_stay BEFORE UPDATE OR DELETE ON applications_frozendossier
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACKWARD = "DROP TRIGGER frozen_dossiers_stay ON applications_frozendossier;"


class Migration(migrations.Migration):
    dependencies = [("applications", "0002_immutable_submissions_and_numbered_seats")]
    operations = [
        migrations.CreateModel(
            name="FrozenDossier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(help_text="Canonical JSON, as it is given out.")),
                (
                    "seal",
                    models.CharField(
                        help_text="Its SHA-256, to be published with the chosen.", max_length=64
                    ),
                ),
                (
                    "release",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dossier",
                        to="applications.release",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
