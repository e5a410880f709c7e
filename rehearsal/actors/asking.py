"""Before the screening a manager asks one team about its application, and its owner answers the same day."""

from datetime import datetime, timedelta
from functools import partial

from django.urls import reverse

from applications.calls import window
from applications.models import Application, QuestionBack


def plan(season):
    call = season.call
    after = window.last_day(call.window.closes_at, call.zone) + timedelta(days=2)
    yield season.on(after, 9), partial(ask, season), False
    yield season.on(after, 9, 40), partial(answer, season), False


def ask(season, now: datetime) -> None:
    """The first that is sealed and not screened, of a company of the cast; unless somebody was asked by hand."""
    if QuestionBack.objects.filter(application__call=season.call).exists():
        return
    waiting = Application.objects.filter(call=season.call).awaiting_screening().select_related("startup")
    for application in waiting.order_by("submitted_at", "pk"):
        if season.cast.company_of(application.startup.name):
            day = (now + timedelta(days=3)).astimezone(season.call.zone).date()
            season.manager().post(
                reverse("reviewing:ask_team", args=[season.call.pk, application.public_id]),
                {
                    "text": "Which of the open models that you name runs in your product today?",
                    "last_day": day.isoformat(),
                },
            )
            return


def answer(season, now: datetime) -> None:
    waiting = QuestionBack.objects.waiting(now).filter(application__call=season.call)
    for question in waiting.select_related("application__startup"):
        company = season.cast.company_of(question.application.startup.name)
        if company:
            season.person(company.owner.email).post(
                question.get_absolute_url(),
                {"answer": "The first one; the others are what we compare it with each month."},
            )
