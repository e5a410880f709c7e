"""Under /admin/: messages to groups of people."""

from django.urls import path

from accelerator.groups import dashboard_views

app_name = "groups"
urlpatterns = [
    path("group-messages/", dashboard_views.messages_to_groups, name="messages"),
    path("group-messages/new/", dashboard_views.choose, name="choose"),
    path("group-messages/to/<str:audience>/<int:place_id>/", dashboard_views.write, name="write"),
    path("group-messages/<slug:public_id>/", dashboard_views.message, name="message"),
    path("group-messages/<slug:public_id>/words/", dashboard_views.change, name="change"),
    path("group-messages/<slug:public_id>/test/", dashboard_views.test, name="test"),
    path("group-messages/<slug:public_id>/send/", dashboard_views.send, name="send"),
    path("group-messages/<slug:public_id>/plan/", dashboard_views.plan, name="plan"),
    path("group-messages/<slug:public_id>/hold/", dashboard_views.hold, name="hold"),
    path("group-messages/<slug:public_id>/put-aside/", dashboard_views.drop, name="drop"),
    path("group-messages/<slug:public_id>/take-up/", dashboard_views.take_up, name="take_up"),
    path("group-messages/<slug:public_id>/stop/", dashboard_views.stop, name="stop"),
]
