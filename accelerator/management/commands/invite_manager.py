"""`manage.py invite_manager EMAIL`: print the one-time link for a programme's manager, the first one included."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accelerator import clock
from accelerator.models import Invitation, Programme
from accelerator.people import invitations
from accelerator.records.addresses import canonical
from accelerator.transitions import NotAllowed


class Command(BaseCommand):
    help = "Invites somebody to manage a programme and prints the link, which works once."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--programme", metavar="SLUG", help="needed when there are several")

    def handle(self, *args, email: str, programme: str | None, **options):
        try:
            link = invitations.invite(
                Invitation.Kind.MANAGER,
                email=canonical(email),
                by=None,
                programme=self._programme(programme),
                now=clock.now(),
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(link)

    def _programme(self, slug: str | None) -> Programme:
        found = list(Programme.objects.filter(slug=slug) if slug else Programme.objects.all())
        if len(found) == 1:
            return found[0]
        known = ", ".join(Programme.objects.order_by("slug").values_list("slug", flat=True))
        if not known:
            raise CommandError("There is no programme yet; load one: manage.py load_programme FILE")
        fault = f"There is no programme “{slug}”" if slug else "There are several programmes"
        raise CommandError(f"{fault}; choose with --programme from: {known}")
