"""What one calendar holds of one thing, and what it is told next: each step, by the mails that are written.

The thing is an interview that exists in no table: what is invited to is any object, as long as its row is locked.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import calendar_chains
import factories
import pytest
from icalendar import Calendar

from accelerator.calendar import ical, invites
from accelerator.messages import delivery, outbox
from accelerator.models import CalendarEntry, OutboxMessage, Startup

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING
AT_TEN = datetime(2023, 12, 13, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
Status = OutboxMessage.Status


@pytest.fixture(autouse=True)
def _words(settings, tmp_path, reviewing):
    folder = tmp_path / "templates" / "accelerator" / "notices"
    folder.mkdir(parents=True)
    for name in ("interview_set", "interview_off", "interview_elsewhere"):
        (folder / f"{name}.subject.txt").write_text(name)
        (folder / f"{name}.txt").write_text("{% if has_calendar %}Attached.{% else %}Words.{% endif %}")
    ours = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**ours, "DIRS": [tmp_path / "templates", *ours["DIRS"]]}]


class Interview:
    """Its guests' calendars, and what was said to them."""

    def __init__(self):
        self.programme = factories.make_programme()
        self.about = Startup.objects.create(name="Papyrus")
        self.guest = factories.make_user("Lena Aubry")
        self.says = ical.Happening(
            uid=ical.uid("6f9619ff-8b86-d011-b42d-00cf4fc964ff"),
            sequence=0,
            title="Interview, with Papyrus; again",
            starts_at=AT_TEN,
            ends_at=AT_TEN + HOUR,
            url="http://localhost/interviews/1",
            organizer=self.programme.name,
            organizer_address=self.programme.contact,
            place="Room 3, STATION F",
        )

    def change(self, **fields) -> None:
        """Something about it changes, as a verb would write it behind the lock."""
        sequence = invites.next_sequence(self.about, after=self.says.sequence)
        self.says = replace(self.says, sequence=sequence, **fields)

    def move(self, starts_at=AT_TEN + 3 * HOUR, *people) -> None:
        self.change(starts_at=starts_at, ends_at=starts_at + HOUR)
        self.invite(*people)

    def invite(self, *people) -> None:
        invites.invite(self.about, self.says, people or [self.guest], self.mail("interview_set"), now=NOW)

    def withdraw(self, *people) -> None:
        self.change()
        invites.withdraw(self.about, self.says, people or [self.guest], self.mail("interview_off"), now=NOW)

    def mail(self, name: str) -> invites.CalendarMail:
        return invites.CalendarMail(
            f"accelerator.{name}", "accelerator.interview_elsewhere", self.programme, {}
        )

    def mails(self):
        return OutboxMessage.objects.filter(object_id=self.about.pk).order_by("pk")

    def ended(self, **fields) -> None:
        """What became of the last mail."""
        OutboxMessage.objects.filter(pk=self.mails().last().pk).update(**fields)

    def sent(self) -> None:
        self.mails().filter(status=Status.WAITING).update(status=Status.SENT)

    def told(self, address: str = "") -> list[tuple]:
        """Method, SEQUENCE and beginning, as the calendar at one address was told them."""
        chain = calendar_chains.chains(self.about)[self.guest.pk, address or self.guest.email]
        return [(told.method, told.sequence, told.starts_at) for told in chain]

    def entry(self, address: str = "") -> CalendarEntry:
        return CalendarEntry.objects.get(recipient=self.guest, address=address or self.guest.email)

    def new_address(self) -> str:
        """The one of before."""
        before, self.guest.email = self.guest.email, "lena.new@people.example"
        self.guest.save(update_fields=["email"])
        return before


@pytest.fixture
def interview():
    return Interview()


def test_an_invitation_is_kept_as_it_was_told(interview):
    interview.invite()
    entry, mail = interview.entry(), interview.mails().get()
    assert (entry.state, entry.sequence, entry.uid) == ("invited", 0, interview.says.uid)
    assert (entry.starts_at, entry.ends_at, entry.place) == (AT_TEN, AT_TEN + HOUR, "Room 3, STATION F")
    assert entry.message == mail
    assert mail.dedupe_key == f"interview-set:{interview.about.pk}:s0:u{interview.guest.pk}"
    assert mail.text == "Attached.\n"


