"""`manage.py load_programme FILE`: bring the database to what a programme file says. Twice changes nothing."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accelerator import clock
from accelerator.programmes import programme_file


class Command(BaseCommand):
    help = "Loads a programme (dates, partners, questions, rubric, calendar) from one TOML file."

    def add_arguments(self, parser):
        parser.add_argument("file", help="such as programmes/ai-startup-program.toml")

    def handle(self, *args, file: str, **options):
        try:
            text = Path(file).read_text(encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}. Give the path of a programme file.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not UTF-8; save it with that encoding.") from error
        try:
            loading = programme_file.load(programme_file.read(text, file), now=clock.now())
        except programme_file.FileRefused as refused:
            raise CommandError(f"{refused}\nNothing was loaded.") from refused
        self.stdout.write(loading.summary())
        for note in loading.notes:
            self.stdout.write(f"Note: {note}")
