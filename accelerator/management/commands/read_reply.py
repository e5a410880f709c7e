"""`manage.py read_reply < mail`: take in an answer to one of our mails, for the pipe of a mail server."""

import sys

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from accelerator import clock
from accelerator.calendar import replies
from accelerator.threads import answering, incoming
from accelerator.transitions import NotAllowed

TRY_LATER = 75  # EX_TEMPFAIL: the mail server keeps the mail and comes again


class Command(BaseCommand):
    help = (
        "Reads one mail from standard input and keeps it beside the mail of ours that it answers. What a calendar answers "
        "to an invitation counts as its owner's answer. What is no answer is "
        "let go with a line that says so; only when the database is away does it end with 75, so that the server tries "
        "again."
    )

    def handle(self, *args, **options):
        raw = sys.stdin.buffer.read(incoming.LONGEST_MAIL + 1)
        try:
            answered = replies.take_in(raw, now=clock.now())
            if answered:
                self.stdout.write(f"The answer of a calendar: {answered.get_outcome_display()}.")
                return
            reply = answering.by_mail(raw, now=clock.now())
        except NotAllowed as refusal:
            self.stdout.write(f"Let go: {refusal}")
            return
        except DatabaseError as error:
            self.stderr.write(f"The database is away: {error}")
            sys.exit(TRY_LATER)
        self.stdout.write("Kept." if reply else "It was there already.")
