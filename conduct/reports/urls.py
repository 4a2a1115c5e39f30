"""The start page, the figures of an office, and what everybody may read."""

from django.urls import path

from .views import citizens, comparison, hints, public, start

app_name = "reports"
urlpatterns = [
    path("", start.today, name="today"),
    path("figures/", start.own_office, name="own_office"),
    path("figures/<code:code>/", start.office, name="office"),
    path("figures/<code:code>/<month:month>/", start.office, name="office"),
    path("figures/<code:code>/citizens/", citizens.citizens, name="citizens"),
    path("figures/<code:code>/citizens/xlsx/", citizens.citizens_xlsx, name="citizens_xlsx"),
    path("figures/<code:code>/compare/", comparison.compare_offices, name="compare_offices"),
    path("figures/<code:code>/compare/xlsx/", comparison.compare_offices_xlsx, name="compare_offices_xlsx"),
    path("hints/", hints.hints, name="hints"),
    path("public/", public.public, name="public"),
    path("public/data.csv", public.open_data_csv, name="open_data_csv"),
    path("public/data.json", public.open_data_json, name="open_data_json"),
    path("public/<code:code>/", public.public_office, name="public_office"),
]
