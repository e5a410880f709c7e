from django.db import migrations, models
from django.db.models import F, Q

# A message is updated three times in a few seconds: keep room for that beside the row, and clear up often.
TUNE = """
ALTER TABLE accelerator_outboxmessage SET (
    fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.02
)
"""
UNTUNE = """
ALTER TABLE accelerator_outboxmessage RESET (
    fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold,
    autovacuum_vacuum_cost_delay, autovacuum_analyze_scale_factor
)
"""


def carry_over_what_waits(apps, schema_editor):
    """Sort out what the version before had claimed, and say which rows have an address of their own."""
    message = apps.get_model("accelerator", "OutboxMessage")
    # It claimed ten at once and wrote the bytes of each just before sending: without bytes it was not begun.
    message.objects.filter(status="sending", is_secret=False, mime=b"").update(
        status="waiting", lease_until=None
    )
    message.objects.filter(Q(recipient__isnull=True) | Q(is_secret=True)).update(address_is_fixed=True)


class Migration(migrations.Migration):
    dependencies = [("accelerator", "0003_one_owner_per_startup")]
    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="address_is_fixed",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="It goes to this very address, whatever address its recipient has by then.",
            ),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="version",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Which state of its object it announces: a time, a number.",
                max_length=60,
            ),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="to_email",
            field=models.EmailField(
                help_text="Where it goes; asked again when it leaves, unless it is fixed.", max_length=254
            ),
        ),
        migrations.RunPython(carry_over_what_waits, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="outboxmessage", name="messages_to_send"),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                F("is_secret").desc(),
                "due_at",
                "id",
                condition=Q(status__in=["waiting", "sending"]),
                name="messages_in_order_of_claim",
            ),
        ),
        migrations.RunSQL(TUNE, UNTUNE),
    ]
