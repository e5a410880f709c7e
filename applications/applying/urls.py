"""A founder's pages, from the first draft to the receipt; and the files, for whoever may read them."""

from django.urls import path

from applications.applying.views import (
    answers,
    consents,
    drafts,
    files,
    last_time,
    more_time,
    offline,
    questions_back,
    receipts,
    submission,
    team,
    truth,
)

app_name = "applying"
urlpatterns = [
    path("apply/<slug:programme_slug>/<slug:call_slug>/", drafts.start_application, name="start_application"),
    path("apply/<slug:programme_slug>/<slug:call_slug>/offline/", offline.offline_form, name="offline_form"),
    path("sw.js", offline.service_worker, name="service_worker"),
    # Answered by applications/applying/lanes.py already; here for its name, and for a server without lanes.
    path("ticket/", submission.take_ticket, name="take_ticket"),
    path("applications/", drafts.my_applications, name="my_applications"),
    path("applications/<slug:public_id>/", drafts.application, name="application"),
    path("applications/<slug:public_id>/send/", drafts.application, {"sends": True}, name="send_application"),
    path("applications/<slug:public_id>/answers/", answers.earlier_answers, name="earlier_answers"),
    path(
        "applications/<slug:public_id>/answers/<int:text_id>/bring-back/",
        answers.bring_back_answer,
        name="bring_back_answer",
    ),
    path("applications/<slug:public_id>/files/<slug:question_key>/", files.upload_file, name="upload_file"),
    path("applications/<slug:public_id>/bar/", truth.truth_bar, name="truth_bar"),
    path("applications/<slug:public_id>/versions/", truth.compare_versions, name="compare_versions"),
    path("applications/<slug:public_id>/submit/", submission.submit_application, name="submit_application"),
    path("applications/<slug:public_id>/last-time/", last_time.start_from_last_time, name="last_time"),
    path("applications/<slug:public_id>/join/", submission.ask_to_join, name="ask_to_join"),
    path("applications/<slug:public_id>/more-time/", more_time.ask_for_more_time, name="ask_for_more_time"),
    path(
        "applications/<slug:public_id>/questions/<slug:question_id>/",
        questions_back.answer_question,
        name="answer_question",
    ),
    path(
        "applications/<slug:public_id>/consents/<slug:key>/", consents.change_consent, name="change_consent"
    ),
    path("applications/<slug:public_id>/team/", team.team, name="team"),
    path("applications/<slug:public_id>/team/leave/", team.leave_team, name="leave_team"),
    path(
        "applications/<slug:public_id>/team/<slug:person_id>/remove/",
        team.remove_founder,
        name="remove_founder",
    ),
    path(
        "applications/<slug:public_id>/team/<slug:person_id>/own/",
        team.hand_over_team,
        name="hand_over_team",
    ),
    path(
        "applications/<slug:public_id>/team/invitations/<slug:invitation_id>/withdraw/",
        team.withdraw_co_founder_invitation,
        name="withdraw_co_founder_invitation",
    ),
    path(
        "applications/<slug:public_id>/team/invitations/<slug:invitation_id>/send-again/",
        team.send_co_founder_invitation_again,
        name="send_co_founder_invitation_again",
    ),
    path(
        "applications/<slug:public_id>/withdraw/",
        submission.withdraw_application,
        name="withdraw_application",
    ),
    path("applications/<slug:public_id>/reopen/", submission.reopen_application, name="reopen_application"),
    path("applications/<slug:public_id>/receipts/<int:number>/", receipts.receipt, name="receipt"),
    path(
        "applications/<slug:public_id>/receipts/<int:number>/receipt.json",
        receipts.receipt_content,
        name="receipt_content",
    ),
    path("receipts/", receipts.check_receipt, name="check_receipt"),
    path("receipts/keys.json", receipts.receipt_keys_file, name="receipt_keys"),
    path("receipts/verify_receipt.py", receipts.verify_script, name="verify_script"),
    path(
        "receipts/lists/<slug:programme_slug>/<slug:call_slug>/",
        receipts.lists_of_receipts,
        name="receipt_lists",
    ),
    path(
        "receipts/lists/<slug:programme_slug>/<slug:call_slug>/<int:number>.json",
        receipts.list_of_receipts,
        name="receipt_list",
    ),
    path("files/<slug:public_id>/", files.application_file, name="application_file"),
    path("files/<slug:public_id>/pages/", files.application_pages, name="application_pages"),
    path(
        "files/<slug:public_id>/pages/<int:number>.png",
        files.application_page_image,
        name="application_page_image",
    ),
]
