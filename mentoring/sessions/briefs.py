"""What both sides want to know the day before a session: goals, what is open, what was noted last. No private note."""

from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from mentoring.sessions.models import ActionItem, MentoringSession

LONGEST_NOTE = 600  # signs; the page has the rest
MOST = 6  # lines of each


@dataclass(frozen=True)
class Brief:
    """Plain text, in the language in which it is printed; nothing of what there is none."""

    goals: list[str]
    still_open: list[str]
    last_notes: str

    def __str__(self) -> str:
        parts = [
            _listed(_("Goals:"), self.goals),
            _listed(_("Still open from before:"), self.still_open),
            "\n".join([_("Noted last time:"), self.last_notes]) if self.last_notes else "",
        ]
        return "\n\n".join(part for part in parts if part)


def of(session: MentoringSession) -> Brief:
    """As things stand now: it is asked when the mail is written."""
    goals = session.membership.goals.standing().filter(reached_at__isnull=True)
    previous = session.previous_logged()
    return Brief(
        goals=[goal.text for goal in goals[: MOST + 1]],
        still_open=[item.text for item in ActionItem.objects.carried_into(session)[: MOST + 1]],
        last_notes=Truncator(previous.log.notes.strip()).chars(LONGEST_NOTE) if previous else "",
    )


def _listed(title: str, lines: list[str]) -> str:
    if not lines:
        return ""
    more = ["– …"] if len(lines) > MOST else []
    return "\n".join([title, *(f"– {' '.join(line.split())}" for line in lines[:MOST]), *more])
