"""Every page that we wrote: no violation of axe in light and in dark, nothing sideways on a phone, a quiet console."""

from datetime import UTC, datetime, timedelta

import factories
import factories_cohort
import factories_founder as founders
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.urls import reverse

from accelerator import as_seen
from accelerator.announcements import announcing
from accelerator.groups import audiences, writing
from accelerator.messages import delivery, outbox, reminders, reply_links
from accelerator.models import OutboxMessage, User
from accelerator.rewording import rewording
from accelerator.threads import answering
from applications.reviewing import conflicts, others_seen, reviews
from applications.selecting import deciding, letters, proposals, withdrawal
from rehearsal.models import Rehearsal

ANYBODY = None
OF_A_CALL = [
    "importing:applications",
    "lists:applications",
    "reviewing:screening",
    "reviewing:assignment",
    "reviewing:progress",
    "selecting:ranking",
    "selecting:agreement",
    "selecting:selection",
    "selecting:letters",
    "selecting:offer_terms",
    "preview:stranger",
    "preview:founder",
    "preview:reviewer",
    "setup:amend_rules",
    "setup:call",
    "setup:clone",
    "setup:days",
    "setup:rules",
    "setup:timeline",
    "setup:window",
]


def trouble(page, path: str) -> list[str]:
    """What is wrong with this page, in words."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
    answer = page.goto(path)
    assert answer.ok, f"{path} answers {answer.status}"
    found = broken_rules(page, {})
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    found += [f"dark: {each}" for each in broken_rules(page, {"runOnly": ["color-contrast"]})]
    width = page.evaluate("document.documentElement.scrollWidth")
    found += [f"{width} px wide on a phone"] if width > 390 else []
    scrolled = page.evaluate(
        "[...document.querySelectorAll('.table-frame:has(.stacks)')].filter((f) => f.scrollWidth > f.clientWidth).length"
    )
    return found + (["a list that stacks scrolls sideways"] if scrolled else [])


def complaints(page) -> list[str]:
    """What this page's browser complains of from now on: errors in its console, and whatever did not come."""
    said: list[str] = []
    page.on(
        "console",
        lambda line: said.append(f"{line.text} {line.location['url']}") if line.type == "error" else None,
    )
    page.on(
        "response",
        lambda answer: said.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
    )
    page.on(
        "requestfailed",
        lambda request: None if "ERR_ABORTED" in request.failure else said.append(f"no answer {request.url}"),
    )  # aborted is what the next page interrupts
    return said


def broken_rules(page, options: dict) -> list[str]:
    violations = Axe().run(page, options={"preload": False, **options}).response["violations"]
    return [f"{rule['id']} {node['target'][0]}" for rule in violations for node in rule["nodes"][:3]]


@pytest.fixture
def all_well(visit):
    """`all_well(user, path, …)` walks the pages as one person and fails with all that is wrong."""

    def walk(user, *paths: str) -> None:
        page = visit(user, paths[0])
        said = complaints(page)
        found = {}
        for path in paths:
            said.clear()
            if wrong := trouble(page, path) + said:
                found[path] = wrong
        assert not found, found

    return walk


@pytest.mark.parametrize(
    "moment",
    [
        factories.OPENS_AT - timedelta(days=3),
        factories.WHILE_OPEN,
        factories.REVIEWING,
        datetime(2024, 2, 1, tzinfo=UTC),
    ],
    ids=["coming", "open", "reviewing", "over"],
)
def test_the_public_page_in_every_state_of_its_call(all_well, moment):
    factories.at(moment)
    call_command("load_programme", "programmes/ai-startup-program.toml")
    all_well(ANYBODY, "/")


def test_the_pages_for_newcomers(all_well, open_call):
    all_well(ANYBODY, "/accounts/login/", "/accounts/signup/", "/styleguide/", "/receipts/")


def test_the_pages_of_a_founder(all_well, open_call):
    draft = founders.make_draft(open_call)
    version = founders.submit(draft)
    address = draft.get_absolute_url()
    all_well(
        draft.started_by,
        reverse("applying:my_applications"),
        address,
        f"{address}submit/",
        f"{address}receipts/{version.number}/",
        f"{address}team/",
        f"{address}withdraw/",
        reverse("applying:start_application", args=["ai-startup-program", "2023"]),
        reverse("people:account"),
    )


