"""Pages of inspections, findings and corrective actions."""

from django.urls import URLPattern

app_name = "oversight"
urlpatterns: list[URLPattern] = []
