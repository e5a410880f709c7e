"""What all applications share: people, programmes, startups, files, messages, history and the clock."""

from accelerator.announcements.models import Announcement, AnnouncementPutAway
from accelerator.calendar.models import CalendarAnswer, CalendarEntry, CalendarFeed, CalendarReply
from accelerator.files.models import StoredFile
from accelerator.groups.models import GroupMessage
from accelerator.messages.models import DoneMoment, OutboxMessage, OwnWording, Trouble, Turn
from accelerator.people.models import AddressChange, SignedIn
from accelerator.policies.models import ConductContact, Policy, PolicyAcceptance
from accelerator.privacy.models import AccountClosing, Certificate, DataExport
from accelerator.records.clock import ClockSetting
from accelerator.records.history import HistoryChain, HistoryEntry, HistorySide
from accelerator.records.people import Invitation, Role, User
from accelerator.records.programmes import Benefit, FrequentQuestion, Partner, Programme, Topic
from accelerator.records.readings import Reading
from accelerator.records.startups import Startup, TeamMember
from accelerator.threads.models import Reply, ThreadNote
from accelerator.watching.models import HealthMinute, Heartbeat

__all__ = [
    "AccountClosing",
    "AddressChange",
    "Announcement",
    "AnnouncementPutAway",
    "Benefit",
    "CalendarAnswer",
    "CalendarEntry",
    "CalendarFeed",
    "CalendarReply",
    "Certificate",
    "ClockSetting",
    "ConductContact",
    "DataExport",
    "DoneMoment",
    "FrequentQuestion",
    "GroupMessage",
    "HealthMinute",
    "Heartbeat",
    "HistoryChain",
    "HistoryEntry",
    "HistorySide",
    "Invitation",
    "OutboxMessage",
    "OwnWording",
    "Partner",
    "Policy",
    "PolicyAcceptance",
    "Programme",
    "Reading",
    "Reply",
    "Role",
    "SignedIn",
    "Startup",
    "StoredFile",
    "TeamMember",
    "ThreadNote",
    "Topic",
    "Trouble",
    "Turn",
    "User",
]
