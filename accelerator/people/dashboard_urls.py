"""Under /admin/people/; of the namespace that includes it."""

from django.urls import path

from accelerator.people import dashboard_views as views

urlpatterns = [
    path("", views.people, name="people"),
    path("<slug:programme_slug>/", views.people, name="people_of"),
    path("<slug:programme_slug>/export/", views.export_people, name="export_people"),
    path("invitations/<slug:public_id>/withdraw/", views.withdraw_invitation, name="withdraw_invitation"),
    path(
        "invitations/<slug:public_id>/send-again/", views.send_invitation_again, name="send_invitation_again"
    ),
    path("roles/<int:pk>/end/", views.end_role, name="end_role"),
    path("roles/<int:pk>/reset-factor/", views.reset_factor, name="reset_factor"),
    path("roles/<int:pk>/undo/", views.undo_end, name="undo_end"),
]
