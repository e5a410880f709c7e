"""What the tick does for privacy: accounts whose fourteen days are over, the day's sweep, and the hourly tidying."""

from datetime import UTC, datetime

from accelerator import clock
from accelerator.messages.models import DoneMoment, Turn
from accelerator.messages.reminders import Job, jobs
from accelerator.privacy import closing, sweeping, tidying
from accelerator.privacy.models import AccountClosing

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # no stop of a rehearsal: it waits for no moment


def _accounts_to_close(since: datetime, until: datetime):
    waiting = AccountClosing.objects.filter(undone_at=None, done_at=None, due_at__lte=until)
    return waiting.select_related("user").order_by("due_at")


@jobs(of=_accounts_to_close)
def closing_accounts(one: AccountClosing) -> Job:
    def run(now: datetime) -> None:
        closing.carry_out(one, now=now)

    return Job("accelerator.closing_accounts", about=one, due_at=one.due_at, run=run)


def _unswept_day(since: datetime, until: datetime) -> list[DoneMoment]:
    day = sweeping.todays(until)
    return [] if DoneMoment.objects.filter(key=day.key).exists() else [day]


@jobs(of=_unswept_day)
def daily_sweep(day: DoneMoment) -> Job:
    return Job("accelerator.daily_sweep", about=day, due_at=LONG_AGO, run=sweeping.sweep)


def _untidied_hour(since: datetime, until: datetime) -> list[Turn]:
    return [Turn(name=tidying.NAME)] if tidying.is_due(clock.real_now()) else []


@jobs(of=_untidied_hour)
def hourly_tidying(turn: Turn) -> Job:
    return Job("accelerator.hourly_tidying", about=turn, due_at=LONG_AGO, run=_tidy)


def _tidy(now: datetime) -> None:
    tidying.tidy_if_due()
