"""`manage.py rehearse`: a whole season through the real addresses and the real tasks, and a report of it."""

import io
import json
import logging
import time
from datetime import datetime, timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accelerator import clock
from accelerator.models import Programme
from applications.models import Call
from rehearsal import casting, report, sink
from rehearsal.actors import arrivals
from rehearsal.sabotage import SABOTAGES
from rehearsal.season import RehearsedSeason


class Command(BaseCommand):
    help = (
        "Run a season headless, from its opening to demo day, and say what happened and which promises held."
    )

    def add_arguments(self, parser):
        parser.add_argument("--applicants", type=int, default=200)
        parser.add_argument("--reviewers", type=int, default=12)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--programme", type=Path, default=settings.BASE_DIR / "programmes/ai-startup-program.toml"
        )
        parser.add_argument("--json", type=Path, help="Write the figures to this file.")
        parser.add_argument("--dossier", type=Path, help="Write the selection's dossier to this file.")
        parser.add_argument(
            "--sabotage",
            choices=SABOTAGES,
            nargs="+",
            default=[],
            help="Break these promises on purpose; the report must notice.",
        )

    def handle(
        self,
        *,
        applicants,
        reviewers,
        seed,
        programme,
        json: Path | None,
        dossier: Path | None,
        sabotage: list[str],
        **options,
    ):
        if not settings.CLOCK_ADJUSTABLE:
            raise CommandError(
                "A season can be rehearsed only with SLIPWAY_REHEARSAL=1, in a database of its own."
            )
        call_command("migrate", verbosity=0)
        if Programme.objects.exists():
            raise CommandError(
                "This database is in use. Unset DATABASE_URL, and the rehearsal brings its own."
            )
        for noisy in (
            "django.request",
            "django_structlog",
        ):  # late attempts are refused by the dozen; that is the point
            logging.getLogger(noisy).setLevel(logging.ERROR)
        began = time.monotonic()
        call_command("load_programme", str(programme), stdout=io.StringIO())
        call = Call.objects.select_related("programme", "window").get()
        with sink.listening() as mailbox:
            season = self._season(call, applicants, reviewers, seed, mailbox)
            arrivals.open_season(season)
            for at, act in self._interludes(season, sabotage):
                season.walk(at)
                act(season, at)
            # After a broken promise the season need not go on: a day is enough for what it leads to.
            season.walk(at + timedelta(days=1) if sabotage else season.on(call.ends_on, 20))
            result = report.of(season, mailbox, clock.now())
        seconds = time.monotonic() - began
        self.stdout.write("\n".join(report.lines(result, season, seconds)))
        if json:
            json.write_text(_as_json(result, seconds))
        if dossier:
            name = f"{call.programme.slug}/{call.slug}"
            call_command("export_selection", name, str(dossier), stdout=self.stdout)
        if not result.is_clean:
            raise SystemExit(1)

    def _season(self, call, applicants, reviewers, seed, mailbox) -> RehearsedSeason:
        local = [
            t.astimezone(call.zone).replace(tzinfo=None)
            for t in (call.window.opens_at, call.window.closes_at)
        ]
        cast = casting.generated(applicants, reviewers, seed, *local)
        beat_stops = call.window.closes_at - timedelta(
            days=4, hours=3
        )  # 36 hours over the third day before the last

        def read_mail(email: str, kind: str) -> str:
            mail = mailbox.latest_to(email, kind)
            return mail.text if mail else ""

        outage = (beat_stops, beat_stops + timedelta(hours=36))
        return RehearsedSeason(call, cast, seed=seed, read_mail=read_mail, outage=outage)

    def _interludes(self, season, sabotage):
        """Disturbances from outside: Redis is flushed on the last day, and sabotage where an option says so."""
        found = [(season.call.window.closes_at - timedelta(hours=6), _flush_redis)]
        for name in sabotage:
            act, when = SABOTAGES[name]
            found.append((when(season), act))
        return sorted(found, key=lambda interlude: interlude[0])


def _flush_redis(season, now: datetime) -> None:
    redis.Redis.from_url(settings.REDIS_URL).flushall()


def _as_json(result: report.Report, seconds: float) -> str:
    return json.dumps({**result.figures, "seconds": round(seconds, 1)}, indent=2) + "\n"
