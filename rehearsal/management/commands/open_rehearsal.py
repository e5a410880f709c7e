"""`manage.py open_rehearsal`: fill an empty database with the real programme and the invented season."""

import io
from datetime import time, timedelta

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accelerator import clock
from accelerator.models import Programme, User
from applications.calls import window
from rehearsal import season, snapshot, state, stops
from rehearsal.actors import arrivals
from rehearsal.models import Rehearsal

DAYS_BEFORE = 3


class Command(BaseCommand):
    help = "Open the rehearsal three days before the deadline. Does nothing where one is open already."

    def add_arguments(self, parser):
        parser.add_argument("--who", action="store_true", help="Only say whom to sign in as.")

    def handle(self, *, who, **options):
        if not settings.REHEARSAL:
            raise CommandError("This is no rehearsal. Set SLIPWAY_REHEARSAL=1, on your own machine, for one.")
        if state.current() is None:
            if Programme.objects.exists() or User.objects.exists():
                raise CommandError(
                    "This database holds a real season, and a rehearsal would fill it with invented people. "
                    "Point DATABASE_URL to an empty one, or unset it."
                )
            self._open()
        state.give_up_walk()
        if who:
            self._say_who()

    def _open(self) -> None:
        call_command(
            "load_programme",
            str(settings.BASE_DIR / "programmes/ai-startup-program.toml"),
            stdout=io.StringIO(),
        )
        call = state.call_of_the_rehearsal()
        zone, closes_at = call.zone, call.window.closes_at
        opening = window.instant(
            window.last_day(closes_at, zone) - timedelta(days=DAYS_BEFORE), time(10, 12), zone
        )
        played = season.of_this_database()
        arrivals.open_season(played)
        played.walk(opening)
        Rehearsal.objects.create(pk=1, seed=season.SEED, opened_at=opening)
        snapshot.keep()
        clock.shift_to(opening)

    def _say_who(self) -> None:
        for persona in stops.personas(state.call_of_the_rehearsal()):
            self.stdout.write(f"  {persona.role:<10} {persona.user.name} <{persona.user.email}>")
