"""`manage.py replay_erasures`: after a database was restored from a backup, erase anew what had been erased since."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accelerator import clock
from accelerator.privacy import tombstones
from accelerator.privacy.tombstones import Tombstone


class Command(BaseCommand):
    help = "Erases anew what the tombstones name: those beside the files, or those of a file."

    def add_arguments(self, parser):
        parser.add_argument(
            "--tombstones", type=Path, metavar="FILE", help="one a line, as --write writes them"
        )
        parser.add_argument("--write", type=Path, metavar="FILE", help="only write the tombstones there")

    def handle(self, *args, **options):
        stones = list(self._stones(options["tombstones"]))
        if options["write"]:
            options["write"].write_text("".join(f"{stone.line}\n" for stone in stones), encoding="utf-8")
            self.stdout.write(f"{len(stones)} tombstones written.")
            return
        done, known = tombstones.replay(stones, clock.now())
        self.stdout.write(f"{known} tombstones, {done} erased anew.")

    def _stones(self, path: Path | None):
        if path is None:
            return tombstones.kept()
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            return [Tombstone.read(line) for line in lines if line.strip()]
        except (OSError, ValueError, KeyError) as problem:
            raise CommandError(f"{path} cannot be read: {problem}") from problem
