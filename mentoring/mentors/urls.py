"""A mentor's own pages."""

from django.urls import path

from mentoring.mentors import views

urlpatterns = [
    path("mentors/<slug:public_id>/profile/", views.edit_profile_of, name="edit_profile_of"),
    path("profile/<slug:slug>/", views.edit_mentor, name="edit_mentor"),
]
