"""`manage.py drain`: send what is due, once or for as long as it runs; needs no Redis."""

import signal

from django.core.management.base import BaseCommand

from accelerator import database
from accelerator.celery import give_way
from accelerator.messages import drain


class Command(BaseCommand):
    help = "Does what is due and sends what waits; with --loop until it is stopped. Needs no Redis and no worker."

    def add_arguments(self, parser):
        parser.add_argument("--loop", action="store_true", help="go on, looking once a second")

    def handle(self, *args, loop: bool, **options):
        if not loop:
            self.stdout.write(f"{drain.once()} sent")
            return
        give_way()
        database.give_up_soon()
        carrier = drain.Drain()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: carrier.stop())
        carrier.run()
