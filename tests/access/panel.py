"""Who gets what in the dashboard of a call: its managers, its reviewers each their own, and nobody else."""

from datetime import timedelta

import factories
from access_rows import Row

from applications.models import Assignment


def of_call(cast):
    return [cast.call.pk]


def of_application(cast):
    return [cast.call.pk, cast.application.public_id]


def of_reading(cast):
    return [cast.assignment.public_id]


def handed_on(cast):
    """By the manager, to somebody who has not begun."""
    Assignment.objects.filter(pk=cast.assignment.pk).update(withdrawn_at=factories.REVIEWING)
    made = factories.assign(factories.make_reviewer(cast.call, "Noor Haddad", "scaleway"), cast.application)
    made.handed_on_from, made.assigned_by = cast.assignment, cast.manager
    made.save()
    return [made.public_id]


def organisation(cast):
    return [cast.call.programme.slug, cast.call.programme.partners.first().pk]


def listed_reviewer(cast):
    return [cast.call.pk, cast.assignment.reviewer_id]


def in_section(cast):
    return [cast.call.pk, cast.call.sections.first().pk]


def criterion_of_call(cast):
    return [cast.call.pk, cast.call.criteria.first().pk]


def asked_by_call(cast):
    return [cast.call.pk, cast.call.questions.first().pk]


def extension(cast):
    made = cast.call.extensions.create(
        until=factories.REVIEWING + timedelta(days=1),
        reason="An outage",
        by=cast.manager,
        at=factories.REVIEWING,
    )
    return [cast.call.pk, made.pk]


def note(cast):
    made = cast.application.notes.create(text="Ask for the register", by=cast.manager)
    return [cast.call.pk, cast.application.public_id, made.pk]


def saved_view(cast):
    made = cast.call.saved_views.create(person=cast.manager, name="Mine", query="q=paris")
    return [cast.call.pk, made.pk]


def asked_for_more_time(cast):
    made = cast.application.extension_requests.create(
        text="The power was cut", by=cast.founder, at=factories.REVIEWING
    )
    return [cast.call.pk, made.pk]


def board_act(cast):
    pk = str(cast.application.pk)
    made = cast.call.board_acts.create(
        application=cast.application,
        kind="taken_back",
        by=cast.manager,
        at=factories.REVIEWING,
        before={pk: None},
        after={pk: "none"},
    )
    return [cast.call.pk, made.pk]


def proposal(cast):
    made = cast.call.proposals.create(
        application=cast.rival_application,
        act="pick",
        seen="none",
        proposed_by=cast.other_manager,
        proposed_at=factories.REVIEWING,
    )
    return [cast.call.pk, made.pk]


def message(cast):
    from accelerator.messages import outbox
    from accelerator.models import OutboxMessage

    outbox.record_skipped(
        "applications.call_closed",
        key="access",
        to=cast.manager,
        programme=cast.call.programme,
        about=cast.call,
        due_at=factories.REVIEWING,
        useless_after=factories.REVIEWING,
        reason="Too late to be of use.",
    )
    return [OutboxMessage.objects.latest("pk").public_id]


def amendment(cast):
    """Proposed before the decisions were published."""
    rules = factories.seal_rules(cast.call)
    made = cast.call.amendments.create(
        against=rules,
        wanted={**rules.document, "seats": 6},
        reason="Room for one more",
        proposed_by=cast.manager,
        proposed_at=factories.REVIEWING,
    )
    return [cast.call.pk, made.pk]


def group_of_drafts(cast):
    return ["applications.drafts", cast.call.pk]


def question_back(cast):
    asked = cast.application.questions_back.create(
        text="Where are you registered?",
        by=cast.manager,
        at=factories.REVIEWING,
        answer_by=factories.REVIEWING + timedelta(days=3),
        answer_by_set_at=factories.REVIEWING,
    )
    return [cast.call.pk, cast.application.public_id, asked.public_id]


def screening_rule(cast):
    return [cast.call.pk, cast.call.screening_rules.create(question="deck", test="answered").pk]


def public_answer(cast):
    return cast.call.programme.frequent_questions.create(
        question={"en": "Which stage?"}, answer={"en": "Any."}, position=90
    )


def to_all_teams(cast):
    return ["applications.teams", cast.call.pk]


