"""Founders: they sign up, write, add a deck, submit, think again, withdraw, or come too late."""

import json
import uuid
from datetime import datetime, timedelta
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve, reverse

from accelerator.models import User
from applications.applying import drafts
from applications.models import Application
from applications.questions import kinds
from applications.questions.kinds.written import LongTextKind
from rehearsal.actors import arrivals
from rehearsal.casting import Company
from rehearsal.decks import deck


def plan(season):
    for company in season.cast.companies:
        starts = season.wall(company.starts_at)
        yield starts, partial(begin, season, company), False
        end = season.wall(company.submits_at) if company.submits_at else season.call.window.closes_at
        if company.founders[1:2]:
            yield starts + (end - starts) * 0.2, partial(arrivals.join, season, company.founders[1]), False
        yield starts + (end - starts) * 0.4, partial(write, season, company, 0.5), False
        if company.submits_at or company.tries_late_at:
            yield end - (end - starts) * 0.02, partial(write, season, company, 1.0), False
        if company.submits_at:
            yield season.wall(company.submits_at), partial(submit, season, company), False
        if company.resubmits_at:
            yield season.wall(company.resubmits_at), partial(think_again, season, company), False
            # Submitted only after they were told that the change is not in.
            yield season.call.window.closes_at - timedelta(hours=1), partial(submit, season, company), False
        if company.withdraws_at:
            yield season.wall(company.withdraws_at), partial(withdraw, season, company), False
        if company.tries_late_at:
            yield season.wall(company.tries_late_at), partial(try_late, season, company), False


def application_of(season, company: Company) -> Application | None:
    found = Application.objects.filter(
        call=season.call, startup__members__user__email=company.owner.email
    ).first()
    if found:
        found.call = season.call
    return found


def begin(season, company: Company, now: datetime) -> None:
    """Sign up, start the application, ask the first co-founder in."""
    start = reverse("applying:start_application", args=[season.call.programme.slug, season.call.slug])
    if User.objects.filter(email=company.owner.email).exists():
        person = season.person(company.owner.email)
    else:
        person = season.newcomer(company.owner.email, company.owner.name, next_url=start)
    if application_of(season, company) is None:
        # However much it sounds like another's: these are all different startups.
        started = person.post(start, {"name": company.name, "act": "another"})
        for other in company.founders[1:2]:
            invite = reverse("applying:team", kwargs=resolve(started.url).kwargs)
            person.post(invite, {"email": other.email})


def write(season, company: Company, share: float, now: datetime) -> None:
    """Fill in a share of the questions, those first that stand first, and add the deck with the last of them."""
    application = application_of(season, company)
    if application is None or not application.is_editable(now):
        return
    answers = {**application.answers, **answers_of(season, company, share)}
    person = season.person(company.owner.email)
    data = {
        key: ("on" if value is True else value)
        for key, value in answers.items()
        if value not in (None, False)
    }
    data["draft_version"] = application.draft_version
    person.post(reverse("applying:application", args=[application.public_id]), data)
    if share == 1 and not application.attachments.filter(replaced_at__isnull=True).exists():
        add_deck(season, company, application)


def answers_of(season, company: Company, share: float = 1) -> dict:
    """The company's answers to that share of the questions, those first that stand first."""
    questions = season.call.listed_questions
    found = {
        question.key: answer_to(question, company) for question in questions[: round(len(questions) * share)]
    }
    return {key: answer for key, answer in found.items() if answer is not None}


def answer_to(question, company: Company):
    """The company's own answer; to a question that its programme never asked, one that fits the kind."""
    answer = company.answers.get(question.key)
    offered = [choice["value"] for choice in question.choices]
    fits = (
        not offered or answer is None or set(answer if isinstance(answer, list) else [answer]) <= set(offered)
    )
    if (answer is not None and fits) or not question.required:
        return answer if fits else None
    text = " ".join(company.answers.get("problem", company.name).split()[:60])
    return kinds.of(question).example(question, text, company.answers.get("website"))


def add_deck(season, company: Company, application: Application) -> None:
    for question in season.call.listed_questions:
        if not question.is_file:
            continue
        pdf = SimpleUploadedFile(f"{company.key}.pdf", deck(company.name, company.slides), "application/pdf")
        path = reverse("applying:upload_file", args=[application.public_id, question.key])
        season.person(company.owner.email).post(path, {question.key: pdf})


def submit(season, company: Company, now: datetime) -> None:
    application = application_of(season, company)
    if application is None or not application.is_editable(now):
        return
    wanted = answers_of(season, company)
    if application.is_draft and any(application.answers.get(key) != wanted[key] for key in wanted):
        write(season, company, 1.0, now)
        application.refresh_from_db()
    _send(season, company, application, expect=(302,))


def _send(season, company: Company, application: Application, *, expect):
    versions = application.submissions.count()
    key = uuid.UUID(int=season.rng("submit", application.public_id, versions).getrandbits(128))
    return season.person(company.owner.email).post(
        reverse("applying:submit_application", args=[application.public_id]),
        {"draft_version": application.draft_version, "idempotency_key": str(key)},
        expect=expect,
    )


def think_again(season, company: Company, now: datetime) -> None:
    """Shorten an answer on two devices at once, keep what the phone says, then bring back what the laptop said."""
    application = application_of(season, company)
    if application is None or not application.is_submitted or not application.is_editable(now):
        return
    long_ones = [q.key for q in season.call.listed_questions if q.kind == LongTextKind.name]
    key = next((k for k in long_ones if len(str(application.answers.get(k, "")).split()) > 3), None)
    if key is None:
        return
    words = application.answers[key].split()
    # The phone loses more than a third, so that what the laptop said is kept as an earlier text.
    laptop, phone = " ".join(words[:-1]), " ".join(words[: len(words) // 2])
    seen = drafts.marks(application.answers)[key]
    _type(season, company, application, key, laptop, seen=seen)
    (conflict,) = _type(season, company, application, key, phone, seen=seen)["conflicts"]
    _type(season, company, application, key, phone, seen=conflict["mark"])
    earlier = application.earlier_answers.filter(key=key, value=laptop).latest("pk")
    path = reverse("applying:bring_back_answer", args=[application.public_id, earlier.pk])
    season.person(company.owner.email).post(path, {"seen": drafts.mark(phone)})


def _type(season, company: Company, application: Application, key: str, words: str, *, seen: str) -> dict:
    """What a page does by itself: send the one answer that was touched, with the mark of the text that it showed."""
    touched = {"touched": json.dumps([key]), "seen": json.dumps({key: seen}), key: words}
    path = reverse("applying:application", args=[application.public_id])
    return season.person(company.owner.email).post(path, touched, by_script=True, expect=(200,)).json()


def withdraw(season, company: Company, now: datetime) -> None:
    application = application_of(season, company)
    if application and application.is_editable(now):
        reasons = season.cast.review_texts["reasons"]["withdrawal"]
        season.person(company.owner.email).post(
            reverse("applying:withdraw_application", args=[application.public_id]),
            {"reason": season.rng("withdraw", company.key).choice(reasons)},
        )


def try_late(season, company: Company, now: datetime) -> None:
    """Press Submit after the deadline; the page must say no."""
    application = application_of(season, company)
    if application and application.is_draft:
        _send(season, company, application, expect=(200, 302, 409))
