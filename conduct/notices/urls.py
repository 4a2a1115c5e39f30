from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<int:notice_id>/", views.open, name="open"),
    path("read-all/", views.read_all, name="read_all"),
    path("mail/", views.choose_mail, name="choose_mail"),
]
