from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0041_who_reads_an_answer"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="passed_over_at",
            field=models.DateTimeField(
                blank=True, help_text="Since when no seat goes to them from the reserve.", null=True
            ),
        ),
    ]
