"""`manage.py export_programme SLUG`: a programme as the file that `load_programme` reads, on standard output."""

from django.core.management.base import BaseCommand, CommandError

from accelerator.models import Programme
from accelerator.programmes import written


class Command(BaseCommand):
    help = "Writes a programme (dates, partners, questions, rubric, policies, calendar) as one TOML file."

    def add_arguments(self, parser):
        parser.add_argument("slug", help="such as ai-startup-program")

    def handle(self, *args, slug: str, **options):
        programme = Programme.objects.filter(slug=slug).first()
        if programme is None:
            known = ", ".join(Programme.objects.order_by("slug").values_list("slug", flat=True))
            raise CommandError(f"There is no programme “{slug}”. Known are: {known or 'none yet'}.")
        self.stdout.write(written.text(programme), ending="")
