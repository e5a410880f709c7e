"""A draft is made of answers: what two people, or one person's two pages, save is never overwritten unseen."""

import json
from datetime import timedelta

import factories
import factories_founder as founders
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accelerator import clock
from accelerator.models import TeamMember
from applications.applying import drafts
from applications.models import EarlierAnswer

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def draft(call, while_open):
    return founders.make_draft(call)


@pytest.fixture
def karim(draft):
    person = factories.make_user("Karim Haddad")
    TeamMember.objects.create(startup=draft.startup, user=person)
    return person


def address(draft) -> str:
    return draft.get_absolute_url()


def browser_of(person) -> Client:
    browser = Client()
    factories.sign_in(browser, person)
    return browser


class OpenPage:
    """A form as a browser holds it: the text of each field, the mark of the text that it shows, what was touched."""

    def __init__(self, client, draft):
        self.client, self.draft = client, draft
        page = client.get(address(draft))
        self.seen = json.loads(page.context["seen"])
        self.version = page.context["application"].draft_version
        self.shown = dict(page.context["application"].answers)
        self.touched = set()
        self.asked = {}

    def type(self, key, words):
        self.shown[key] = words
        self.touched.add(key)

    def save(self) -> dict:
        sent = {key: self.shown[key] for key in self.touched}
        marks = {key: self.seen.get(key, "") for key in sent}
        fields = {"touched": json.dumps(list(sent)), "seen": json.dumps(marks), **sent}
        told = self.post(fields | {"draft_version": self.version})
        self.touched -= {key for key in sent if key in told["answers"] and told["answers"][key]["is_agreed"]}
        self.heed(told)
        for conflict in told["conflicts"]:
            self.asked[conflict["key"]] = conflict
            self.touched.discard(conflict["key"])
        return told

    def poll(self) -> dict:
        told = self.client.get(
            address(self.draft), {"since": self.version}, headers={"accept": "application/json"}
        )
        self.heed(told.json())
        return told.json()

    def post(self, fields) -> dict:
        answer = self.client.post(address(self.draft), fields, headers={"accept": "application/json"})
        assert answer.status_code == 200
        return answer.json()

    def heed(self, told):
        self.version = told["draft_version"]
        for key, answer in told["answers"].items():
            if answer["is_agreed"]:
                self.seen[key] = answer["mark"]
            elif key not in self.touched and key not in self.asked:
                self.seen[key], self.shown[key] = answer["mark"], "".join(answer["value"])

    def keep_mine(self, key):
        self.seen[key] = self.asked.pop(key)["mark"]
        self.touched.add(key)

    def take_theirs(self, key):
        conflict = self.asked.pop(key)
        self.seen[key], self.shown[key] = conflict["mark"], "".join(conflict["value"])


@pytest.fixture
def pages(draft, karim):
    return OpenPage(browser_of(draft.started_by), draft), OpenPage(browser_of(karim), draft)


# --- Two pages ----------------------------------------------------------------------------------------
def test_a_second_save_takes_back_nothing_that_another_page_has_saved(draft, pages):
    phone, laptop = pages
    phone.type("problem", "Written on the phone")
    phone.save()
    for words in ("A line", "A line and a word"):
        laptop.type("one_line", words)
        laptop.save()
    saved = founders.reread(draft).answers
    assert (saved["problem"], saved["one_line"]) == ("Written on the phone", "A line and a word")
    assert laptop.shown["problem"] == "Written on the phone"


def test_a_page_learns_no_mark_of_a_text_that_it_does_not_show(draft, pages):
    """Touched and put back as it was, while somebody else changed it: theirs comes with its text, or not at all."""
    mine, theirs = pages
    theirs.type("problem", "As Karim sees it")
    theirs.save()
    mine.type("problem", mine.shown["problem"])
    answer = mine.save()["answers"]["problem"]
    assert (answer["is_agreed"], answer["value"]) == (False, ["As Karim sees it"])
    assert founders.reread(draft).answers["problem"] == "As Karim sees it"