def test_the_pages_of_a_founder_after_the_deadline(all_well, reviewing):
    call = factories.make_call()
    sealed = factories.make_application(call, eligible=True)
    address = sealed.get_absolute_url()
    withdraw = reverse("after_closing:withdraw_sealed", args=[sealed.public_id])
    all_well(sealed.started_by, address, withdraw, f"{address}team/")
    withdrawal.withdraw_sealed(sealed, by=sealed.started_by, now=factories.REVIEWING)
    all_well(sealed.started_by, address, reverse("applying:my_applications"))


def test_the_pages_of_a_reviewer(all_well, reviewing, cast):
    reviewer = cast.call.reviewers.get(user=cast.reviewer)
    again = factories.assign(reviewer, cast.rival_application)
    factories.make_review(cast.assignment)
    all_well(
        cast.reviewer,
        reverse("admin:index"),
        reverse("reviewing:review_queue"),
        reverse("reviewing:review", args=[cast.assignment.public_id]),
        reverse("reviewing:declare_conflict", args=[again.public_id]),
    )


def test_the_pages_of_a_review_that_was_changed_after_seeing_the_others(all_well, reviewing, cast):
    other = factories.make_reviewer(cast.call, "Mina Sato", "scaleway")
    factories.make_review(cast.assignment, 8, 6)
    factories.make_review(factories.assign(other, cast.application), 3, 3)
    review = reverse("reviewing:review", args=[cast.assignment.public_id])
    all_well(cast.reviewer, review)
    others_seen.ask(cast.assignment, by=cast.reviewer, now=factories.REVIEWING)
    reviews.submit(
        cast.assignment,
        marks=dict(zip(cast.call.criteria.values_list("pk", flat=True), (3, 6), strict=True)),
        reason="They named a licence that forbids it.",
        by=cast.reviewer,
        now=factories.REVIEWING,
    )
    all_well(cast.reviewer, review)
    about = [cast.call.pk, cast.application.public_id]
    all_well(
        cast.manager,
        reverse("reviewing:panel_application", args=about),
        reverse("selecting:score", args=about),
        reverse("selecting:agreement", args=[cast.call.pk]),
    )


def test_the_pages_of_what_waits_for_a_second_person(all_well, reviewing):
    call = factories.make_call(seats=1)
    free, barred = (factories.make_manager(call.programme, name) for name in ("Fay Free", "Bo Barred"))
    readers = [factories.make_reviewer(call, partner=one) for one in ("meta", "hugging-face", "scaleway")]
    read = []
    for name, mark in (("Papyrus", 8), ("Kestrel", 6), ("Halyard", 4)):
        read.append(factories.make_application(call, name=name, eligible=True))
        for reader in readers:
            factories.make_review(factories.assign(reader, read[-1]), mark, mark)
    best, second, last = read
    said = {"now": factories.REVIEWING}
    conflicts.recuse(last, who=barred, reason="Sister", by=barred, **said)
    proposals.propose(best, "leave_out", reason="Has no customer", by=barred, **said)
    proposals.propose_release(call, by=barred, **said)
    selection, waiting, mine, release = (
        reverse(f"selecting:{name}", args=[call.pk])
        for name in ("selection", "proposals", "my_acts", "release")
    )
    all_well(free, selection, waiting, mine)
    all_well(barred, selection, waiting, mine, release)
    deciding.pick(second, reason="A market that nobody else serves", by=free, **said)
    for application in (best, last):
        deciding.leave_out(application, by=free, **said)
    letters.prepare_letters(call, by=free, **said)
    later = factories.at(factories.REVIEWING + timedelta(minutes=2))
    conflicts.recuse(second, who=readers[0].user, reason="Cousin", by=free, now=later)
    all_well(free, selection, mine, release, reverse("selecting:letter", args=[call.pk, second.public_id]))
    chair = readers[1]
    type(chair).objects.filter(pk=chair.pk).update(is_chair=True)
    all_well(chair.user, waiting)


