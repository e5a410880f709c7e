"""The page of an offer, and its terms."""

from django.urls import path

from cohorts.admission import views

urlpatterns = [
    path("offers/<slug:public_id>/", views.offer, name="offer"),
    path("offers/<slug:public_id>/terms/", views.offer_terms, name="offer_terms"),
]
