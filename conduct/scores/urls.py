"""My scores and why, the team's month, the months of offices."""

from django.urls import path

from .views import mine, months, team

app_name = "scores"
urlpatterns = [
    path("mine/", mine.mine, name="mine"),
    path("<month:month>/<int:posting_id>/<int:adoption_id>/", mine.why, name="why"),
    path("team/", team.team, name="team"),
    path("team/<month:month>/", team.team, name="team"),
    path("months/", months.months, name="months"),
    path("months/<month:month>/", months.months, name="months"),
    path("months/<month:month>/<code:code>/roll-up/", months.roll_up, name="roll_up"),
    path("months/<month:month>/<code:code>/close/", months.close_month, name="close_month"),
    path("months/<month:month>/<code:code>/reopen/", months.reopen_month, name="reopen_month"),
]
