"""`manage.py reseal_factors`: after SLIPWAY_SECRET_KEY was changed, so that the key before can be left out."""

from django.core.management.base import BaseCommand

from accelerator.people import factor_seals


class Command(BaseCommand):
    help = "Seals the secrets of all second factors with the key of now."

    def handle(self, *args, **options):
        self.stdout.write(f"{factor_seals.reseal()} factors are sealed with the key of now.")