def test_the_pages_of_a_manager_before_and_after_the_release(all_well, reviewing):
    call = factories.make_call(seats=1)
    manager = factories.make_manager(call.programme)
    chosen, reserve, other = (
        factories.make_application(call, name=name, eligible=True)
        for name in ("Papyrus", "Kestrel", "Halyard")
    )
    unscreened = factories.make_application(call, name="Fathom", sealed=True)
    for partner in ("meta", "hugging-face", "scaleway"):
        reviewer = factories.make_reviewer(call, partner=partner)
        for application, mark in ((chosen, 8), (reserve, 6)):
            factories.make_review(factories.assign(reviewer, application), mark, mark)
    reading = factories.assign(reviewer, other)
    amendment = factories.propose_amendment(call, by=manager)
    pages = [reverse(name, args=[call.pk]) for name in OF_A_CALL]
    all_well(
        manager,
        reverse("admin:index"),
        *pages,
        reverse("reviewing:panel_application", args=[call.pk, chosen.public_id]),
        reverse("selecting:score", args=[call.pk, chosen.public_id]),
        reverse("setup:amendment", args=[call.pk, amendment.pk]),
        reverse("public:rules", args=[call.programme.slug, call.slug]),
        reverse("reviewing:screen_application", args=[call.pk, unscreened.public_id]),
        reverse("reviewing:reviewer_progress", args=[call.pk, reviewer.pk]),
        reverse("reviewing:hand_on", args=[reading.public_id]),
        reverse("people:people"),
        reverse("programmes:new"),
        reverse("admin:app_list", args=["accelerator"]),
    )
    said = {"by": manager, "now": factories.REVIEWING}
    deciding.pick(chosen, **said)
    deciding.put_in_reserve(reserve, **said)
    deciding.leave_out(other, **said)
    letters.prepare_letters(call, **said)
    decided = [
        reverse(name, args=[call.pk])
        for name in ("selecting:selection", "selecting:letters", "selecting:release")
    ]
    receipt = {"kind": "applications.receipt", "about": chosen, "programme": call.programme}
    outbox.write(
        [outbox.made(key="shown", to=chosen.started_by, words=("Version 1 is in", "Well.\n"), **receipt)]
    )
    outbox_message = OutboxMessage.objects.get()
    all_well(
        manager,
        *decided,
        reverse("selecting:letter", args=[call.pk, chosen.public_id]),
        reverse("messages:outbox"),
        reverse("messages:message", args=[outbox_message.public_id]),
    )


def test_the_pages_of_messages_to_groups(all_well, call):
    factories.at(factories.WHILE_OPEN)
    manager = factories.make_manager(call.programme)
    nameless = factories.make_user("x")
    User.objects.filter(pk=nameless.pk).update(name="")
    for person in (factories.make_user("Lena Aubry"), nameless):
        founders.make_draft(call, person, name="A startup with a rather long name indeed")
    group = audiences.group(manager, "applications.drafts", call.pk)
    message = writing.write(
        group, subject="{startup}: a word", text="Dear {name}", by=manager, now=factories.WHILE_OPEN
    )
    address = reverse("groups:message", args=[message.public_id])
    all_well(
        manager,
        reverse("groups:messages"),
        reverse("groups:choose"),
        reverse("groups:write", args=["applications.drafts", call.pk]),
        reverse("groups:change", args=[message.public_id]),
        address,
    )
    seen = as_seen.version_of(message)
    writing.plan(message, at=None, seen=seen, by=manager, now=factories.WHILE_OPEN)
    all_well(manager, address)
    factories.at(factories.WHILE_OPEN + timedelta(minutes=2))
    reminders.tick()
    all_well(manager, address, reverse("groups:messages"))


def test_the_pages_of_announcements(all_well, cast):
    factories.at(factories.REVIEWING)
    made = [
        announcing.announce(
            audiences.group(cast.manager, to, cast.call.pk),
            text="The office is closed on Friday, see https://example.org/a/rather/long/address/of/a/page.",
            starts_at=None,
            ends_at=factories.REVIEWING + timedelta(days=7),
            by=cast.manager,
            now=factories.REVIEWING,
        )
        for to in ("applications.teams", "applications.reviewers")
    ]
    all_well(
        cast.manager,
        reverse("announcements:every"),
        reverse("announcements:choose"),
        reverse("announcements:write", args=["applications.teams", cast.call.pk]),
        reverse("announcements:change", args=[made[0].public_id]),
    )
    all_well(cast.founder, reverse("applying:my_applications"), cast.application.get_absolute_url())
    all_well(cast.reviewer, reverse("reviewing:review_queue"), reverse("admin:index"))


