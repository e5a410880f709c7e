from django.urls import path

from accelerator.people import views

app_name = "people"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path("admin/people/", views.people, name="people"),
    path("admin/people/<slug:programme_slug>/", views.people, name="people_of"),
    path(
        "admin/people/invitations/<slug:public_id>/withdraw/",
        views.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path(
        "admin/people/invitations/<slug:public_id>/send-again/",
        views.send_invitation_again,
        name="send_invitation_again",
    ),
    path("admin/people/roles/<int:pk>/end/", views.end_role, name="end_role"),
]
