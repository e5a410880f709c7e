from django.db import migrations

from accelerator.typed import text

NAMES = (("User", "name"), ("User", "title"), ("Startup", "name"), ("TeamMember", "title"))


def clean(apps, schema_editor):
    """Names that were stored before their forms took hidden signs away, as the forms keep them today."""
    for model, field in NAMES:
        rows = apps.get_model("accelerator", model).objects.exclude(**{field: ""})
        for pk, name in rows.values_list("pk", field).iterator():
            if (seen := text.line(name)) != name:
                rows.filter(pk=pk).update(**{field: _kept(model, seen, rows, pk)})


def _kept(model, seen, rows, pk):
    """A person without a name goes by the address; a startup of whose name nothing is seen gets one that can be found."""
    if text.is_seen(seen):
        return seen
    return rows.values_list("public_id", flat=True).get(pk=pk) if model == "Startup" else ""


class Migration(migrations.Migration):
    dependencies = [
        ("accelerator", "0011_links_of_any_length"),
    ]

    operations = [
        migrations.RunPython(clean, migrations.RunPython.noop, elidable=True),
    ]
