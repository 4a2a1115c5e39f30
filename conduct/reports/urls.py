"""The start page, and the figures of an office."""

from django.urls import path

from . import views

app_name = "reports"
urlpatterns = [
    path("", views.today, name="today"),
    path("figures/", views.own_office, name="own_office"),
    path("figures/<code:code>/", views.office, name="office"),
    path("figures/<code:code>/<month:month>/", views.office, name="office"),
]
