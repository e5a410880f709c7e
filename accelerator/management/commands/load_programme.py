"""`manage.py load_programme FILE`: bring the database to what a programme file says. Twice changes nothing."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accelerator import clock
from accelerator.programmes import programme_file


class Command(BaseCommand):
    help = "Loads a programme (dates, partners, questions, rubric, calendar) from one TOML file."

    def add_arguments(self, parser):
        parser.add_argument("file", help="such as programmes/ai-startup-program.toml")
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would change, and change nothing."
        )
        parser.add_argument(
            "--allow-removal", action="store_true", help="Remove what stands in Slipway and not in the file."
        )

    def handle(self, *args, file: str, dry_run: bool, allow_removal: bool, **options):
        try:
            text = Path(file).read_text(encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}. Give the path of a programme file.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not UTF-8; save it with that encoding.") from error
        try:
            read = programme_file.read(text, file)
            if dry_run:
                loading = programme_file.preview(read, now=clock.now())
            else:
                loading = programme_file.load(read, allow_removal=allow_removal, now=clock.now())
        except programme_file.FileRefused as refused:
            raise CommandError(f"{refused}\nNothing was loaded.") from refused
        if dry_run:
            self.stdout.write("\n".join(loading.said) or "This file changes nothing.")
            return
        self.stdout.write(loading.summary())
        for note in loading.notes:
            self.stdout.write(f"Note: {note}")
