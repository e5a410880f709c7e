"""`manage.py simulate_selection`: how many of the truly best five the method finds, in made-up calls."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from applications.simulation.scenarios import SCENARIOS, simulate


class Command(BaseCommand):
    help = "Simulates calls whose truth is known, and says how many of the best five each method finds."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--scenario", choices=SCENARIOS, default="random")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--repetitions", type=int, default=200)
        parser.add_argument("--json", metavar="FILE", help="also write the figures to this file")

    def handle(self, *args, scenario: str, seed: int, repetitions: int, **options):
        if repetitions < 1:
            raise CommandError("At least one repetition is needed.")

        def progress(done: int) -> None:
            self.stderr.write(f"\r{scenario}: {done} of {repetitions}", ending="")
            if done == repetitions:
                self.stderr.write("")

        figures = simulate(scenario, seed=seed, repetitions=repetitions, progress=progress)
        text = json.dumps(figures, indent=2)
        self.stdout.write(text)
        if options["json"]:
            try:
                Path(options["json"]).write_text(text + "\n", encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{options['json']}: {error.strerror}.") from error
