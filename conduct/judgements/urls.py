from django.urls import path

from . import views

app_name = "judgements"
urlpatterns = [
    path("team/", views.team, name="team"),
    path("team/<month:month>/", views.team, name="team"),
    path("mine/", views.mine, name="mine"),
    path("mine/<month:month>/", views.mine, name="mine"),
    path("<month:month>/<int:posting_id>/<int:adoption_id>/", views.judge, name="judge"),
    path("<int:sheet_id>/reply/", views.reply, name="reply"),
]
