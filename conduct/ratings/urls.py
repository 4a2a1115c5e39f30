"""Pages of the statutory rating: sheets, review, petitions, the year, schemes."""

from django.urls import URLPattern

app_name = "ratings"
urlpatterns: list[URLPattern] = []
