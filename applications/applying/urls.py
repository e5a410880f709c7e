"""A founder's pages, from the first draft to the receipt; and the files, for whoever may read them."""

from django.urls import path

from applications.applying import views

app_name = "applying"
urlpatterns = [
    path("apply/<slug:programme_slug>/<slug:call_slug>/", views.start_application, name="start_application"),
    path("applications/", views.my_applications, name="my_applications"),
    path("applications/<slug:public_id>/", views.application, name="application"),
    path("applications/<slug:public_id>/files/<slug:question_key>/", views.upload_file, name="upload_file"),
    path("applications/<slug:public_id>/submit/", views.submit_application, name="submit_application"),
    path("applications/<slug:public_id>/team/", views.invite_co_founder, name="invite_co_founder"),
    path("applications/<slug:public_id>/team/leave/", views.leave_team, name="leave_team"),
    path(
        "applications/<slug:public_id>/team/<slug:person_id>/remove/",
        views.remove_founder,
        name="remove_founder",
    ),
    path(
        "applications/<slug:public_id>/team/<slug:person_id>/own/",
        views.hand_over_team,
        name="hand_over_team",
    ),
    path(
        "applications/<slug:public_id>/team/invitations/<slug:invitation_id>/withdraw/",
        views.withdraw_co_founder_invitation,
        name="withdraw_co_founder_invitation",
    ),
    path(
        "applications/<slug:public_id>/team/invitations/<slug:invitation_id>/send-again/",
        views.send_co_founder_invitation_again,
        name="send_co_founder_invitation_again",
    ),
    path("applications/<slug:public_id>/withdraw/", views.withdraw_application, name="withdraw_application"),
    path("applications/<slug:public_id>/reopen/", views.reopen_application, name="reopen_application"),
    path("applications/<slug:public_id>/receipts/<int:number>/", views.receipt, name="receipt"),
    path(
        "applications/<slug:public_id>/receipts/<int:number>/receipt.json",
        views.receipt_content,
        name="receipt_content",
    ),
    path("files/<slug:public_id>/", views.application_file, name="application_file"),
    path("files/<slug:public_id>/pages/", views.application_pages, name="application_pages"),
    path(
        "files/<slug:public_id>/pages/<int:number>.png",
        views.application_page_image,
        name="application_page_image",
    ),
]
