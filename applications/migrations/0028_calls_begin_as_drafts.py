"""A call is a draft until it is opened. Every call that is there has been open to all eyes, and stays so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0027_applications_are_emptied")]

    operations = [
        migrations.AddField(
            model_name="call",
            name="is_draft",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="Nobody outside knows of it, and nothing of it runs, until it is opened.",
            ),
        ),
    ]
