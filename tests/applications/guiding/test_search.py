"""The search finds what its reader may see, a few of each kind, and tells nothing of the rest."""

import access_states
import factories
import factories_founder as founders
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories_cohort import make_mentor

from accelerator.dashboard import search
from accelerator.groups import audiences, writing
from accelerator.messages import outbox
from accelerator.models import OutboxMessage, Reply
from applications.reviewing import conflicts

pytestmark = pytest.mark.django_db
SEARCH = "/admin/search/"


def found(client, words) -> dict[str, list[str]]:
    answer = client.get(SEARCH, {"q": words})
    assert answer.status_code == 200
    return {str(one.kind): [hit.words for hit in one.hits] for one in answer.context["found"]}


def everything(client, words) -> str:
    """The page without the search itself, which says what was typed."""
    return client.get(SEARCH, {"q": words}).content.decode().replace(words, "", 0)


def test_applications_startups_people_calls_pages_and_messages(cast, reviewing, signed_in):
    outbox.enqueue(
        "accelerator.answer",
        key="a",
        to=cast.founder,
        words=("About Papyrus", "Hello"),
        programme=cast.call.programme,
        about=cast.application,
    )
    client = signed_in(cast.manager)
    by_name = found(client, "papy")
    assert "Papyrus" in by_name.pop("Applications")
    assert by_name == {"Startups": ["Papyrus"], "Messages": ["About Papyrus"]}
    by_person = found(client, cast.founder.name)
    assert by_person["People"] == [cast.founder.name]
    assert by_person["Applications"] == ["Papyrus"]
    assert found(client, cast.reviewer.name)["People"] == [cast.reviewer.name]
    assert found(client, str(cast.call.programme))["Calls"] == [str(cast.call)]
    assert found(client, "timel")["Pages"] == ["Timeline"]
    assert found(client, "notaries")["Applications"]  # what was submitted
    for one in client.get(SEARCH, {"q": "papyrus"}).context["found"]:
        for hit in one.hits:
            assert client.get(hit.url).status_code == 200


def test_accents_and_case_do_not_matter(cast, reviewing, signed_in):
    factories.make_application(cast.call, name="Marée Basse", submitted=True)
    assert found(signed_in(cast.manager), "MAREE")["Startups"] == ["Marée Basse"]


def test_of_a_draft_names_alone_are_found(call, while_open, signed_in):
    founders.make_draft(
        call, factories.make_user("Lena Aubry"), name="Papyrus", answers={"problem": "Zeppelins"}
    )
    client = signed_in(factories.make_manager(call.programme))
    assert found(client, "zeppelins") == {}
    assert found(client, "papyrus")["Applications"] == ["Papyrus"]


def test_of_what_was_withdrawn_names_alone_are_found(cast, reviewing, signed_in):
    client = signed_in(cast.manager)
    assert "Papyrus" in found(client, "notaries")["Applications"]
    type(cast.application).objects.filter(pk=cast.application.pk).update(status="withdrawn")
    assert "Papyrus" not in found(client, "notaries")["Applications"]
    assert "Papyrus" in found(client, "papyrus")["Applications"]


def test_with_a_conflict_nothing_of_the_application_is_found(cast, reviewing, signed_in):
    outbox.enqueue(
        "accelerator.answer",
        key="a",
        to=cast.founder,
        words=("About Papyrus", "Hello"),
        programme=cast.call.programme,
        about=cast.application,
    )
    conflicts.recuse(
        cast.application, who=cast.manager, reason="Cousin", by=cast.manager, now=factories.REVIEWING
    )
    client = signed_in(cast.manager)
    for words in ("papyrus", cast.founder.name, cast.founder.email):
        seen = {hit for hits in found(client, words).values() for hit in hits}
        assert not seen & {"Papyrus", "About Papyrus", cast.founder.name}


@pytest.mark.parametrize("state", ["reviewing", "released", "cohort"])
def test_no_persona_finds_a_word_of_what_they_may_not_read(client, state):
    cast = access_states.build(state)
    for persona in access_states.PERSONAS:
        if persona == "anonymous":
            continue
        factories.sign_in(client, getattr(cast, persona))
        answer = client.get(SEARCH, {"q": "papyrus"})
        names = b"".join(answer.content.split(b"papyrus")).lower()
        may = {"manager", "reviewing_manager"}
        assert (b"papyrus" in names) == (persona in may), (state, persona, answer.status_code)


