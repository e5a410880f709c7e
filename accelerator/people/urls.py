from django.urls import include, path

from accelerator.people import views

app_name = "people"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/prove/", views.ProveByCodeView.as_view(), name="prove_by_code"),
    path("account/devices/", views.devices, name="devices"),
    path("account/devices/others/sign-out/", views.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("account/devices/<int:pk>/sign-out/", views.sign_out_device, name="sign_out_device"),
    path("account/no-passkey/", views.decline_passkey, name="decline_passkey"),
    path("account/address/<str:token>/", views.take_back_address, name="take_back_address"),
    path("account/zone/", views.set_zone, name="set_zone"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path("let-in/<slug:public_id>/", views.let_in, name="let_in"),
    path("admin/people/", include("accelerator.people.dashboard_urls")),
]
