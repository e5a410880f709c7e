from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rehearsal", "0001_initial")]

    operations = [
        migrations.RenameField("rehearsal", "walked_to", "stopped_at"),
        migrations.AlterField(
            "rehearsal",
            "stopped_at",
            models.DateTimeField(blank=True, help_text="Where the last jump broke off.", null=True),
        ),
        # What it held before was how far a jump had come.
        migrations.RunSQL("UPDATE rehearsal_rehearsal SET stopped_at = NULL", migrations.RunSQL.noop),
    ]
