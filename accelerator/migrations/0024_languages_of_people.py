from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accelerator", "0023_invitations_are_bound_to_their_address")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True,
                db_default="",  # the version before makes accounts without it
                default="",
                help_text="Empty: that of the programme.",
                max_length=16,
                verbose_name="language",
            ),
        ),
    ]