def test_a_change_a_cancellation_and_a_return_are_one_chain(interview):
    interview.invite()
    interview.move()
    interview.withdraw()
    interview.change()
    interview.invite()
    later = AT_TEN + 3 * HOUR
    assert interview.told() == [
        ("REQUEST", 0, AT_TEN),
        ("REQUEST", 1, later),
        ("CANCEL", 2, later),
        ("REQUEST", 3, later),
    ]
    (chain,) = calendar_chains.chains(interview.about).values()
    calendar_chains.check(chain)


def test_a_cancellation_takes_back_what_the_invitation_said_whatever_changed_since(interview):
    interview.invite()
    interview.change(starts_at=AT_TEN + HOUR, ends_at=AT_TEN + 2 * HOUR, place="Room 4")
    interview.withdraw()
    *_, last = next(iter(calendar_chains.chains(interview.about).values()))
    assert (last.method, last.starts_at, last.place) == ("CANCEL", AT_TEN, "Room 3, STATION F")


def test_whoever_was_never_invited_gets_no_cancellation(interview):
    interview.withdraw()
    mail = interview.mails().get()
    assert (mail.calendar, mail.calendar_method, mail.text) == ("", "", "Words.\n")
    assert not interview.entry().is_held


@pytest.mark.parametrize(
    "ended, holds",
    [
        ({"status": Status.WAITING}, True),
        ({"status": Status.SENDING}, True),
        ({"status": Status.SENT}, True),
        ({"status": Status.DEAD, "may_have_arrived_twice": True}, True),
        ({"status": Status.CANCELLED, "may_have_arrived_twice": True}, True),
        ({"status": Status.DEAD}, False),
        ({"status": Status.CANCELLED}, False),
        ({"status": Status.SKIPPED}, False),
    ],
)
def test_a_cancellation_follows_an_invitation_that_may_arrive_and_no_other(interview, ended, holds):
    interview.invite()
    interview.ended(**ended)
    assert invites.held_by([interview.about], interview.guest) == ({interview.about.pk} if holds else set())
    interview.withdraw()
    assert interview.mails().last().calendar_method == ("CANCEL" if holds else "")


def test_where_the_last_change_never_arrived_the_cancellation_names_the_one_before(interview):
    interview.invite()
    interview.sent()
    interview.move()
    interview.ended(status=Status.DEAD)
    interview.withdraw()
    assert interview.told() == [("REQUEST", 0, AT_TEN), ("CANCEL", 2, AT_TEN)]


def test_a_cancellation_that_was_refused_for_good_is_written_again(interview):
    interview.invite()
    interview.sent()
    interview.withdraw()
    interview.ended(status=Status.DEAD)
    interview.withdraw()
    assert interview.told() == [("REQUEST", 0, AT_TEN), ("CANCEL", 2, AT_TEN)]


def test_an_invitation_that_was_called_off_stays_away_when_it_is_sent_again_by_hand(interview):
    interview.invite()
    interview.ended(status=Status.DEAD)
    interview.withdraw()
    died = interview.mails().first()
    outbox.retry(died, by=factories.make_user(), now=NOW)
    assert invites.is_called_off(died)
    interview.change()
    interview.invite()
    assert not invites.is_called_off(interview.mails().last())


def test_whoever_has_another_address_is_invited_there_and_the_old_calendar_lets_go_once(interview):
    interview.invite()
    interview.sent()
    old = interview.new_address()
    interview.move()
    interview.move(AT_TEN + 5 * HOUR)
    assert interview.told(old) == [("REQUEST", 0, AT_TEN), ("CANCEL", 1, AT_TEN)]
    assert interview.told() == [("REQUEST", 1, AT_TEN + 3 * HOUR), ("REQUEST", 2, AT_TEN + 5 * HOUR)]
    (elsewhere,) = interview.mails().filter(kind="accelerator.interview_elsewhere")
    assert (elsewhere.to_email, elsewhere.address_is_fixed) == (old, True)
    assert len(elsewhere.dedupe_key.rpartition(":")[2]) == 16


