"""Partners are handed name, line, site and deck of those who agree, after the release, and each time is on record."""

import csv
import io
import zipfile

import factories
import pytest
from django.urls import reverse
from factories_privacy import applied, ask

from accelerator import history
from applications.applying import consents
from applications.applying.consents import SHARE_WITH_PARTNERS
from applications.models import Release

pytestmark = pytest.mark.django_db


@pytest.fixture
def released(call, reviewing):
    ask(call)
    call.manager = factories.make_manager(call.programme)
    call.chosen = applied(call, name="Kestrel", deck=True)
    call.rejected = applied(call, name="=Halyard")
    call.silent = applied(call, name="Silent", agrees=())
    call.withdrew = applied(call, name="Withdrew")
    factories.release(call, call.manager, [call.chosen])
    consents.change(
        call.withdrew,
        SHARE_WITH_PARTNERS,
        is_given=False,
        by=call.withdrew.started_by,
        now=factories.REVIEWING,
    )
    return call


def url(call) -> str:
    return reverse("selecting:for_partners", args=[call.pk])


def taken(client, call):
    partner = call.programme.partners.get(slug="meta")
    answer = client.post(url(call), {"partners": [partner.pk]})
    return answer, zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_only_who_agrees_is_in_the_file_chosen_or_not_and_nothing_tells_which(released, signed_in):
    client = signed_in(released.manager)
    page = client.get(url(released))
    assert "Kestrel" in page.text
    assert "Withdrew" not in page.text
    assert "Silent" not in page.text
    _answer, packed = taken(client, released)
    rows = list(csv.reader(io.StringIO(packed.read("startups.csv").decode("utf-8-sig"))))
    assert rows[0] == ["Name", "In one line", "Website", "Deck"]
    deck = f"decks/{released.chosen.public_id}.pdf"
    assert [row[0] for row in rows[1:]] == ["'=Halyard", "Kestrel"]  # no formula for a spreadsheet
    assert rows[2] == ["Kestrel", "Reads land registers", "", deck]
    assert packed.read(deck) == factories.ONE_PAGE
    assert sorted(packed.namelist()) == [deck, "startups.csv"]


def test_to_whom_it_went_is_on_record_and_the_team_reads_it(released, signed_in):
    client = signed_in(released.manager)
    taken(client, released)
    entry = history.of(released.rejected).get(action="application.handed_to_partners")
    assert entry.details["partners"] == [released.programme.partners.get(slug="meta").pk]
    assert not history.of(released.silent).filter(action="application.handed_to_partners").exists()
    page = signed_in(released.rejected.started_by).get(reverse("privacy:my_data"))
    assert "name, line, site and deck" in page.text.lower()
    assert "Meta" in page.text


def test_before_the_release_nothing_is_handed_on(released, signed_in):
    Release.objects.filter(call=released).delete()
    client = signed_in(released.manager)
    assert "Kestrel" not in client.get(url(released)).text
    partner = released.programme.partners.get(slug="meta")
    assert client.post(url(released), {"partners": [partner.pk]}).status_code == 409
    assert not history.of(released.chosen).filter(action="application.handed_to_partners").exists()


def test_what_a_manager_has_a_conflict_with_is_not_in_theirs(released, signed_in):
    released.chosen.recusals.create(user=released.manager, reason="Cousins", declared_by=released.manager)
    _answer, packed = taken(signed_in(released.manager), released)
    assert b"Kestrel" not in packed.read("startups.csv")
    assert not history.of(released.chosen).filter(action="application.handed_to_partners").exists()
