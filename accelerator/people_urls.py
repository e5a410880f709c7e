from django.urls import path

from accelerator import people_views

urlpatterns = [
    path("account/", people_views.account, name="account"),
    path("invitations/<str:token>/", people_views.invitation, name="invitation"),
    path("admin/people/", people_views.people, name="people"),
    path("admin/people/<slug:programme_slug>/", people_views.people, name="people_of"),
    path(
        "admin/people/invitations/<slug:public_id>/withdraw/",
        people_views.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path(
        "admin/people/invitations/<slug:public_id>/send-again/",
        people_views.send_invitation_again,
        name="send_invitation_again",
    ),
    path("admin/people/roles/<int:pk>/end/", people_views.end_role, name="end_role"),
]
