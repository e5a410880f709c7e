"""What is one's own, under /account/data/."""

from django.urls import path

from accelerator.privacy import views

app_name = "privacy"
urlpatterns = [
    path("account/data/", views.my_data, name="my_data"),
    path("account/data/copy/", views.take_copy, name="take_copy"),
    path("account/data/copies/<slug:public_id>/", views.copy, name="copy"),
]
