from django.urls import include, path

from .views import beneficiaries, campaigns, signing, undertakings

app_name = "commitments"
_pages = [
    path("", campaigns.campaigns, name="campaigns"),
    path("open/", campaigns.open_campaign, name="open_campaign"),
    path("<int:campaign_id>/", campaigns.campaign, name="campaign"),
    path("<int:campaign_id>/sign/<int:posting_id>/", signing.sign, name="sign"),
    path("pledges/<int:pledge_id>/", signing.pledge, name="pledge"),
]
_undertakings = [
    path("", undertakings.undertakings, name="undertakings"),
    path("new/", undertakings.open_undertaking, name="open_undertaking"),
    path("<int:undertaking_id>/", undertakings.undertaking, name="undertaking"),
    path("<int:undertaking_id>/list.xlsx", undertakings.undertaking_xlsx, name="undertaking_xlsx"),
    path("<int:undertaking_id>/add/", undertakings.add_beneficiaries, name="add_beneficiaries"),
    path("<int:undertaking_id>/report/", undertakings.undertaking_report, name="undertaking_report"),
    path(
        "<int:undertaking_id>/report.xlsx",
        undertakings.undertaking_report_xlsx,
        name="undertaking_report_xlsx",
    ),
    path("beneficiaries/<int:beneficiary_id>/", beneficiaries.beneficiary, name="beneficiary"),
    path("beneficiaries/<int:beneficiary_id>/units/", beneficiaries.add_support, name="add_support"),
    path("beneficiaries/<int:beneficiary_id>/help/", beneficiaries.record_help, name="record_help"),
    path("beneficiaries/<int:beneficiary_id>/outcome/", beneficiaries.record_outcome, name="record_outcome"),
    path("units/<int:support_id>/end/", beneficiaries.end_support, name="end_support"),
]
urlpatterns = [
    path("commitments/", include(_pages)),
    path("commitments/undertakings/", include(_undertakings)),
]
