"""What everybody may read of a programme's texts, and where reviewers and mentors sign."""

from django.urls import path

from accelerator.policies import dashboard_views, views

app_name = "policies"
urlpatterns = [
    path("programmes/<slug:programme_slug>/privacy/", views.privacy, name="privacy"),
    path("programmes/<slug:programme_slug>/imprint/", views.imprint, name="imprint"),
    path("programmes/<slug:programme_slug>/conduct/", views.code_of_conduct, name="conduct"),
    path("undertaking/", views.undertaking, name="undertaking"),
    path("source/", views.source, name="source"),
    path("admin/policies/", dashboard_views.policies, name="all"),
    path("admin/policies/<slug:programme_slug>/", dashboard_views.policies, name="policies"),
    path("admin/policies/<slug:programme_slug>/conduct-line/", dashboard_views.contacts, name="contacts"),
    path("admin/policies/<slug:programme_slug>/<slug:kind>/", dashboard_views.policy, name="policy"),
]
