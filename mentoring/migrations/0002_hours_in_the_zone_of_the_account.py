"""A mentor's weekly hours are in the zone of their account, so that there is one place to change it.

Where the two differed the hours stay where they are, and the account takes over their zone. The column stays for the
version before, which may still be running and reads it; nothing of this one does.
"""

from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery


def take_over_zones(apps, schema_editor):
    Mentor, User = apps.get_model("mentoring", "Mentor"), apps.get_model("accelerator", "User")
    zones = Mentor.objects.filter(user=OuterRef("pk")).order_by("-pk").values("time_zone")[:1]
    apart = Mentor.objects.exclude(user__time_zone=F("time_zone")).values("user")
    User.objects.filter(pk__in=apart).update(time_zone=Subquery(zones))


class Migration(migrations.Migration):
    dependencies = [("mentoring", "0001_initial"), ("accelerator", "0024_languages_of_people")]

    operations = [
        migrations.RunPython(take_over_zones, migrations.RunPython.noop, elidable=True),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="mentor", name="time_zone")],
            database_operations=[
                migrations.AlterField(
                    model_name="mentor", name="time_zone", field=models.CharField(max_length=60, null=True)
                )
            ],
        ),
    ]
