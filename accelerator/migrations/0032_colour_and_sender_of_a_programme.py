from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accelerator", "0031_announcements"),
    ]

    operations = [
        migrations.AddField(
            model_name="programme",
            name="accent",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Such as #0a4b78; empty: Slipway’s own.",
                max_length=7,
                verbose_name="colour",
            ),
        ),
        migrations.AddField(
            model_name="programme",
            name="sender_email",
            field=models.EmailField(
                blank=True, db_default="", default="", max_length=254, verbose_name="sender’s address"
            ),
        ),
        migrations.AddField(
            model_name="programme",
            name="sender_name",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=120, verbose_name="sender’s name"
            ),
        ),
    ]
