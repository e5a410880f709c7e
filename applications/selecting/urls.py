"""What founders can still do once their call is sealed."""

from django.urls import path

from applications.selecting import views

app_name = "withdrawal"
urlpatterns = [
    path("applications/<slug:public_id>/withdraw-sealed/", views.withdraw_sealed, name="withdraw_sealed"),
]
