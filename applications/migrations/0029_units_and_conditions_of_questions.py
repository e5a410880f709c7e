from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0028_calls_begin_as_drafts")]

    operations = [
        migrations.AddField(
            model_name="question",
            name="unit",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="What a number counts; of money its currency, such as EUR.",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="shown_if",
            field=models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text='{"question": "stage", "answers": ["seed"]}: asked only of whoever gave one of these answers.',
            ),
        ),
    ]
