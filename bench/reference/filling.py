"""Fills the reference's database and says, as JSON, who may visit what: `python -m bench.reference.filling`."""

import json
from datetime import UTC, datetime, timedelta

import django


def fill() -> dict:
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    from bench import invented
    from bench.reference.models import Application, Category, Review, Round, Score
    from bench.reference.pages import QUESTIONS

    call_command("migrate", run_syncdb=True, verbosity=0)
    now, User = datetime.now(UTC), get_user_model()

    def people(kind: str, count: int) -> list:
        return User.objects.bulk_create(
            [
                User(username=f"{kind}{n}", email=f"{kind}{n}@people.example", password="!")  # noqa: S106 - one that opens nothing
                for n in range(count)
            ]
        )

    paragraphs = "\n\n".join(invented.text(60) for _ in range(6))
    current = Round.objects.create(name="First edition", text=paragraphs, closes_at=now + timedelta(days=9))
    categories = [Category.objects.create(round=current, name=invented.text(2)) for _ in range(5)]
    founders, reviewers = people("founder", invented.APPLICATIONS), people("reviewer", invented.REVIEWERS)
    applications = Application.objects.bulk_create(
        [
            Application(
                round=current,
                founder=founder,
                title=invented.text(2),
                one_line=invented.text(9),
                answers={f"q{n}": invented.long_text() for n in range(QUESTIONS)},
                submitted_at=now - timedelta(days=20),
            )
            for founder in founders
        ]
    )
    reviews = Review.objects.bulk_create(
        [
            Review(
                application=applications[what],
                reviewer=reviewers[who],
                total=sum(invented.marks(5)) / 5,
                comment=invented.text(40),
            )
            for what, who in invented.assignments()
        ]
    )
    Score.objects.bulk_create(
        [
            Score(review=review, category=category, value=mark)
            for review in reviews
            for category, mark in zip(categories, invented.marks(5), strict=True)
        ],
        batch_size=5000,
    )
    reader = reviewers[1]
    return {
        "applicants": invented.sign_in(people("applicant", invented.APPLICANTS)),
        "short": invented.sign_in(reviewers[:1])[0],
        "long": invented.sign_in([reader])[0],
        "manager": invented.sign_in(people("manager", 1))[0],
        "to_score": [review.application_id for review in reviews if review.reviewer_id == reader.pk],
        "scores": [f"score_{category.pk}" for category in categories],
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(fill()))