def announcement(cast):
    """To all teams of the call."""
    from accelerator.announcements import announcing
    from accelerator.groups import audiences

    made = announcing.announce(
        audiences.group(cast.manager, *to_all_teams(cast)),
        text="The office is closed on Friday.",
        starts_at=None,
        ends_at=factories.REVIEWING + timedelta(days=7),
        by=cast.manager,
        now=factories.REVIEWING,
    )
    return [made.public_id]


TO_FOUNDERS = {"founder": 302, "co_founder": 302, "rival_founder": 302, "others": 404}


def message_to_a_group(cast):
    """To the teams that have submitted, as a draft."""
    from accelerator.groups import audiences, writing

    group = audiences.group(cast.manager, "applications.submitted", cast.call.pk)
    made = writing.write(group, subject="A word", text="{name}", by=cast.manager, now=factories.REVIEWING)
    return [made.public_id]


def words_of_a_mail(cast):
    return [cast.call.programme.slug, "applications.deadline_nears", "en"]


def mail_to_the_founder(cast):
    """About their application."""
    from accelerator.messages import outbox
    from accelerator.models import OutboxMessage

    outbox.enqueue(
        "applications.withdrawn",
        key="to-the-founder",
        to=cast.founder,
        words=("A word", "Hello"),
        programme=cast.call.programme,
        about=cast.application,
        now=factories.REVIEWING,
    )
    return OutboxMessage.objects.get(dedupe_key="to-the-founder")


def reply_of_the_founder(cast):
    from accelerator.threads import answering

    made = answering.by_form(mail_to_the_founder(cast), "May we?", now=factories.REVIEWING)
    return [made.public_id]


def link_to_reply(cast):
    from accelerator.messages import reply_links

    return [reply_links.link(mail_to_the_founder(cast)).rstrip("/").split("/")[-1]]


def given_table(cast):
    """One that the manager has given."""
    from accelerator.imports import reading
    from applications.importing import tables_kept

    table = reading.pasted("Startup,Email\nKestrel Two,two@people.example\n")
    stored = tables_kept.drop(
        cast.call, "applications", table, name="", by=cast.manager, now=factories.REVIEWING
    )
    return [cast.call.pk, stored.public_id]


OUTSIDE = {
    "founder": 302,
    "co_founder": 302,
    "rival_founder": 302,
    "mentor": 302,
    "other_mentor": 302,
    "stranger": 302,
}
MANAGED = {**OUTSIDE, "others": 404, "manager": 200}


def managed_act(route, arguments=of_call, *, status=302, data=lambda cast: {}):
    """What only the managers of this call may do; for reviewers and other managers it does not exist."""
    return Row("POST", route, arguments, data=data, **{**MANAGED, "manager": status})


