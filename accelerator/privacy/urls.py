"""What is one's own, under /account/data/."""

from django.urls import path

from accelerator.privacy import views

app_name = "privacy"
urlpatterns = [
    path("account/data/", views.my_data, name="my_data"),
    path("account/data/close/", views.close_account, name="close_account"),
    path("account/data/keep/", views.keep_account, name="keep_account"),
    path("account/stays/<str:token>/", views.undo_closing, name="undo_closing"),
    path("account/data/copy/", views.take_copy, name="take_copy"),
    path("account/data/copies/<slug:public_id>/", views.copy, name="copy"),
]
