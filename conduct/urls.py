"""The table of contents: newcomers start here. Each line leads to one app's pages."""

from django.urls import URLPattern, URLResolver, include, path

import conduct.kernel.converters  # noqa: F401  (registers <month:…>)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("surveys.urls")),  # first, as most ask for it: /r/<slug>/ of citizens; /points/
    path("", include("conduct.reports.urls")),  # today, dashboards
    path("dossiers/", include("conduct.dossiers.urls")),
    path("", include("conduct.feedback.urls")),  # /f/… for citizens, /cases/ and /apologies/ for the office
    path("catalogue/", include("models_catalog.urls")),
    path("agencies/", include("conduct.agencies.urls")),
    path("", include("conduct.commitments.urls")),  # /commitments/, /v/<code>/ for whoever holds a paper
    path("judgements/", include("conduct.judgements.urls")),
    path("scores/", include("conduct.scores.urls")),
    path("ratings/", include("conduct.ratings.urls")),
    path("oversight/", include("conduct.oversight.urls")),
    path("inbox/", include("conduct.notices.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("conduct.kernel.urls")),  # language, appearance, /healthz
]
