"""Conflicts of interest from a table: recorded as by hand, and only of what its reader may see."""

import factories
import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from applications.models import Assignment, Recusal
from applications.reviewing import conflicts

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(cast, reviewing, signed_in):
    return signed_in(cast.manager)


def give(manager, call, text: str):
    given = manager.post(reverse("importing:conflicts", args=[call.pk]), {"pasted": text})
    assert given.status_code == 302, given.context["form"].errors
    return manager.get(given.url)


def record(manager, page) -> list[str]:
    path = reverse("importing:bring_in", args=[page.context["call"].pk, page.context["stored"].public_id])
    answer = manager.post(path, {"seen": page.context["plan"].fingerprint})
    return [str(one) for one in get_messages(answer.wsgi_request)]


def lines(page) -> list[tuple[str, str]]:
    return [(str(line.fate), " ".join([*line.problems, *line.notes])) for line in page.context["plan"].lines]


def test_what_was_assigned_is_set_aside(cast, manager):
    text = f"Reviewer,Startup,Reason\n{cast.reviewer.email},papyrus,Shares an office\n"
    assert record(manager, give(manager, cast.call, text)) == ["1 conflict is recorded."]
    found = Recusal.objects.get(user=cast.reviewer)
    assert (found.application, found.reason, found.declared_by) == (
        cast.application,
        "Shares an office",
        cast.manager,
    )
    assert not Assignment.objects.of(cast.reviewer).exists()
    assert lines(give(manager, cast.call, text))[0][0] == "here"


def test_each_line_that_cannot_be_recorded_says_why(cast, manager):
    text = (
        "Reviewer\tStartup\tReason\n"
        f"nobody@people.example\tPapyrus\tFriends\n"
        f"{cast.reviewer.email}\tAtlantis\tFriends\n"
        f"{cast.reviewer.email}\t{cast.rival_application.public_id}\t\n"
        f"{cast.other_reviewer.email}\t{cast.rival_application.public_id}\tFriends\n"
    )
    said = lines(give(manager, cast.call, text))
    assert [fate for fate, _why in said] == ["wrong", "wrong", "wrong", "new"]
    assert "Nobody who reviews" in said[0][1]
    assert "No application that was submitted" in said[1][1]
    assert "what the conflict is" in said[2][1]


def test_of_what_one_has_a_conflict_with_nothing_is_told(cast, manager):
    conflicts.recuse(
        cast.application, who=cast.manager, reason="Family", by=cast.manager, now=factories.REVIEWING
    )
    text = f"Reviewer,Startup,Reason\n{cast.reviewer.email},Papyrus,Friends\n"
    ((fate, why),) = lines(give(manager, cast.call, text))
    assert fate == "wrong"
    assert "No application that was submitted to this call has this name." in why


def test_after_the_release_nothing_is_recorded(cast, manager):
    text = f"Reviewer,Startup,Reason\n{cast.reviewer.email},Papyrus,Friends\n"
    page = give(manager, cast.call, text)
    factories.release(cast.call, cast.manager, [])
    (said,) = record(manager, page)
    assert "published" in said
    assert not Recusal.objects.filter(user=cast.reviewer).exists()
