"""Pages of dossiers."""

from django.urls import path

from .views.dossiers import dossier, dossiers, dossiers_xlsx
from .views.imports import import_problems, import_result, imports, map_columns, new_import
from .views.report import report, report_xlsx, set_target

app_name = "dossiers"
urlpatterns = [
    path("", dossiers, name="dossiers"),
    path("as-xlsx/", dossiers_xlsx, name="dossiers_xlsx"),
    path("<int:dossier_id>/", dossier, name="dossier"),
    path("imports/", imports, name="imports"),
    path("imports/new/", new_import, name="new_import"),
    path("imports/<int:import_id>/", import_result, name="import_result"),
    path("imports/<int:import_id>/columns/", map_columns, name="map_columns"),
    path("imports/<int:import_id>/problems/", import_problems, name="import_problems"),
    path("report/", report, name="report"),
    path("report/as-xlsx/", report_xlsx, name="report_xlsx"),
    path("report/<str:code>/target/<int:year>/", set_target, name="set_target"),
]
