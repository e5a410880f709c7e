"""What founders do and read once their call is sealed."""

from django.urls import path

from applications.selecting import views

app_name = "after_closing"
urlpatterns = [
    path("applications/<slug:public_id>/letter/", views.read_letters, name="read_letters"),
    path("applications/<slug:public_id>/withdraw-sealed/", views.withdraw_sealed, name="withdraw_sealed"),
]
