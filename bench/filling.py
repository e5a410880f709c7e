"""Fills Slipway's database and says, as JSON, who may visit what: `python -m bench.filling`.

The programme of this repository with two calls: one in its reviewing weeks, with 2,000 sealed applications read three
times each, and one that is open. Inserted in bulk, past the workflow, because only reading it is measured.
"""

import json
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import chain
from pathlib import Path

import django

from bench import invented

FILE = Path(__file__).parent.parent / "programmes" / "ai-startup-program.toml"
DAY = timedelta(days=1)


def people(kind: str, count: int, **fields) -> list:
    from accelerator import clock
    from accelerator.models import User

    return User.objects.bulk_create(
        [
            User(
                email=f"{kind}{number}@people.example",
                name=f"{kind.title()} {number}",
                password="!",  # noqa: S106 - one that opens nothing
                joined_at=clock.now(),
                **fields,
            )
            for number in range(count)
        ],
        batch_size=2000,
    )


def give_roles(programme, kind: str, users, partners=(None,)) -> None:
    """The role, and the second factor without which the dashboard does not open."""
    from allauth.mfa.models import Authenticator

    from accelerator.models import Role

    Role.objects.bulk_create(
        [
            Role(user=user, programme=programme, kind=kind, partner=partners[number % len(partners)])
            for number, user in enumerate(users)
        ]
    )
    Authenticator.objects.bulk_create([Authenticator(user=user, type="totp", data={}) for user in users])


def sign_undertaking(programme, users) -> None:
    """Without it no reviewer opens an application."""
    from accelerator.models import Policy, PolicyAcceptance

    undertaking = programme.policies.get(kind=Policy.Kind.UNDERTAKING)
    PolicyAcceptance.objects.bulk_create(
        [PolicyAcceptance(person=user, policy=undertaking, name=user.name) for user in users]
    )


def copy_call(call, *, opens_at, closes_at, **fields):
    """The same questions and criteria in another call."""
    from django.db import transaction

    from applications.models import Call, CallWindow

    copied = Call.objects.get(pk=call.pk)
    copied.pk, copied._state.adding = None, True
    for name, value in fields.items():
        setattr(copied, name, value)
    with transaction.atomic():  # neither can be without the other
        copied.save()
        CallWindow.objects.create(call=copied, opens_at=opens_at, closes_at=closes_at)
    sections = {}
    for section in call.sections.all():
        old, section.pk, section.call = section.pk, None, copied
        section.save()
        sections[old] = section
    for question in call.questions.all():
        question.pk, question.call, question.section = None, copied, sections[question.section_id]
        question.save()
    for criterion in call.criteria.all():
        criterion.pk, criterion.call = None, copied
        criterion.save()
    return copied


def answer_all(questions) -> dict:
    """A valid answer to each question but those for files."""
    from applications.questions import kinds

    return {
        question.key: kinds.of(question).example(question, invented.text(90), "https://startup.example/about")
        for question in questions
        if not question.is_file
    }


def fill_applications(call, founders, sealed_at) -> list:
    """Submitted, sealed and eligible, each with its version and its deck."""
    from accelerator.models import Startup, StoredFile, TeamMember
    from applications.applying import receipts
    from applications.models import Answer, Application, Attachment, Submission

    questions, submitted_at = call.listed_questions, sealed_at - 2 * DAY
    startups = Startup.objects.bulk_create(
        [
            Startup(
                name=f"{invented.text(2)[:-1]} {number}",
                one_line=invented.text(9),
                country="FR",
                founded_year=2021,
                website="https://startup.example/",
            )
            for number in range(len(founders))
        ]
    )
    teams = zip(startups, founders, strict=True)
    TeamMember.objects.bulk_create([TeamMember(startup=s, user=f, is_owner=True) for s, f in teams])
    applications = Application.objects.bulk_create(
        [
            Application(
                call=call,
                startup=startup,
                status="submitted",
                draft_version=3,
                submitted_draft_version=3,
                started_by=founder,
                submitted_at=submitted_at,
                sealed_at=sealed_at,
                eligibility="eligible",
                screened_at=sealed_at + DAY,
            )
            for startup, founder in zip(startups, founders, strict=True)
        ]
    )
    given = answer_all(questions)
    rows = (Answer.rows(one, given | {"name": one.startup.name}) for one in applications)
    Answer.objects.bulk_create(chain.from_iterable(rows), batch_size=5000)
    decks = StoredFile.objects.bulk_create(
        [
            StoredFile(
                startup=one.startup,
                uploaded_by=one.started_by,
                name="deck.pdf",
                size=900_000,
                sha256="0" * 64,
                content_type="application/pdf",
                pages=12,
                content="startups/no/such",
            )
            for one in applications
        ]
    )
    Attachment.objects.bulk_create(
        [
            Attachment(application=application, question_key="deck", file=deck)
            for application, deck in zip(applications, decks, strict=True)
        ]
    )
    # A sealed application takes no version, so the seal is lifted while they are written.
    Application.objects.filter(call=call).update(sealed_at=None)
    Submission.objects.bulk_create(
        [
            Submission(
                application=application,
                number=1,
                content=receipts.content_of(
                    application, questions, {"deck": deck}, number=1, received_at=submitted_at
                ),
                content_hash="0" * 64,
                received_at=submitted_at,
                submitted_by=application.started_by,
                idempotency_key=uuid.uuid4(),
            )
            for application, deck in zip(applications, decks, strict=True)
        ],
        batch_size=500,
    )
    Application.objects.filter(call=call).update(sealed_at=sealed_at)
    return applications


