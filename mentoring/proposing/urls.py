"""Answers to proposed hours."""

from django.urls import path

from mentoring.proposing import views

urlpatterns = [
    path("proposals/<slug:public_id>/", views.proposal, name="proposal"),
    path("by-link/proposal/<str:token>/", views.answer_by_link, name="answer_proposal_by_link"),
]