def test_the_pages_of_the_words_of_mails(all_well, call):
    factories.at(factories.WHILE_OPEN)
    manager, slug = factories.make_manager(call.programme), call.programme.slug
    kind = "applications.changes_not_in"
    words = {"subject": "{startup}: {when}", "text": "Dear {name},\n\n{deadline} {link}\n\n- {changes}"}
    rewording.write(call.programme, kind, "en", **words, by=manager, now=factories.WHILE_OPEN)
    all_well(
        manager,
        reverse("wordings:every_kind", args=[slug]),
        reverse("wordings:one_kind", args=[slug, kind, "en"]),
        reverse("wordings:one_kind", args=[slug, "applications.letter_offer", "en"]),
    )


def test_the_pages_of_what_came_back(all_well, cast):
    words = ("About Papyrus: two questions before Friday", "Hello Lena\n\nHow many are you?")
    about = {"programme": cast.call.programme, "about": cast.application, "now": factories.REVIEWING}
    factories.at(factories.REVIEWING)
    outbox.enqueue("applications.withdrawn", key="asked", to=cast.founder, words=words, **about)
    mail = OutboxMessage.objects.get(dedupe_key="asked")
    address = "/" + reply_links.link(mail).split("/", 3)[3]
    all_well(ANYBODY, address)
    all_well(cast.manager, reverse("threads:waiting"))
    reply = answering.by_form(mail, "Four of us, and a fifth from January.", now=factories.REVIEWING)
    answering.note(mail, "As they said by telephone.", by=cast.manager, now=factories.REVIEWING)
    all_well(
        cast.manager,
        reverse("threads:waiting"),
        reverse("threads:reply_page", args=[reply.public_id]),
        reverse("threads:thread", args=[mail.public_id]),
    )


def test_the_pages_of_the_cohort(all_well, cast):
    factories.at(factories_cohort.JANUARY)
    factories_cohort.make_cohort_cast(cast)
    address = cast.membership.get_absolute_url()
    mentor = cast.mentor_profile
    all_well(cast.rival_founder, cast.open_offer.get_absolute_url())
    slot = f"{factories_cohort.TUESDAY_14H + timedelta(minutes=45):%Y-%m-%dT%H:%M:%S}%2B00:00"
    all_well(
        cast.founder,
        cast.cohort.get_absolute_url(),
        reverse("cohorts:calendar", args=[cast.cohort.public_id]),
        reverse("cohorts:event", args=[cast.event.public_id]),
        address,
        reverse("mentoring:mentors"),
        mentor.get_absolute_url(),
        f"{reverse('mentoring:book_session', args=[mentor.public_id])}?at={slot}",
        reverse("mentoring:sessions"),
        cast.session.get_absolute_url(),
        cast.past_session.get_absolute_url(),
        reverse("mentoring:move_session", args=[cast.session.public_id]),
        reverse("mentoring:cancel_session", args=[cast.session.public_id]),
    )
    factories.at(cast.session.ends_at)
    all_well(
        cast.mentor,
        reverse("mentoring:sessions"),
        reverse("mentoring:log_session", args=[cast.session.public_id]),
        reverse("mentoring:log_unbooked", args=[mentor.public_id]),
        reverse("mentoring:edit_hours", args=[mentor.public_id]),
        reverse("mentoring:edit_mentor", args=[mentor.programme.slug]),
    )


