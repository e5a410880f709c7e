from django.db import migrations
from django.utils.encoding import punycode


def write_domains_in_a_labels(apps, schema_editor):
    """One person, one address: as it is looked up from now on, where nobody has that one already."""
    for app, model in (("accelerator", "User"), ("account", "EmailAddress"), ("accelerator", "Invitation")):
        rows = apps.get_model(app, model).objects
        for row in rows.exclude(email__regex=r"^[\x01-\x7f]*$"):
            local, _at, domain = row.email.rpartition("@")
            try:
                address = f"{local}@{punycode(domain)}".lower()
            except UnicodeError:  # no domain at all: left for whoever looks at what could not be delivered
                continue
            if model == "Invitation" or not rows.filter(email__iexact=address).exists():
                rows.filter(pk=row.pk).update(email=address)


class Migration(migrations.Migration):
    dependencies = [
        ("accelerator", "0004_messages_in_order_of_claim"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [migrations.RunPython(write_domains_in_a_labels, migrations.RunPython.noop)]
