"""What all applications share: people, programmes, startups, files, messages, history and the clock."""

from accelerator.calendar.models import CalendarEntry
from accelerator.models.clock import ClockSetting, HealthMinute, Heartbeat
from accelerator.models.files import StoredFile
from accelerator.models.history import HistoryEntry
from accelerator.models.messages import OutboxMessage
from accelerator.models.people import Invitation, Role, User
from accelerator.models.programmes import Benefit, FrequentQuestion, Partner, Programme, Topic
from accelerator.models.startups import Startup, TeamMember
from accelerator.models.ticks import DoneMoment, Trouble, Turn

__all__ = [
    "Benefit",
    "CalendarEntry",
    "ClockSetting",
    "DoneMoment",
    "FrequentQuestion",
    "HealthMinute",
    "Heartbeat",
    "HistoryEntry",
    "Invitation",
    "OutboxMessage",
    "Partner",
    "Programme",
    "Role",
    "Startup",
    "StoredFile",
    "TeamMember",
    "Topic",
    "Trouble",
    "Turn",
    "User",
]