def test_there_is_no_search_for_who_manages_nothing(cast, reviewing, signed_in):
    client = signed_in(cast.reviewer)
    assert client.get(SEARCH, {"q": "papyrus"}).status_code == 404
    assert "dashboard-search" not in client.get("/admin/").content.decode()


def test_at_most_five_of_a_kind_and_the_way_to_the_rest(cast, reviewing, signed_in):
    for number in range(9):
        factories.make_application(cast.call, name=f"Kestrel {number}", submitted=True)
    client = signed_in(cast.manager)
    answer = client.get(SEARCH, {"q": "kestrel"})
    startups = next(one for one in answer.context["found"] if one.kind == "Startups")
    assert startups.has_more
    page = answer.content.decode()
    assert "There are others" in page
    chapter = page.split("<h2>Startups</h2>")[1].split("<h2>")[0]
    assert chapter.count("<a href") == search.AT_MOST


@pytest.mark.parametrize("words", ["", " ", "&|!", "'", "a" * 5000, "%", "x:y", "(", "\u202e"])
def test_nothing_that_is_typed_is_a_mistake(cast, reviewing, signed_in, words):
    assert signed_in(cast.manager).get(SEARCH, {"q": words}).status_code == 200


def test_it_asks_as_much_for_one_hit_as_for_many(cast, reviewing, signed_in):
    client = signed_in(cast.manager)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(SEARCH, {"q": "kestrel"})
        return len(asked)

    factories.make_application(cast.call, factories.make_user("Kestrel Kim"), name="Kestrel", submitted=True)
    queries()
    few = queries()
    for number in range(12):
        founder = factories.make_user(f"Kestrel Jo {number}")
        factories.make_application(cast.call, founder, name=f"Kestrel {number}", submitted=True)
    assert queries() == few


def test_reviewers_answers_and_messages_to_groups(cast, reviewing, signed_in):
    group = audiences.group(cast.manager, "applications.submitted", cast.call.pk)
    message = writing.write(group, subject="A quokka", text="Hello", by=cast.manager, now=factories.REVIEWING)
    mail = mail_about(cast, cast.application)
    reply = Reply.objects.create(message=mail, text="Our quokka is ill", came_at=factories.REVIEWING)
    client = signed_in(cast.manager)
    page = client.get(reverse("guiding:search"), {"q": "quokka"}).content.decode()
    assert reverse("groups:message", args=[message.public_id]) in page
    assert reverse("threads:reply_page", args=[reply.public_id]) in page
    found = client.get(reverse("guiding:search"), {"q": cast.reviewer.name}).content.decode()
    listed = cast.call.reviewers.get(user=cast.reviewer)
    assert reverse("reviewing:reviewer_progress", args=[cast.call.pk, listed.pk]) in found


def test_with_a_conflict_no_answer_of_the_team_and_no_message_to_it_is_found(cast, reviewing, signed_in):
    group = audiences.group(cast.manager, "applications.one_team", cast.application.pk)
    writing.write(group, subject="A quokka", text="Hello", by=cast.manager, now=factories.REVIEWING)
    mail = mail_about(cast, cast.application)
    Reply.objects.create(message=mail, text="Our wombat is ill", came_at=factories.REVIEWING)
    cast.application.recusals.create(user=cast.manager, reason="Kin", declared_by=cast.manager)
    client = signed_in(cast.manager)
    for words in ("quokka", "wombat"):
        hits = client.get(reverse("guiding:search"), {"q": words}).context_data
        assert not [one for one in hits["found"] if one.hits], words


def test_mentors_are_found_by_name_and_headline(cast, reviewing, signed_in):
    mentor = make_mentor(cast.call, "Tamsin Ferro")
    page = signed_in(cast.manager).get(reverse("guiding:search"), {"q": "ferro"}).content.decode()
    assert mentor.get_absolute_url() in page


def mail_about(cast, application):
    outbox.enqueue(
        "applications.withdrawn",
        key=f"found:{application.pk}",
        to=cast.founder,
        words=("About it", "Hello"),
        programme=cast.call.programme,
        about=application,
        now=factories.REVIEWING,
    )
    return OutboxMessage.objects.get(dedupe_key=f"found:{application.pk}")
