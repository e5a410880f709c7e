from django.urls import include, path

from accelerator.people import views

app_name = "people"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path("admin/people/", include("accelerator.people.dashboard_urls")),
]