def test_the_pages_of_a_rehearsal(all_well, visit, rehearsing):
    draft = founders.make_draft(rehearsing)
    founders.submit(draft)
    delivery.deliver()
    message = OutboxMessage.objects.filter(status="sent").first()
    everywhere = [
        reverse("rehearsal:rehearsal"),
        reverse("rehearsal:rehearsal_mail"),
        reverse("rehearsal:rehearsal_message", args=[message.public_id]),
    ]
    all_well(ANYBODY, "/", *everywhere)
    all_well(draft.started_by, draft.get_absolute_url(), *everywhere)
    all_well(factories.make_manager(rehearsing.programme), reverse("admin:index"))
    Rehearsal.objects.update(walking_to=factories.AFTER_CLOSE)
    all_well(ANYBODY, "/")
    page = visit(ANYBODY)
    page.route("**/walking/", without_reloading)
    assert not trouble(page, reverse("rehearsal:rehearsal_walking"))


def without_reloading(route) -> None:
    """The page as it is, but standing still while it is looked at."""
    answer = route.fetch()
    kept = {name: value for name, value in answer.headers.items() if name != "refresh"}
    route.fulfill(response=answer, headers=kept)


def test_the_bar_of_a_rehearsal_takes_one_line_on_a_desk(visit, rehearsing):
    manager = factories.make_manager(rehearsing.programme)
    for width in (1280, 1440, 1920):
        page = visit(manager, reverse("admin:index"), width=width)
        line = page.locator(".rehearsal-bar .date").last.bounding_box()
        bar = page.locator(".rehearsal-bar").bounding_box()
        assert bar["height"] < 2.6 * line["height"], f"{bar['height']} px at {width} px"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("link", name="Mail", exact=True).click(trial=True)


def test_the_bar_of_a_rehearsal_takes_one_row_on_a_phone_and_unfolds(visit, rehearsing):
    page = visit(ANYBODY, width=390, height=844)
    bar = page.locator(".rehearsal-bar")
    mail = page.get_by_role("link", name="Mail", exact=True)
    assert bar.bounding_box()["height"] <= 48
    assert mail.is_hidden()
    bar.get_by_role("button", name="Rehearsal").click()
    bar.get_by_text("See the deadline pass").wait_for()
    box = page.locator("#rehearsal-more").bounding_box()
    assert box["y"] + box["height"] <= bar.bounding_box()["y"] + 1
    mail.click()
    page.get_by_role("heading", name="Mail").wait_for()


@pytest.mark.parametrize("width", [390, 1440])
def test_the_bar_of_a_rehearsal_stands_under_what_has_to_be_pressed(visit, rehearsing, width):
    """On forms of ours and of the dashboard, at the top of the page and at its end."""
    draft = founders.make_draft(rehearsing)
    manager = factories.make_manager(rehearsing.programme)
    change = reverse("admin:applications_call_change", args=[rehearsing.pk])
    for user, path, button in (
        (draft.started_by, draft.get_absolute_url(), "Check"),
        (manager, change, "Save"),
    ):
        page = visit(user, path, width=width, height=844)
        pressed = page.get_by_role("button", name=button, exact=True).filter(visible=True).last
        pressed.scroll_into_view_if_needed()
        for end in ("0", "document.body.scrollHeight"):
            page.evaluate(f"window.scrollTo(0, {end})")
            bar, box = page.locator(".rehearsal-bar").bounding_box(), pressed.bounding_box()
            is_apart = box["y"] + box["height"] <= bar["y"] + 1 or box["y"] >= 844
            assert is_apart, f"{path} at {width} px: {box} {bar}"
        pressed.click(trial=True)


def test_a_receipt_is_printed_without_what_one_presses(visit, open_call):
    draft = founders.make_draft(open_call)
    version = founders.submit(draft)
    page = visit(draft.started_by, f"{draft.get_absolute_url()}receipts/{version.number}/")
    page.emulate_media(media="print")
    assert page.get_by_text(version.content_hash).is_visible()
    assert page.locator(".trail").get_by_text(draft.startup.name).is_visible()
    for pressed in ("Sign out", "Download the receipt", "Change the application"):
        assert page.get_by_text(pressed, exact=True).is_hidden(), pressed


def test_the_public_page_is_light_in_fonts(visit, open_call):
    page = visit(ANYBODY)
    page.evaluate("document.fonts.ready")
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').filter((r) => /woff2?/.test(r.name)).map((r) => r.decodedBodySize)"
    )
    assert 0 < sum(sizes) <= 250_000