def test_a_page_without_javascript_takes_back_nothing_that_it_only_shows(draft, signed_in, karim):
    person = signed_in(draft.started_by)
    opened = person.get(address(draft))
    old = {
        field.html_name: field.value()
        for field in opened.context["form"]
        if field.value() is not None and field.name != "deck"
    }
    shown = drafts.marks(draft.answers)
    drafts.save_draft(draft, {"problem": "As Karim sees it"}, by=karim, seen=shown, now=factories.WHILE_OPEN)
    old |= {"seen": opened.context["seen"], "one_line": "Mine"}
    assert person.post(address(draft), old).status_code == 302
    saved = founders.reread(draft).answers
    assert (saved["problem"], saved["one_line"]) == ("As Karim sees it", "Mine")


def test_what_others_saved_arrives_with_their_name_and_hour(pages):
    mine, theirs = pages
    theirs.type("problem", "As Karim sees it")
    theirs.save()
    answer = mine.poll()["answers"]["problem"]
    assert (answer["value"], answer["by"], answer["at"]) == (["As Karim sees it"], "Karim Haddad", "10:00")
    assert mine.poll()["answers"] == {}


def test_who_else_has_the_form_open_is_named_while_they_have(pages, karim, draft):
    mine, theirs = pages
    theirs.poll()
    assert mine.poll()["here"] == [{"initials": "KH", "name": "Karim Haddad"}]
    draft.present.filter(user=karim).update(seen_at=clock.real_now() - MINUTE)
    assert mine.poll()["here"] == []


def test_a_conflict_shows_both_texts_says_whose_is_whose_and_loses_neither(draft, pages):
    mine, theirs = pages
    theirs.type("problem", "Karim's text")
    theirs.save()
    mine.type("problem", "My text")
    (conflict,) = mine.save()["conflicts"]
    assert (conflict["theirs"], conflict["by"], conflict["mine"]) == (
        "Karim's text",
        "Karim Haddad",
        "My text",
    )
    assert founders.reread(draft).answers["problem"] == "Karim's text"
    aside = EarlierAnswer.objects.get(was_set_aside=True)
    assert (aside.value, aside.by) == ("My text", draft.started_by)
    mine.keep_mine("problem")
    mine.save()
    assert founders.reread(draft).answers["problem"] == "My text"
    assert draft.earlier_answers.filter(value="Karim's text").exists()


def test_one_s_own_other_page_is_called_so(draft, pages):
    mine, _theirs = pages
    other = OpenPage(browser_of(draft.started_by), draft)
    other.type("problem", "From the phone")
    other.save()
    mine.type("problem", "From the laptop")
    assert mine.save()["conflicts"][0]["by"] == "You, on another page"


def test_only_what_was_touched_is_judged_and_its_errors_come_with_the_answer(draft, pages):
    mine, _theirs = pages
    mine.type("team_size", "a dozen")
    told = mine.save()
    assert list(told["errors"]) == ["team_size"]
    assert told["errors"]["team_size"]
    mine.type("team_size", "12")
    assert mine.save()["errors"] == {"team_size": []}
    assert founders.reread(draft).answers["problem"] == factories.ANSWERS["problem"]


@pytest.mark.parametrize("name", ["seen", "touched"])
@pytest.mark.parametrize("sent", ["[" * 200_000, "{" * 10, "7", '[["problem"]]', '{"problem": {}}'])
def test_a_mangled_page_is_answered_and_loses_nothing(draft, signed_in, name, sent):
    fields = {"draft_version": "9" * 5000, "problem": "Mine", name: sent}
    answer = signed_in(draft.started_by).post(address(draft), fields, headers={"accept": "application/json"})
    assert answer.status_code == 200
    kept = [founders.reread(draft).answers["problem"], *draft.earlier_answers.values_list("value", flat=True)]
    assert factories.ANSWERS["problem"] in kept


# --- Versions of an answer ----------------------------------------------------------------------------
LONG = "What we do is read the registers of harbours"


def write(draft, *texts, by, minutes_between=0):
    for number, text in enumerate(texts):
        now = factories.WHILE_OPEN + number * minutes_between * MINUTE
        shown = drafts.marks(founders.reread(draft).answers)
        drafts.save_draft(draft, {"problem": text}, by=by, seen=shown, now=now)


def earlier(draft) -> list[str]:
    return list(draft.earlier_answers.filter(key="problem").order_by("pk").values_list("value", flat=True))


def test_writing_on_makes_no_version(draft):
    write(draft, LONG, LONG + " and", LONG + " and quays", by=draft.started_by)
    assert not {LONG, LONG + " and"} & set(earlier(draft))


