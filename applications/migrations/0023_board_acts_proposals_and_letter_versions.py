import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What people do on the board can be undone, proposed and named; letters keep the words that they had."""

    dependencies = [
        ("applications", "0022_rules_are_sealed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="inputs",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Digest of what its words rest on; empty in letters that are older than it.",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="version",
            field=models.PositiveIntegerField(
                db_default=1,
                default=1,
                help_text="Raised by every change of its words; earlier ones are kept.",
            ),
        ),
        migrations.AddField(
            model_name="reviewer",
            name="is_chair",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="May confirm what a manager with a conflict proposes, and a release with something amiss.",
                verbose_name="chair",
            ),
        ),
        migrations.CreateModel(
            name="NamedException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            (
                                "in_conflict",
                                "decided by somebody with a conflict, because nobody without one was there",
                            ),
                            (
                                "released_in_conflict",
                                "published by somebody with a conflict, because nobody without one was there",
                            ),
                            ("letter_older", "a letter older than the comments that it brings"),
                            ("below_quorum", "a place for an application with too few reviews"),
                            ("late_conflict", "a conflict of a reviewer that was found after the decision"),
                            ("no_second", "published with something amiss, and no second person was there"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="applications.application",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="named_exceptions",
                        to="applications.call",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="BoardAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("picked", "picked"),
                            ("reserved", "put in the reserve"),
                            ("left_out", "not selected"),
                            ("others_left_out", "all others: not selected"),
                            ("taken_back", "decision taken back"),
                            ("reordered", "moved in the reserve"),
                            ("letter_edited", "letter changed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "before",
                    models.JSONField(
                        default=dict, help_text="By application: the decision that stood, or nothing."
                    ),
                ),
                (
                    "after",
                    models.JSONField(
                        default=dict, help_text="By application: the mark of what stands since."
                    ),
                ),
                ("letters", models.JSONField(default=list, help_text="Letters that it put aside.")),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty for an act on all others.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="board_acts",
                        to="applications.application",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="board_acts",
                        to="applications.call",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["call", "by"], name="board_acts_of_somebody")],
            },
        ),
        migrations.CreateModel(
            name="LetterVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("subject", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="earlier",
                        to="applications.letter",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("letter", "number"), name="versions_of_a_letter_are_numbered"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProposedAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("pick", "pick"),
                            ("reserve", "put in the reserve"),
                            ("leave_out", "leave out"),
                            ("take_back", "take the decision back"),
                            ("release", "publish the decisions"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "seen",
                    models.CharField(help_text="The mark of what stood when it was proposed.", max_length=80),
                ),
                ("proposed_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                ("refusal", models.TextField(blank=True, help_text="Why it was refused.")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty for the release.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="applications.application",
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="applications.call",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "refused_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("act", "release"), ("application__isnull", True)),
                            models.Q(
                                models.Q(("act", "release"), _negated=True), ("application__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="a_proposal_names_its_application_or_the_release",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("refused_at", None)),
                            models.Q(("confirmed_at", None), ("withdrawn_at", None)),
                            models.Q(("refused_at", None), ("withdrawn_at", None)),
                            _connector="OR",
                        ),
                        name="a_proposal_ends_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("confirmed_at", None), ("refused_at", None), ("withdrawn_at", None)
                        ),
                        fields=("call", "application", "proposed_by"),
                        name="one_proposal_of_a_person_waits_for_each_application",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
    ]
