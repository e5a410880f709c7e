import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accelerator.records.people


class Migration(migrations.Migration):
    dependencies = [
        ("accelerator", "0010_calendar_entries_by_recipient"),
        ("applications", "0016_what_numbers_and_files_may_be"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateTimeField(help_text="Exclusive, as every deadline.")),
                ("reason", models.TextField(help_text="As those are told whom it concerns.")),
                ("at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ExtensionRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("granted", "granted"), ("declined", "declined")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("reason", models.TextField(help_text="What went wrong, as founders are told.")),
                (
                    "health",
                    models.JSONField(help_text="What accelerator/watching had kept of these minutes."),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="application",
            name="extended_until",
            field=models.DateTimeField(
                blank=True, help_text="The latest of its own extensions; `Extension` says why.", null=True
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="time_zone",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Where it differs from the programme’s; AoE is anywhere on earth.",
                max_length=60,
                validators=[accelerator.records.people.validate_time_zone],
            ),
        ),
        migrations.AddField(
            model_name="callwindow",
            name="deadline_set_at",
            field=models.DateTimeField(
                blank=True, help_text="When it was last moved or extended for everybody.", null=True
            ),
        ),
        migrations.AddField(
            model_name="callwindow",
            name="extended_until",
            field=models.DateTimeField(
                blank=True,
                help_text="The latest extension of the whole call; `Extension` says why.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("extended_until__isnull", False)),
                fields=["extended_until"],
                name="applications_with_more_time",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="application",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="extensions",
                to="applications.application",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="extensions", to="applications.call"
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="taken_back_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="extensionrequest",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="extensionrequest",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="extension_requests",
                to="applications.application",
            ),
        ),
        migrations.AddField(
            model_name="extensionrequest",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="incidents", to="applications.call"
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="incident",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="extensions",
                to="applications.incident",
            ),
        ),
        migrations.AddConstraint(
            model_name="extensionrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "waiting")),
                fields=("application",),
                name="one_request_waits_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("began_at__lt", models.F("ended_at"))),
                name="an_incident_begins_before_it_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("at"))),
                name="an_extension_ends_after_it_was_granted",
            ),
        ),
    ]
