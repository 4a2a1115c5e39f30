from django.urls import path

from . import views

app_name = "commitments"
urlpatterns = [
    path("", views.campaigns, name="campaigns"),
    path("open/", views.open_campaign, name="open_campaign"),
    path("<int:campaign_id>/", views.campaign, name="campaign"),
    path("<int:campaign_id>/sign/<int:posting_id>/", views.sign, name="sign"),
    path("pledges/<int:pledge_id>/", views.pledge, name="pledge"),
]