ROWS = [
    *(
        Row("GET", name, of_call, **MANAGED)
        for name in (
            "importing:applications",
            "importing:conflicts",
            "importing:mentors",
            "importing:reviewers",
            "lists:applications",
            "reviewing:screening",
            "reviewing:assignment",
            "reviewing:progress",
            "reviewing:reviewers",
            "selecting:ranking",
            "selecting:agreement",
            "selecting:selection",
            "selecting:letters",
            "selecting:for_partners",
            "selecting:my_acts",
            "selecting:proposals",
            "selecting:release",
            "selecting:answer_day",
            "selecting:offer_terms",
            "setup:amend_rules",
            "preview:stranger",
            "preview:founder",
            "preview:reviewer",
            "setup:call",
            "setup:clone",
            "setup:days",
            "setup:form",
            "setup:add_section",
            "setup:rubric",
            "setup:discard",
            "setup:add_criterion",
            "setup:rules",
            "setup:timeline",
            "setup:window",
            "setup:extend",
            "setup:incident",
        )
    ),
    Row("GET", "reviewing:panel_application", of_application, **MANAGED),
    Row("GET", "reviewing:readings_of_application", of_application, **MANAGED),
    Row("GET", "reviewing:screen_application", of_application, **MANAGED),
    Row("GET", "selecting:score", of_application, **MANAGED),
    Row("GET", "selecting:dossier", of_call, **{**MANAGED, "manager": 302}),  # there are no reviews yet
    managed_act(
        "reviewing:pin_conflict",
        of_application,
        data=lambda c: {"who": c.assignment.reviewer_id, "reason": "Shares an office"},
    ),
    managed_act(
        "reviewing:screen_application",
        of_application,
        data=lambda c: {"verdict": "eligible", "reason": "Seen by phone"},
    ),
    managed_act("importing:applications", status=200),  # the form again: nothing was given
    managed_act("importing:conflicts", status=200),
    managed_act("importing:mentors", status=200),
    managed_act("importing:reviewers", status=200),
    Row("GET", "importing:table", given_table, **MANAGED),
    managed_act("importing:table", given_table, status=200),  # the form again: nothing was said
    managed_act("importing:bring_in", given_table),
    managed_act("importing:throw_away", given_table),
    Row("GET", "lists:notes", of_application, **MANAGED),
    managed_act("lists:notes", of_application, data=lambda c: {"text": "Ask for the register"}),
    managed_act("lists:take_note_back", note),
    managed_act("lists:save_view", data=lambda c: {"name": "Mine"}),
    managed_act("lists:delete_view", saved_view),
    managed_act(
        "lists:act", data=lambda c: {"which": c.application.public_id, "act": "label", "label": "Look"}
    ),
    managed_act("reviewing:export_reviewers", status=200, data=lambda c: {"form": "csv"}),
    managed_act("lists:export", status=200, data=lambda c: {"form": "csv"}),
    managed_act("reviewing:assignment"),
    managed_act("reviewing:undo_verdict", of_application),
    Row("GET", "reviewing:screening_rules", of_call, **MANAGED),
    managed_act("reviewing:screening_rules", status=200),  # the form again: nothing was chosen
    managed_act("reviewing:remove_screening_rule", screening_rule),
    Row("GET", "reviewing:leave_for_later", of_application, **{**MANAGED, "manager": 302}),
    Row("GET", "selecting:help_team", of_application, **MANAGED),
    managed_act("selecting:help_team", of_application, status=200),  # it says that nothing was done
    Row("GET", "reviewing:ask_team", of_application, **MANAGED),
    managed_act("reviewing:ask_team", of_application, status=200),  # the form again: nothing was written
    managed_act("reviewing:question_more_time", question_back, status=200),
    managed_act("reviewing:take_question_back", question_back),
    managed_act(
        "selecting:selection",
        status=409,  # the board, which says that the decisions are published
        data=lambda c: {"act": "pick", "application": c.application.public_id, "seen": "none"},
    ),
    managed_act("selecting:undo", board_act),
    managed_act("selecting:answer_proposal", proposal, status=409, data=lambda c: {"act": "confirm"}),
    managed_act("selecting:letters"),
    managed_act("selecting:for_partners", status=200),  # the form again: no partner was chosen
    managed_act("selecting:letter", of_application, status=404),
    managed_act("selecting:answer_day", status=200),  # the form again: no day was given
    managed_act("selecting:offer_terms", status=200),  # the form again: nothing was written
    managed_act("selecting:note_decline", of_application, status=404),  # there are no offers yet
    Row("GET", "selecting:note_decline", of_application, **{**MANAGED, "manager": 404}),
    managed_act("selecting:keep_place", of_application, status=404),
    *(
        Row(method, route, of_application, **{**MANAGED, "manager": 404})
        for route in ("selecting:longer_offer", "selecting:withdraw_offer", "selecting:pass_over")
        for method in ("GET", "POST")
    ),
    managed_act("selecting:release", status=409),  # the page again, which says why not
    managed_act("reviewing:undo_hand_on", handed_on),
    managed_act("reviewing:hand_on", of_reading, status=200),  # the form again: nobody was chosen
    managed_act("reviewing:reviewers", status=200),  # the form again: nobody was named
    Row("GET", "reviewing:reviewer", listed_reviewer, **MANAGED),
    managed_act("reviewing:reviewer", listed_reviewer, status=200),  # the form again: nothing was written
    managed_act("reviewing:pause_reviewer", listed_reviewer),
    managed_act("reviewing:resume_reviewer", listed_reviewer),
    managed_act("reviewing:take_off_reviewer", listed_reviewer),
    Row(
        "GET",
        "reviewing:reviewer_progress",
        lambda c: [c.call.pk, c.assignment.reviewer_id],
        **MANAGED,
    ),
    Row("GET", "reviewing:hand_on", of_reading, **MANAGED),
    Row("GET", "selecting:letter", of_application, **{**MANAGED, "manager": 404}),  # there are no letters yet
    *(
        Row("GET", route, lambda cast: [cast.call.programme.slug], **MANAGED)
        for route in ("programmes:organisations", "programmes:add_organisation")
    ),
    managed_act(
        "programmes:add_organisation", lambda cast: [cast.call.programme.slug], status=200
    ),  # the form again
    Row("GET", "programmes:organisation", organisation, **MANAGED),
    managed_act("programmes:organisation", organisation, status=200),  # the form again: nothing was written
    managed_act("programmes:move_organisation", organisation),
    managed_act("programmes:remove_organisation", organisation),
    Row("GET", "programmes:programme", lambda cast: [cast.call.programme.slug], **MANAGED),
    managed_act("programmes:programme", lambda cast: [cast.call.programme.slug], status=200),
    Row("GET", "setup:as_file", lambda cast: [cast.call.programme.slug], **MANAGED),
    managed_act("setup:as_file", lambda cast: [cast.call.programme.slug], status=200),
    Row("GET", "setup:download_file", lambda cast: [cast.call.programme.slug], **MANAGED),
    managed_act("setup:window", status=200),  # the form again: nothing was filled in
    managed_act("setup:extend", status=200),
    managed_act("setup:incident", status=200),
    Row("GET", "setup:take_back", extension, **MANAGED),
    managed_act("setup:take_back", extension, data=lambda c: {"reason": "A typing error"}),
    managed_act("setup:grant_request", asked_for_more_time),
    managed_act(
        "setup:decline_request", asked_for_more_time, data=lambda c: {"answer": "All had the same time"}
    ),
    Row("GET", "setup:add_question", in_section, **MANAGED),
    Row("GET", "setup:section", in_section, **MANAGED),
    Row("GET", "setup:question", asked_by_call, **MANAGED),
    Row("GET", "setup:criterion", criterion_of_call, **MANAGED),
    managed_act("setup:discard", status=200),  # the page again, which says why not
    managed_act("setup:rubric", status=200),  # the form again: no weight was given
    managed_act("setup:add_criterion", status=200),
    managed_act("setup:criterion", criterion_of_call, status=200),
    managed_act("setup:move_criterion", criterion_of_call),
    managed_act("setup:remove_criterion", criterion_of_call),
    managed_act("setup:add_question", in_section, status=200),  # the kinds: none was chosen
    managed_act("setup:section", in_section, status=200),  # the form again: nothing was written
    managed_act("setup:question", asked_by_call, status=200),
    managed_act("setup:add_section", status=200),
    managed_act("setup:move_question", asked_by_call),
    managed_act("setup:remove_question", asked_by_call),
    managed_act("setup:move_section", in_section),
    managed_act("setup:remove_section", in_section),
    managed_act("setup:preview_question", data=lambda c: {"kind": "text"}, status=200),
    managed_act("setup:open_call"),  # back to the page, which says why not
    managed_act("setup:send_trial"),
    managed_act("setup:back_to_draft"),
    managed_act(
        "setup:days", status=200
    ),  # applications have been begun: the page says where each day is moved
    managed_act("setup:clone", status=200),  # the form again: no day was chosen
    managed_act("preview:founder", status=200),
    managed_act("preview:reviewer", status=200),
    managed_act("setup:seal_rules"),
    managed_act("setup:amend_rules", status=200),  # the rules are not sealed
    Row("GET", "setup:amendment", amendment, **MANAGED),
    managed_act("setup:amendment", amendment, status=200, data=lambda c: {"act": "withdraw"}),
    Row("GET", "guiding:search", **{**MANAGED, "other_manager": 200}),
    managed_act("guiding:choose", lambda cast: [], data=lambda cast: {"choice": cast.call.pk}),
    Row("GET", "messages:outbox", **{**MANAGED, "other_manager": 200}),
    Row(
        "POST",
        "messages:export_messages",
        data=lambda c: {"form": "csv"},
        **{**MANAGED, "other_manager": 200},
    ),
    Row("GET", "messages:message", message, **MANAGED),
    managed_act("messages:retry_message", message),
    Row("GET", "threads:reply", link_to_reply, anonymous=200, others=200),
    Row("GET", "threads:reply", lambda cast: ["made-up~link"], anonymous=404, others=404),
    Row("POST", "threads:reply", link_to_reply, anonymous=200, others=200),  # nothing was written
    Row("GET", "threads:waiting", **{**MANAGED, "other_manager": 200}),
    Row("GET", "threads:reply_page", reply_of_the_founder, **MANAGED),
    managed_act("threads:reply_page", reply_of_the_founder, status=200),  # nothing was written
    managed_act("threads:take", reply_of_the_founder),
    managed_act("threads:settle", reply_of_the_founder),
    managed_act("threads:open_again", reply_of_the_founder),
    managed_act("threads:note", reply_of_the_founder, data=lambda c: {"text": "By phone"}),
    Row("GET", "threads:make_public", reply_of_the_founder, **MANAGED),
    managed_act("threads:make_public", reply_of_the_founder, status=200),  # nothing was written
    managed_act("threads:take_off", lambda cast: [public_answer(cast).pk]),
    Row("GET", "threads:thread", lambda cast: [mail_to_the_founder(cast).public_id], **MANAGED),
    Row("GET", "wordings:first", **{**MANAGED, "other_manager": 200}),
    Row("GET", "wordings:every_kind", lambda cast: [cast.call.programme.slug], **MANAGED),
    Row("GET", "wordings:one_kind", words_of_a_mail, **MANAGED),
    managed_act("wordings:one_kind", words_of_a_mail, status=200),  # the form again: nothing was written
    managed_act("wordings:restore", words_of_a_mail),
    Row("GET", "setup:planned_messages", of_call, **{**MANAGED, "manager": 404}),  # no line was named
    Row("GET", "setup:sent_messages", of_call, **{**MANAGED, "manager": 404}),
    managed_act("setup:test_planned"),
    Row("GET", "announcements:every", **{**MANAGED, "other_manager": 200}),
    Row("GET", "announcements:choose", **{**MANAGED, "other_manager": 200}),
    Row("GET", "announcements:write", to_all_teams, **MANAGED),
    managed_act("announcements:write", to_all_teams, status=200),  # the form again: nothing was written
    Row("GET", "announcements:change", announcement, **MANAGED),
    managed_act("announcements:change", announcement, status=200),
    managed_act("announcements:end", announcement),
    managed_act("announcements:show_again", announcement),
    Row("POST", "announcements:put_away", announcement, **TO_FOUNDERS),
    Row("GET", "groups:messages", **{**MANAGED, "other_manager": 200}),
    Row("GET", "groups:choose", **{**MANAGED, "other_manager": 200}),
    Row("GET", "groups:write", group_of_drafts, **MANAGED),
    managed_act("groups:write", group_of_drafts, data=lambda c: {"subject": "A word", "text": "{name}"}),
    Row("GET", "groups:message", message_to_a_group, **MANAGED),
    Row("GET", "groups:change", message_to_a_group, **MANAGED),
    managed_act("groups:change", message_to_a_group, status=200),  # the form again: nothing was written
    managed_act("groups:test", message_to_a_group),
    managed_act("groups:send", message_to_a_group),
    managed_act("groups:plan", message_to_a_group, status=200),  # the page again: no moment was given
    managed_act("groups:hold", message_to_a_group),
    managed_act("groups:drop", message_to_a_group),
    managed_act("groups:take_up", message_to_a_group),
    managed_act("groups:stop", message_to_a_group),
    Row("GET", "reviewing:review_queue", **{**OUTSIDE, "others": 200}),
    Row("GET", "reviewing:review", of_reading, **{**OUTSIDE, "others": 404, "reviewer": 302}),
    Row("GET", "reviewing:declare_conflict", of_reading, **{**OUTSIDE, "others": 404, "reviewer": 200}),
    Row("POST", "reviewing:review", of_reading, **{**OUTSIDE, "others": 404, "reviewer": 302}),
    Row("POST", "reviewing:see_others", of_reading, **{**OUTSIDE, "others": 404, "reviewer": 302}),
    Row(
        "POST",
        "reviewing:declare_conflict",
        of_reading,
        data=lambda c: {"conflict": "no"},
        **{**OUTSIDE, "others": 404, "reviewer": 302},
    ),
]
