"""Under /admin/: the ranking of a call, its selection, letters and release."""

from django.urls import path

from applications.selecting.dashboard_views import (
    agreement,
    dossier,
    offers,
    promise,
    ranking,
    score,
    selection,
)

app_name = "selecting"
urlpatterns = [
    path("calls/<int:call_id>/ranking/", ranking.ranking, name="ranking"),
    path("calls/<int:call_id>/ranking/<slug:public_id>/", score.score, name="score"),
    path("calls/<int:call_id>/agreement/", agreement.agreement, name="agreement"),
    path("calls/<int:call_id>/dossier/", dossier.dossier, name="dossier"),
    path("calls/<int:call_id>/selection/", selection.board, name="selection"),
    path("calls/<int:call_id>/letters/", selection.letters, name="letters"),
    path("calls/<int:call_id>/letters/<slug:public_id>/", selection.letter, name="letter"),
    path("calls/<int:call_id>/answer-day/", promise.answer_day, name="answer_day"),
    path("calls/<int:call_id>/terms/", offers.offer_terms, name="offer_terms"),
    path("calls/<int:call_id>/offers/<slug:public_id>/decline/", offers.note_decline, name="note_decline"),
    path("calls/<int:call_id>/offers/<slug:public_id>/keep/", offers.keep_place, name="keep_place"),
    path("calls/<int:call_id>/release/", selection.release, name="release"),
]