def fill_reviews(call, applications, reviewers, at) -> list:
    """Every assignment done, with a mark for each criterion."""
    from applications.models import Assignment, Review, Score

    criteria = list(call.criteria.all())
    pairs = invented.assignments()
    assignments = Assignment.objects.bulk_create(
        [
            Assignment(application=applications[what], reviewer=reviewers[who], assigned_at=at)
            for what, who in pairs
        ]
    )
    given = [invented.marks(len(criteria), *pair) for pair in pairs]
    reviews = Review.objects.bulk_create(
        [
            Review(
                assignment=assignment,
                status="submitted",
                total=Decimal(sum(m * c.weight for m, c in zip(marks, criteria, strict=True))) / 100,
                submitted_at=at,
                comment_for_panel=invented.text(40),
                comment_for_applicant=invented.text(20),
            )
            for assignment, marks in zip(assignments, given, strict=True)
        ]
    )
    Score.objects.bulk_create(
        [
            Score(review=review, criterion=criterion, value=mark)
            for review, marks in zip(reviews, given, strict=True)
            for criterion, mark in zip(criteria, marks, strict=True)
        ],
        batch_size=5000,
    )
    return assignments


def fill() -> dict:
    from django.core.management import call_command

    from accelerator.programmes import programme_file
    from applications.models import Call, CallWindow, Reviewer

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC).replace(microsecond=0)
    programme_file.load(programme_file.read(FILE.read_text(encoding="utf-8"), FILE.name), now=now)
    call = Call.objects.select_related("programme").get()
    programme, today = call.programme, now.date()
    days = {"reviews_due_on": 9, "decision_on": 12, "starts_on": 30, "ends_on": 200}
    Call.objects.filter(pk=call.pk).update(**{name: today + number * DAY for name, number in days.items()})
    sealed_at = now - 9 * DAY
    CallWindow.objects.filter(call=call).update(
        opens_at=now - 40 * DAY, closes_at=sealed_at, sealed_at=sealed_at, seal_hash="0" * 64
    )
    later = {name: today + (number + 40) * DAY for name, number in days.items()}
    opening = {"opens_at": now - 5 * DAY, "closes_at": now + 25 * DAY}
    open_call = copy_call(call, slug="open", name="Second edition", **opening, **later)

    users = people("reviewer", invented.REVIEWERS, is_staff=True)
    partners = list(programme.partners.all())
    give_roles(programme, "reviewer", users, partners)
    sign_undertaking(programme, users)
    reviewers = Reviewer.objects.bulk_create(
        [
            Reviewer(call=call, user=user, partner=partners[number % len(partners)])
            for number, user in enumerate(users)
        ]
    )
    manager = people("manager", 1, is_staff=True)
    give_roles(programme, "manager", manager)
    applications = fill_applications(call, people("founder", invented.APPLICATIONS), sealed_at)
    assignments = fill_reviews(call, applications, reviewers, now - 3 * DAY)
    questions = open_call.listed_questions
    return {
        "applicants": invented.sign_in(people("applicant", invented.APPLICANTS)),
        "short": invented.sign_in(users[:1])[0],
        "long": invented.sign_in(users[1:2])[0],
        "manager": invented.sign_in(manager)[0],
        "to_score": [
            assignment.public_id for assignment in assignments if assignment.reviewer_id == reviewers[1].pk
        ],
        "scores": [f"criterion_{criterion.key}" for criterion in call.criteria.all()],
        "call": call.pk,
        "start": f"/apply/{programme.slug}/{open_call.slug}/",
        "answers": answer_all(questions),
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(fill()))
