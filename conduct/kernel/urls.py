"""Language and look of the pages, and the health check. The language can be chosen before signing in."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from conduct.kernel import views

app_name = "kernel"
urlpatterns = [
    path("appearance/", views.choose_theme, name="choose_theme"),
    path("healthz", views.healthz, name="healthz"),
    path("language/", login_not_required(set_language), name="set_language"),
]
