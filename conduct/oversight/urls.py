"""Pages of inspections, findings and corrective actions."""

from django.urls import path

from .views import findings, inspections

app_name = "oversight"
urlpatterns = [
    path("inspections/", inspections.inspections, name="inspections"),
    path("inspections.xlsx", inspections.inspections_xlsx, name="inspections_xlsx"),
    path("inspections/begin/", inspections.begin_inspection, name="begin_inspection"),
    path("inspections/<int:inspection_id>/", inspections.inspection, name="inspection"),
    path("inspections/<int:inspection_id>/examine/<int:adoption_id>/", inspections.examine, name="examine"),
    path("inspections/<int:inspection_id>/finish/", inspections.finish_inspection, name="finish_inspection"),
    path("lines/<int:line_id>/leave-out/", inspections.leave_out, name="leave_out"),
    path("lines/<int:line_id>/finding/", inspections.note_finding, name="note_finding"),
    path("findings/", findings.findings, name="findings"),
    path("findings/<int:finding_id>/", findings.finding, name="finding"),
    path("actions/", findings.actions, name="actions"),
    path("actions/<int:action_id>/report/", findings.report_action, name="report_action"),
    path("actions/<int:action_id>/check/", findings.check_action, name="check_action"),
]
