"""Only in the URL table of a rehearsal (accelerator/urls.py)."""

from django.urls import path

from rehearsal import views

app_name = "rehearsal"
urlpatterns = [
    path("", views.guide, name="rehearsal"),
    path("jump/", views.jump, name="rehearsal_jump"),
    path("walking/", views.walking, name="rehearsal_walking"),
    path("again/", views.start_again, name="rehearsal_again"),
    path("sign-in/", views.sign_in, name="rehearsal_sign_in"),
    path("mail/", views.mail, name="rehearsal_mail"),
    path("mail/latest/", views.latest_mail, name="rehearsal_mail_for"),
    path("mail/<str:public_id>/", views.one_mail, name="rehearsal_message"),
]