def test_a_cancellation_goes_to_both_addresses_and_names_what_the_old_one_was_told(interview):
    interview.invite()
    interview.sent()
    old = interview.new_address()
    interview.withdraw()
    assert interview.told(old)[-1] == ("CANCEL", 1, AT_TEN)
    assert interview.told() == [("CANCEL", 1, AT_TEN)]


def test_an_invitation_that_waits_goes_along_to_the_new_address(interview):
    interview.invite()
    old = interview.new_address()
    interview.move()
    assert not interview.mails().filter(kind="accelerator.interview_elsewhere").exists()
    assert interview.entry(old).state == "nothing"
    delivery.deliver()
    assert {mail.to_email for mail in interview.mails()} == {interview.guest.email}


def test_a_uid_lasts_when_the_installation_moves_to_another_host(interview, settings):
    interview.invite()
    settings.BASE_URL = "https://elsewhere.example"
    interview.says = replace(interview.says, uid=ical.uid("6f9619ff-8b86-d011-b42d-00cf4fc964ff"))
    interview.move()
    interview.withdraw()
    assert len({ical.stated(mail.calendar).uid for mail in interview.mails()}) == 1


def test_a_number_that_no_calendar_would_believe_is_refused(interview):
    interview.invite()
    with pytest.raises(ValueError, match="SEQUENCE 0 after 0"):
        interview.invite()
    assert interview.mails().count() == 1


def test_a_change_is_numbered_higher_than_anything_that_a_calendar_was_told(interview):
    interview.says = replace(interview.says, sequence=7)
    interview.invite()
    assert invites.next_sequence(interview.about, after=2) == 8
    assert invites.next_sequence(interview.about, after=9) == 10


def test_what_was_sent_before_there_were_rows_is_learned_from_the_messages(interview):
    interview.invite()
    interview.sent()
    interview.move()
    CalendarEntry.objects.all().delete()
    assert invites.held_by([interview.about], interview.guest) == {interview.about.pk}
    entry = interview.entry()
    assert (entry.state, entry.sequence, entry.starts_at) == ("invited", 1, AT_TEN + 3 * HOUR)


def test_what_an_older_version_writes_beside_this_one_is_learned_too(interview):
    interview.invite()
    text = interview.mails().get().calendar
    outbox.enqueue(
        "accelerator.interview_set",
        key="by-an-older-version",
        to=interview.guest,
        about=interview.about,
        calendar=text.replace("SEQUENCE:0", "SEQUENCE:4").replace(
            "DTSTART:20231213T09", "DTSTART:20231213T08"
        ),
        calendar_method="REQUEST",
        now=NOW,
    )
    interview.says = replace(interview.says, sequence=4)
    interview.withdraw()
    assert interview.told()[1:] == [("REQUEST", 4, AT_TEN - HOUR), ("CANCEL", 5, AT_TEN - HOUR)]


def test_a_calendar_outlives_the_messages_that_filled_it(interview):
    interview.invite()
    interview.mails().delete()
    interview.withdraw()
    assert interview.told() == [("CANCEL", 1, AT_TEN)]


def test_each_guest_gets_a_text_addressed_to_them_alone_and_twice_named_is_told_once(interview):
    other = factories.make_user("Tomas Riha")
    interview.invite(interview.guest, other, interview.guest)
    mails = list(interview.mails())
    assert [mail.recipient for mail in mails] == [interview.guest, other]
    for mail, somebody_else in zip(mails, [other, interview.guest], strict=True):
        assert mail.recipient.email in mail.calendar
        assert somebody_else.email not in mail.calendar


def test_a_text_is_read_back_as_it_was_written(interview):
    says = replace(interview.says, sequence=3, title="Ŝalutón; a, b\\c\nd " * 9, place="Room; 3, " * 20)
    text = ical.text(says, method="REQUEST", name="Aubry, Lena", address="lena@people.example", now=NOW)
    assert ical.stated(text) == (says.uid, 3, says.starts_at, says.ends_at, says.place)
    assert calendar_chains.read(text).place == says.place
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert (str(event["SUMMARY"]), event["ATTENDEE"].params["CN"]) == (says.title, "Aubry, Lena")
