"""After the close: whoever came too late writes to the managers. The first is given a day, the next a no in words."""

from datetime import datetime, timedelta
from functools import partial

from django.urls import reverse

from applications.calls import window
from applications.models import ExtensionRequest
from rehearsal.actors import founders
from rehearsal.casting import Company


def plan(season):
    call = season.call
    closes_at, last_day = call.window.closes_at, window.last_day(call.window.closes_at, call.zone)
    late = [company for company in season.cast.companies if company.tries_late_at][:2]
    for number, company in enumerate(late):
        yield closes_at + timedelta(minutes=20 + number), partial(ask, season, company), False
        answers_at = season.on(last_day + timedelta(days=1), 9, number)
        yield answers_at, partial(answer, season, company, is_yes=number == 0), True
        yield season.on(last_day + timedelta(days=1), 20), partial(founders.submit, season, company), False


def ask(season, company: Company, now: datetime) -> None:
    application = founders.application_of(season, company)
    if application and application.is_draft and not application.is_open(now):
        season.person(company.owner.email).post(
            reverse("applying:ask_for_more_time", args=[application.public_id]),
            {"text": "Our power was cut a quarter of an hour before the deadline. May we still submit?"},
        )


def answer(season, company: Company, now: datetime, *, is_yes: bool) -> None:
    """By a manager, to what still waits: until the end of the next day, or why not."""
    application = founders.application_of(season, company)
    asked = ExtensionRequest.objects.filter(
        application=application, status=ExtensionRequest.Status.WAITING
    ).first()
    if application is None or asked is None:
        return
    if not is_yes:
        path = reverse("setup:decline_request", args=[season.call.pk, asked.pk])
        season.manager().post(path, {"answer": "All had the same weeks; please apply again next time."})
        return
    path = reverse("setup:grant_request", args=[season.call.pk, asked.pk])
    until = {"last_day": now.astimezone(season.call.zone).date().isoformat(), "last_minute": "23:59"}
    season.manager().post(path, {f"r{asked.pk}-{name}": value for name, value in until.items()})
