"""Every address, in the order of a season."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.generic import RedirectView

from accelerator.people.views import FirstPasswordView, SignInView, SignUpView
from accelerator.ui.brand import icon
from accelerator.ui.colours import colours
from accelerator.ui.styleguide import styleguide
from accelerator.watching import probes, well_known

# Pages name the icon themselves; browsers also ask here, for whatever has no head.
favicon = RedirectView.as_view(url=icon, http_method_names=["get", "head"])

urlpatterns = [
    path(
        "favicon.ico",
        login_not_required(cache_control(public=True, max_age=86_400)(favicon)),
        name="favicon",
    ),
    path("robots.txt", well_known.robots, name="robots"),
    path(".well-known/security.txt", well_known.security_contact, name="security_contact"),
    # Answered by accelerator.middleware.answer_probes already; here for their names.
    path("livez", probes.livez, name="livez"),
    path("readyz", probes.readyz, name="readyz"),
    path("healthz", probes.healthz, name="healthz"),
    path("metrics", probes.numbers, name="metrics"),
    path("colours/<slug:accent_key>.css", colours, name="colours"),
    path("styleguide/", styleguide, name="styleguide"),
    path("accounts/login/", SignInView.as_view(), name="account_login"),
    path("accounts/signup/", SignUpView.as_view(), name="account_signup"),
    path("accounts/password/set/", FirstPasswordView.as_view(), name="account_set_password"),
    path("accounts/", include("allauth.urls")),
    path("", include("accelerator.people.urls")),
    path("", include("accelerator.privacy.urls")),
    path("", include("accelerator.policies.urls")),
    path("", include("accelerator.threads.urls")),
    path("", include("accelerator.announcements.urls")),
    path("", include("accelerator.calendar.urls")),
    path("", include("applications.public.urls")),
    path("", include("applications.applying.urls")),
    path("", include("applications.selecting.urls")),
    path("", include("cohorts.urls")),
    path("mentoring/", include("mentoring.urls")),
    path("admin/", include("applications.guiding.dashboard_urls")),
    path("admin/", include("applications.importing.dashboard_urls")),
    path("admin/", include("applications.lists.dashboard_urls")),
    path("admin/", include("applications.reviewing.dashboard_urls")),
    path("admin/", include("applications.selecting.dashboard_urls")),
    path("admin/", include("applications.setup.dashboard_urls")),
    path("admin/", include("applications.public.dashboard_urls")),
    path("admin/", include("accelerator.groups.dashboard_urls")),
    path("admin/", include("accelerator.rewording.dashboard_urls")),
    path("admin/", include("accelerator.programmes.dashboard_urls")),
    path("admin/", include("accelerator.messages.dashboard_urls")),
    path("admin/", include("mentoring.sessions.dashboard_urls")),
    path("admin/", include("accelerator.privacy.dashboard_urls")),
    path("admin/", admin.site.urls),
]
if settings.REHEARSAL:
    urlpatterns.insert(0, path("rehearsal/", include("rehearsal.urls")))

handler500 = "accelerator.errors.server_error"
