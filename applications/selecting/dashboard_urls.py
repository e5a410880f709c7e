"""Under /admin/: the ranking of a call, its selection, letters and release."""

from django.urls import path

from applications.selecting.dashboard_views import (
    agreement,
    board,
    dossier,
    helping,
    letters,
    offers,
    partners,
    promise,
    proposals,
    ranking,
    release,
    score,
    undo,
)

app_name = "selecting"
urlpatterns = [
    path("calls/<int:call_id>/ranking/", ranking.ranking, name="ranking"),
    path("calls/<int:call_id>/ranking/<slug:public_id>/", score.score, name="score"),
    path("calls/<int:call_id>/agreement/", agreement.agreement, name="agreement"),
    path("calls/<int:call_id>/dossier/", dossier.dossier, name="dossier"),
    path("calls/<int:call_id>/selection/", board.board, name="selection"),
    path("calls/<int:call_id>/selection/mine/", undo.my_acts, name="my_acts"),
    path("calls/<int:call_id>/acts/<int:act_id>/undo/", undo.undo, name="undo"),
    path("calls/<int:call_id>/proposals/", proposals.waiting, name="proposals"),
    path(
        "calls/<int:call_id>/proposals/<int:proposal_id>/",
        proposals.answer,
        name="answer_proposal",
    ),
    path("calls/<int:call_id>/letters/", letters.letters, name="letters"),
    path("calls/<int:call_id>/letters/<slug:public_id>/", letters.letter, name="letter"),
    path("calls/<int:call_id>/partners/", partners.for_partners, name="for_partners"),
    path("calls/<int:call_id>/answer-day/", promise.answer_day, name="answer_day"),
    path("calls/<int:call_id>/terms/", offers.offer_terms, name="offer_terms"),
    path("calls/<int:call_id>/offers/<slug:public_id>/decline/", offers.note_decline, name="note_decline"),
    path("calls/<int:call_id>/offers/<slug:public_id>/keep/", offers.keep_place, name="keep_place"),
    path("calls/<int:call_id>/applications/<slug:public_id>/help/", helping.help_team, name="help_team"),
    path("calls/<int:call_id>/offers/<slug:public_id>/longer/", offers.longer_offer, name="longer_offer"),
    path(
        "calls/<int:call_id>/offers/<slug:public_id>/withdraw/", offers.withdraw_offer, name="withdraw_offer"
    ),
    path("calls/<int:call_id>/applications/<slug:public_id>/pass-over/", offers.pass_over, name="pass_over"),
    path("calls/<int:call_id>/release/", release.release, name="release"),
]
