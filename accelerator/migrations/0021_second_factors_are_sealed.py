from django.db import migrations


def _rewrite(apps, change):
    from accelerator.people import factor_seals

    Authenticator = apps.get_model("mfa", "Authenticator")
    for factor in Authenticator.objects.exclude(type="webauthn").iterator():
        factor.data = factor_seals.each_secret(factor.data, change)
        factor.save(update_fields=["data"])


def seal(apps, schema_editor):
    from accelerator.people import factor_seals

    # What is sealed already, as on a second run, is opened first.
    _rewrite(apps, lambda text: factor_seals.seal(factor_seals.opened(text)))


def open_again(apps, schema_editor):
    from accelerator.people import factor_seals

    _rewrite(apps, factor_seals.opened)


class Migration(migrations.Migration):
    """Seeds of apps and of recovery codes lay in clear. Can be taken back while the keys are there."""

    dependencies = [
        ("accelerator", "0020_policies_and_who_agreed"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(seal, open_again)]
