from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0039_answers_limited_in_characters"),
    ]

    operations = [
        migrations.AddField(
            model_name="reviewer",
            name="paused_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Since when they are asked nothing else; what they have stays with them.",
                null=True,
            ),
        ),
    ]
