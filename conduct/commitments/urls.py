from django.urls import include, path

from .views import campaigns, signing

app_name = "commitments"
_pages = [
    path("", campaigns.campaigns, name="campaigns"),
    path("open/", campaigns.open_campaign, name="open_campaign"),
    path("<int:campaign_id>/", campaigns.campaign, name="campaign"),
    path("<int:campaign_id>/sign/<int:posting_id>/", signing.sign, name="sign"),
    path("pledges/<int:pledge_id>/", signing.pledge, name="pledge"),
]
urlpatterns = [
    path("commitments/", include(_pages)),
]
