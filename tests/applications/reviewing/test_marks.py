"""The marks of finished reviews, as the ranking takes them."""

import factories
import pytest

from applications.selecting import findings

pytestmark = pytest.mark.django_db


def test_the_ranking_shows_ties_and_what_is_incomplete(call, manager, panel, eligible):
    papyrus, kestrel, marrow = eligible("Papyrus", "Kestrel", "Marrow")
    for application, values in ((papyrus, (8, 8)), (kestrel, (8, 8)), (marrow, (10, 10))):
        for reader in panel[: 2 if application == marrow else 3]:
            factories.make_review(factories.assign(reader, application), *values)
    lines = {line.application: line for line in findings.of(call).standings}
    assert [lines[a.pk].place for a in (papyrus, kestrel, marrow)] == [1, 1, None]
    assert lines[papyrus.pk].tied
    assert (lines[marrow.pk].mean, lines[marrow.pk].missing_reviews) == (pytest.approx(10.0), 1)
