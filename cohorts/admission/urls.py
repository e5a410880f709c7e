"""The page of an offer."""

from django.urls import path

from cohorts.admission import views

urlpatterns = [path("offers/<slug:public_id>/", views.offer, name="offer")]
