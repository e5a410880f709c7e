"""The pictures of the README and of docs/selection.md are taken here, so that they cannot show what is not there.

    SLIPWAY_PICTURES=1 .venv/bin/python -m pytest tests/browser/test_pictures.py

writes them to docs/pictures; otherwise they are only taken and looked at.
"""

import os
from pathlib import Path

import factories
import numpy as np
import pytest
from django.core.management import call_command
from django.urls import reverse

from applications import screening
from applications.models import Application, Call
from applications.simulated_reviewers import Temperaments

PICTURES = Path(__file__).parents[2] / "docs/pictures"
MOST_BYTES = 300_000

# A startup, and what each of its three readers gave on every criterion, give or take one.
MARKS = {
    "Marée Basse": (9, 9, 8),
    "Papyrus": (8, 9, 8),
    "Kestrel": (9, 6, 9),
    "Halyard": (8, 7, 8),
    "Fathom": (7, 8, 7),
    "Lichen": (6, 9, 7),
    "Sextant": (7, 7, 6),
    "Tesserae": (5, 7, 7),
    "Bulwark": (6, 6, 6),
    "Quayside": (8, 3, 6),
    "Ostrea": (5, 5, 4),
    "Windlass": (3, 4, 4),
}
READERS = [("Ada Stern", "meta"), ("Joris Blom", "scaleway"), ("Hugo Lindt", "hugging-face")]


PANEL = [(f"{name} {surname}", house) for name, surname, house in (
    ("Ada", "Stern", "meta"), ("Joris", "Blom", "scaleway"), ("Hugo", "Lindt", "hugging-face"),
    ("Mina", "Sato", "meta"), ("Per", "Holm", "scaleway"), ("Ines", "Prat", "hugging-face"),
    ("Noor", "Haddad", "meta"), ("Tom", "Avery", "scaleway"), ("Lea", "Brandt", "hugging-face"),
)]  # fmt: skip
MORE = "Amarre Balise Cabestan Dorade Ecoute Foc Gaffe Hublot Ilot Jusant Ketch Lofer Misaine Noroit Ourlet Palan Quille Ralingue".split()


@pytest.fixture
def take(tmp_path):
    folder = PICTURES if os.environ.get("SLIPWAY_PICTURES") == "1" else tmp_path

    def take(page, name: str) -> None:
        page.evaluate("document.fonts.ready")
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / name, animations="disabled")
        assert (folder / name).stat().st_size < MOST_BYTES

    return take


@pytest.fixture
def first_edition(db):
    """The real programme, three days before its deadline."""
    factories.at(factories.WHILE_OPEN)
    call_command("load_programme", "programmes/ai-startup-program.toml", verbosity=0)
    return Call.objects.get()


def test_the_public_page(visit, take, first_edition):
    take(visit(None, "/", height=1000), "public-page.png")


def test_the_ranking(visit, take, first_edition):
    factories.at(factories.REVIEWING)
    manager = factories.make_manager(first_edition.programme)
    readers = [factories.make_reviewer(first_edition, *who) for who in READERS]
    criteria = first_edition.criteria.count()
    for place, (name, marks) in enumerate(MARKS.items()):
        application = eligible(first_edition, name, manager)
        for seat, (reader, mark) in enumerate(zip(readers, marks, strict=True)):
            wavering = [min(10, mark + (place + seat + criterion) % 2) for criterion in range(criteria)]
            factories.make_review(factories.assign(reader, application), *wavering)
    page = visit(manager, reverse("ranking", args=[first_edition.pk]), height=780)
    assert page.get_by_role("row").count() == 1 + len(MARKS)
    take(page, "ranking.png")


def eligible(call, name, manager) -> Application:
    application = factories.make_application(call, name=name, sealed=True)
    screening.screen(
        application,
        eligible=True,
        checks=list(call.eligibility_checks.values_list("key", flat=True)),
        reason="",
        by=manager,
        now=factories.REVIEWING,
    )
    return application


def test_how_the_five_are_chosen(visit, take, first_edition):
    """Thirty startups, three of nine reviewers each: marks as the simulation's reviewers give them."""
    factories.at(factories.REVIEWING)
    manager = factories.make_manager(first_edition.programme)
    readers = [factories.make_reviewer(first_edition, *who) for who in PANEL]
    names, criteria = [*MARKS, *MORE], first_edition.criteria.count()
    generator = np.random.default_rng(4)
    who = Temperaments.drawn(len(readers), generator)
    quality = -np.sort(-generator.normal(size=len(names)))
    for place, name in enumerate(names):
        application = eligible(first_edition, name, manager)
        for seat in (place % 9, (place + 2) % 9, (place + 4 + place // 9) % 9):
            marks = who.marks(np.full(criteria, quality[place]), np.full(criteria, seat), generator)
            factories.make_review(factories.assign(readers[seat], application), *marks.astype(int).tolist())
    page = visit(manager, reverse("ranking", args=[first_edition.pk]), height=900)
    take(page, "selection-ranking.png")
    page.get_by_title("How this score comes about").nth(first_edition.seats - 1).click()
    take(page, "selection-score.png")
    page = visit(manager, reverse("agreement", args=[first_edition.pk]), height=1500)
    page.get_by_role("heading", name="By reviewer").scroll_into_view_if_needed()
    take(page, "selection-agreement.png")
