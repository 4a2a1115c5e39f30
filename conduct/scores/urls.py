"""My scores and why, the team's month, the months of offices."""

from django.urls import path

from .views import mine, months, runs, team, what_if, why_office

app_name = "scores"
urlpatterns = [
    path("mine/", mine.mine, name="mine"),
    path("<month:month>/<int:posting_id>/<int:adoption_id>/", mine.why, name="why"),
    path("<month:month>/<int:posting_id>/<int:adoption_id>/pdf/", mine.why_pdf, name="why_pdf"),
    path("offices/<month:month>/<code:code>/", why_office.why_office, name="why_office"),
    path("offices/<month:month>/<code:code>/pdf/", why_office.why_office_pdf, name="why_office_pdf"),
    path("team/", team.team, name="team"),
    path("team/<month:month>/", team.team, name="team"),
    path("schemes/", what_if.schemes, name="schemes"),
    path("schemes/<int:scheme_id>/", what_if.scheme, name="scheme"),
    path("what-if/<int:what_if_id>/", what_if.what_if, name="what_if"),
    path("what-if/<int:what_if_id>/xlsx/", what_if.what_if_xlsx, name="what_if_xlsx"),
    path("runs/", runs.runs, name="runs"),
    path("runs/<int:run_id>/", runs.run, name="run"),
    path("runs/<int:run_id>/steer/", runs.steer_run, name="steer_run"),
    path("months/", months.months, name="months"),
    path("months/<month:month>/", months.months, name="months"),
    path("months/<month:month>/<code:code>/roll-up/", months.roll_up, name="roll_up"),
    path("months/<month:month>/<code:code>/close/", months.close_month, name="close_month"),
    path("months/<month:month>/<code:code>/reopen/", months.reopen_month, name="reopen_month"),
]