@pytest.mark.parametrize("after", [None, LONG[:20]], ids=["emptied", "a third less"])
def test_a_loss_keeps_the_text_before(draft, after):
    write(draft, LONG, after, by=draft.started_by)
    assert earlier(draft)[-1] == LONG


def test_a_text_that_stood_for_five_minutes_is_kept(draft):
    write(draft, LONG, LONG + " and quays", by=draft.started_by, minutes_between=5)
    assert earlier(draft)[-1] == LONG


def test_another_author_keeps_the_text_before(draft, karim):
    write(draft, LONG, by=draft.started_by)
    write(draft, LONG + " and quays", by=karim)
    assert earlier(draft)[-1] == LONG
    assert draft.earlier_answers.filter(value=LONG).get().by == draft.started_by


def test_a_submitted_text_is_kept(draft):
    write(draft, LONG, by=draft.started_by)
    founders.submit(draft)
    write(draft, LONG + " and quays", LONG + " and quays, too", by=draft.started_by)
    assert earlier(draft)[-1] == LONG


def test_an_earlier_text_is_shown_with_its_author_and_brought_back(draft, karim, signed_in):
    write(draft, LONG, by=draft.started_by)
    write(draft, "Nothing", by=karim)
    person = signed_in(karim)
    page = person.get(reverse("applying:earlier_answers", args=[draft.public_id]))
    assert LONG in page.content.decode()
    assert str(draft.started_by) in page.content.decode()
    kept = draft.earlier_answers.get(value=LONG)
    restore = reverse("applying:bring_back_answer", args=[draft.public_id, kept.pk])
    stale = person.post(restore, {"seen": "x"})
    assert stale.status_code == 409
    assert founders.reread(draft).answers["problem"] == "Nothing"
    person.post(restore, {"seen": drafts.mark("Nothing")})
    assert founders.reread(draft).answers["problem"] == LONG
    assert "Nothing" in earlier(draft)


# --- Any interleaving of two writers ------------------------------------------------------------------
acts = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["type", "save", "save", "poll", "mine", "theirs", "wait"]),
        st.sampled_from(["problem", "one_line"]),
        st.text("abc de", max_size=12),
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts)
def test_no_interleaving_of_two_writers_loses_a_text(call, while_open, acts):
    """The oracle: whoever overwrites a text had it on their page, and each text that was set aside, or that gave way
    after its version was closed, can be found again."""
    draft = founders.make_draft(call)
    karim = factories.make_user()
    TeamMember.objects.create(startup=draft.startup, user=karim)
    people = [draft.started_by, karim]
    two = [OpenPage(browser_of(person), draft) for person in people]
    now, opened_at, author = factories.WHILE_OPEN, {}, {}
    must_be_found = set()
    for who, act, key, words in acts:
        page = two[who]
        if act == "wait":
            now += 6 * MINUTE
            clock.freeze(now)
        elif act == "type" and key not in page.asked:
            page.type(key, words)
        elif act == "poll":
            page.poll()
        elif act in {"mine", "theirs"} and key in page.asked:
            page.keep_mine(key) if act == "mine" else page.take_theirs(key)
        elif act == "save" and page.touched:
            before = founders.reread(draft).answers
            typed = {touched: page.shown[touched].strip() for touched in page.touched}
            marks = {touched: page.seen.get(touched, "") for touched in typed}
            page.save()
            after = founders.reread(draft).answers
            for touched, text in typed.items():
                old, new = before.get(touched, ""), after.get(touched, "")
                if old != new:  # overwritten: it was on the page
                    assert marks[touched] == drafts.mark(old)
                    started = opened_at.get(touched, factories.OPENS_AT)
                    closed = author.get(touched) not in (None, who) or now - started >= 5 * MINUTE
                    if old and (closed or 3 * len(new) <= 2 * len(old)):
                        must_be_found.add((touched, old))
                        opened_at[touched] = now
                    elif not old or touched not in opened_at:
                        opened_at[touched] = now
                    author[touched] = who
                elif (
                    text and text != new
                ):  # met another text: set aside, unless the page only showed an old one
                    assert touched in page.asked or page.shown[touched] == new
                    if touched in page.asked:
                        must_be_found.add((touched, text))
            assert after.keys() >= before.keys() - typed.keys()
    kept = set(draft.earlier_answers.values_list("key", "value"))
    standing = {(key, founders.reread(draft).answers.get(key)) for key in ("problem", "one_line")}
    assert must_be_found <= kept | standing
