"""`manage.py receipt_key`: the keys that sign receipts, and a new one for when a key may be known to others."""

from django.core.management.base import BaseCommand

from applications.applying import receipt_keys


class Command(BaseCommand):
    help = "Prints the public keys that receipts are signed with, oldest first; the last one signs. --new makes another."

    def add_arguments(self, parser):
        parser.add_argument("--new", action="store_true", help="make a key that signs from now on")

    def handle(self, *args, new: bool = False, **options):
        if new:
            receipt_keys.make()
        for key in receipt_keys.published():
            self.stdout.write(f"{key['year']}  {key['name']}  {key['public']}  made on {key['made_on']}")
