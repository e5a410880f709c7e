"""What the core itself keeps about a person: the account, how one signs in, roles, and mails."""

from collections.abc import Iterator
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import wording
from accelerator.calendar.models import CalendarAnswer, CalendarFeed
from accelerator.messages.models import OutboxMessage
from accelerator.privacy import rooms
from accelerator.privacy.classes import Keeping, kept_as
from accelerator.privacy.rooms import Kept, OwnPart
from accelerator.records.people import Role, User
from accelerator.threads.models import Reply


@rooms.kept
def account(user: User, now: datetime) -> Iterator[Kept]:
    told = [user.email, user.name, user.title, user.time_zone]
    until = _("Until you close your account.")
    yield Kept(_("Your account"), ", ".join(filter(None, told)), until)
    factors = Authenticator.objects.filter(user=user).count()
    if factors:
        second = ngettext("%(n)d second factor", "%(n)d second factors", factors) % {"n": factors}
        yield Kept(_("How you sign in"), second, until)
    if feeds := CalendarFeed.objects.filter(user=user).count():
        addresses = ngettext("%(n)d private address", "%(n)d private addresses", feeds) % {"n": feeds}
        yield Kept(
            _("Calendars that you subscribe to"),
            addresses,
            _("Until you take it back, or close your account."),
        )


@rooms.kept
def roles(user: User, now: datetime) -> Iterator[Kept]:
    for role in Role.objects.filter(user=user).select_related("programme").order_by("granted_at"):
        since = wording.day(role.granted_at, user.zone, weekday=False)
        yield Kept(
            _("Your role in %(programme)s") % {"programme": role.programme},
            _("%(role)s, since %(day)s") % {"role": role.get_kind_display(), "day": since},
            _("As long as what you did in it. If you close your account, your name goes and the role stays."),
        )


@rooms.kept
def messages(user: User, now: datetime) -> Iterator[Kept]:
    count = OutboxMessage.objects.filter(recipient=user, is_secret=False).count()
    if count:
        yield Kept(
            _("Mails to you"),
            ngettext("%(n)d mail that we sent you", "%(n)d mails that we sent you", count) % {"n": count},
            _("As long as what they are about; codes for signing in are emptied as soon as they are sent."),
        )


@rooms.exported
def own_account(user: User, now: datetime) -> Iterator[OwnPart]:
    roles = Role.objects.filter(user=user).select_related("programme").order_by("granted_at")
    yield OwnPart(
        "account.json",
        {
            "email": user.email,
            "name": user.name,
            "title": user.title,
            "time_zone": user.time_zone,
            "joined_at": user.joined_at,
            "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
            "second_factors": list(Authenticator.objects.filter(user=user).values("type", "created_at")),
            "roles": [
                {
                    "programme": role.programme.name,
                    "role": role.kind,
                    "granted_at": role.granted_at,
                    "ended_at": role.ended_at,
                }
                for role in roles
            ],
        },
    )


@rooms.own_messages
def about_own_account(user: User) -> Q:
    return Q(object_type=Role._meta.label_lower, object_id__in=Role.objects.filter(user=user).values("pk"))


@rooms.exported
def own_mails(user: User, now: datetime) -> Iterator[OwnPart]:
    """Every mail with its kind and moment; its words where it is about one's own affairs."""
    sent = OutboxMessage.objects.filter(recipient=user, status=OutboxMessage.Status.SENT)
    own = Q(pk__in=[])
    for of in rooms.own_messages:
        own |= of(user)
    with_words = set(sent.filter(own, is_secret=False).values_list("pk", flat=True))
    told = []
    for message in sent.order_by("created_at", "pk").iterator():
        line = {"kind": message.kind, "to": message.to_email, "sent_at": message.sent_on_programme_clock}
        if message.pk in with_words:
            line |= {"subject": message.subject, "text": message.text}
        told.append(line)
    if told:
        yield OwnPart("mails.json", told)
    said = CalendarAnswer.objects.filter(user=user).order_by("starts_at", "pk")
    if invitations := list(said.values("starts_at", "answer", "note", "answered_at")):
        yield OwnPart("invitations.json", invitations)
    replies = Reply.objects.filter(message__recipient=user, kind=Reply.Kind.REPLY)
    if wrote := list(replies.values("came_at", "text", to=F("message__subject"))):
        yield OwnPart("answers.json", wrote)


kept_as(
    Keeping.ACCOUNT,
    "account.EmailAddress",
    "accelerator.AddressChange",
    "accelerator.AnnouncementPutAway",
    "accelerator.CalendarAnswer",
    "accelerator.CalendarEntry",
    "accelerator.CalendarFeed",
    "accelerator.CalendarReply",
    "accelerator.DataExport",
    "accelerator.SignedIn",
    "accelerator.TeamMember",
    "accelerator.User",
    "mfa.Authenticator",
    "socialaccount.SocialAccount",
    "socialaccount.SocialToken",
)
kept_as(Keeping.ROLE, "accelerator.Invitation", "accelerator.PolicyAcceptance", "accelerator.Role")
kept_as(Keeping.APPLICATION, "accelerator.Reading", "accelerator.Startup", "accelerator.StoredFile")
kept_as(Keeping.HISTORY, "accelerator.HistoryChain", "accelerator.HistoryEntry", "accelerator.HistorySide")
kept_as(
    Keeping.MAIL,
    "accelerator.GroupMessage",
    "accelerator.OutboxMessage",
    "accelerator.Reply",
    "accelerator.ThreadNote",
)
kept_as(Keeping.PROOF, "accelerator.AccountClosing", "accelerator.Certificate")
kept_as(
    Keeping.PROGRAMME,
    "accelerator.Announcement",
    "accelerator.Benefit",
    "accelerator.ClockSetting",
    "accelerator.ConductContact",
    "accelerator.FrequentQuestion",
    "accelerator.OwnWording",
    "accelerator.Partner",
    "accelerator.Policy",
    "accelerator.Programme",
    "accelerator.Topic",
    "auth.Group",
    "auth.Permission",
    "contenttypes.ContentType",
    "socialaccount.SocialApp",
)
kept_as(
    Keeping.DAYS,
    "account.EmailConfirmation",
    "admin.LogEntry",  # nothing is written there: the history is ours
    "accelerator.DoneMoment",
    "accelerator.HealthMinute",
    "accelerator.Heartbeat",
    "accelerator.Trouble",
    "accelerator.Turn",
    "sessions.Session",
)
