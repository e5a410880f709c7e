"""Reviewers and mentors from a table: each asked in as by hand, with what they know and what they promised."""

import factories
import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accelerator import clock
from accelerator.models import HistoryEntry, Invitation, OutboxMessage, Role
from accelerator.people import budget, invitations
from accelerator.privacy import tidying
from applications.models import AwaitedReviewer, Reviewer
from applications.reviewing.awaiting import KEPT_FOR

pytestmark = pytest.mark.django_db
NOW = factories.WHILE_OPEN
HEAD = "Name;E-mail;Organisation;Expertise;Reviews\n"
ADA = "Ada Stern;ada@meta.example;Meta;Language, Vision;12\n"


@pytest.fixture
def manager(call, while_open):
    return factories.sign_in(Client(), factories.make_manager(call.programme))


def give(manager, call, text: str, of: str = "reviewers"):
    given = manager.post(reverse(f"importing:{of}", args=[call.pk]), {"pasted": text})
    assert given.status_code == 302, given.context["form"].errors
    return manager.get(given.url)


def ask_in(manager, page) -> list[str]:
    seen = page.context["plan"].fingerprint
    path = reverse("importing:bring_in", args=[page.context["call"].pk, page.context["stored"].public_id])
    answer = manager.post(path, {"seen": seen})
    assert answer.status_code == 302
    return [str(one) for one in get_messages(answer.wsgi_request)]


def lines(page) -> dict[int, tuple[str, str]]:
    return {
        line.number: (str(line.fate), " ".join([*line.problems, *line.notes]))
        for line in page.context["plan"].lines
    }


def test_a_line_is_an_invitation_and_its_acceptance_lists_what_the_line_said(manager, call):
    assert ask_in(manager, give(manager, call, HEAD + ADA)) == ["1 person is asked in."]
    asked = Invitation.objects.get()
    assert (asked.kind, asked.email, asked.partner.slug) == ("reviewer", "ada@meta.example", "meta")
    assert OutboxMessage.objects.get().to_email == "ada@meta.example"
    assert HistoryEntry.objects.get(action="call.people_imported").details["people"] == 1
    later = factories.make_call(slug="2024", opens_at=factories.OPENS_AT.replace(year=2023, day=9))
    invitations.accept(asked, by=factories.make_user("Ada", email="ada@meta.example"), now=NOW)
    listed = Reviewer.objects.get()  # for the call into which it was imported, and not for the latest
    assert listed.call == call != later
    assert (listed.topics, listed.capacity, listed.partner.slug) == (["language", "vision"], 12, "meta")
    assert not AwaitedReviewer.objects.exists()


def test_who_reviews_here_already_is_listed_without_a_mail(manager, call):
    user = factories.make_user("Ada", email="ada@meta.example")
    factories.give_role(user, call.programme, "reviewer")
    page = give(manager, call, HEAD + ADA)
    assert "listed for this call at once" in lines(page)[2][1]
    ask_in(manager, page)
    assert Reviewer.objects.get().capacity == 12
    assert not Invitation.objects.exists()
    assert lines(give(manager, call, HEAD + ADA))[2][0] == "here"


def test_the_same_table_again_asks_nobody_twice(manager, call):
    ask_in(manager, give(manager, call, HEAD + ADA))
    page = give(manager, call, HEAD + ADA + "Joris;joris@scaleway.example;Scaleway;;\n")
    assert [fate for fate, _why in lines(page).values()] == ["here", "new"]
    ask_in(manager, page)
    assert Invitation.objects.count() == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Ada;;Meta;;", "There is no e-mail address."),
        ("Ada;ada at meta;Meta;;", "is no e-mail address"),
        ("Ada;ada@meta.example;Acme;;", "“Acme” is no organisation of this programme."),
        ("Ada;ada@meta.example;Meta;;many", "“many” is no number of reviews"),
        ("Ada;ada@meta.example;Meta;;0", "“0” is no number of reviews"),
        ("www.ada.example/x;ada@meta.example;Meta;;", "A name has no link in it."),
    ],
)
def test_a_line_to_be_mended_says_column_and_remedy(manager, call, line, said):
    fate, why = lines(give(manager, call, HEAD + line + "\n"))[2]
    assert fate == "wrong"
    assert said in why


def test_a_topic_that_the_programme_has_not_is_left_out_and_named(manager, call):
    page = give(
        manager, call, HEAD + "Ada;ada@meta.example;;Speech; \n".replace("Speech", '"Speech; Knitting"')
    )
    assert "Knitting" in lines(page)[2][1]
    ask_in(manager, page)
    assert AwaitedReviewer.objects.get().topics == ["speech"]


def test_who_applied_reviews_nothing_here(manager, call):
    factories.make_application(call, factories.make_user("Noor", email="noor@kestrel.example"))
    fate, why = lines(give(manager, call, "E-mail\nnoor@kestrel.example\n"))[2]
    assert (fate, "applied to the call" in why) == ("wrong", True)


def test_mentors_are_asked_into_the_programme(manager, call):
    page = give(manager, call, "Mentor,Mail,Company\nOlaf,olaf@hf.example,Hugging Face\n", of="mentors")
    ask_in(manager, page)
    asked = Invitation.objects.get()
    assert (asked.kind, asked.partner.slug) == ("mentor", "hugging-face")


def test_the_limit_of_a_day_holds_and_nobody_is_asked_in(manager, call, monkeypatch):
    monkeypatch.setattr(budget, "OF_A_MANAGER", 1)
    page = give(manager, call, "E-mail\na@b.example\nc@b.example\n")
    (said,) = ask_in(manager, page)
    assert "invitations in a day" in said
    assert not Invitation.objects.exists()
    assert not AwaitedReviewer.objects.exists()


def test_a_page_that_is_no_longer_true_asks_nobody_in(manager, call):
    page = give(manager, call, HEAD + ADA)
    user = factories.make_user("Ada", email="ada@meta.example")
    factories.give_role(user, call.programme, "reviewer")
    Reviewer.objects.create(call=call, user=user)
    (said,) = ask_in(manager, page)
    assert "no longer what you read" in said


def test_reviewers_of_a_call_that_is_decided_are_not_asked_in(manager, call):
    factories.release(call, manager.user, [])
    page = manager.get(reverse("importing:reviewers", args=[call.pk]))
    assert "nobody reviews it any more" in page.text


def test_a_manager_who_applied_elsewhere_in_the_programme_leaves_its_people_to_others(manager, call):
    other = factories.make_call(slug="2024")
    factories.make_application(other, manager.user, name="Mine")
    factories.make_manager(call.programme, "Odile")
    assert manager.get(reverse("importing:reviewers", args=[call.pk])).status_code == 403
    assert Role.objects.filter(user=manager.user).exists()


def test_whoever_never_comes_is_forgotten(manager, call):
    ask_in(manager, give(manager, call, HEAD + ADA))
    tidying.tidy(clock.real_now() + KEPT_FOR / 2)
    assert AwaitedReviewer.objects.exists()
    tidying.tidy(clock.real_now() + 2 * KEPT_FOR)
    assert not AwaitedReviewer.objects.exists()
