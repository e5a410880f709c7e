"""What is one's own, under /account/data/."""

from django.urls import path

from accelerator.privacy import views

app_name = "privacy"
urlpatterns = [
    path("account/data/", views.my_data, name="my_data"),
]
