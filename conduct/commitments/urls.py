from django.urls import include, path

from .views import (
    beneficiaries,
    campaigns,
    contributions,
    excuses,
    journal,
    ledger,
    paper,
    papers,
    promise_ends,
    promises,
    registers,
    signing,
    slips,
    undertakings,
    verify,
)

app_name = "commitments"
_pages = [
    path("", campaigns.campaigns, name="campaigns"),
    path("open/", campaigns.open_campaign, name="open_campaign"),
    path("<int:campaign_id>/", campaigns.campaign, name="campaign"),
    path("<int:campaign_id>/offices/<code:code>/", campaigns.campaign_office, name="campaign_office"),
    path("<int:campaign_id>/export/", campaigns.export_campaign, name="export_campaign"),
    path("<int:campaign_id>/excuse/", excuses.excuse, name="excuse"),
    path("excuses/<int:excuse_id>/withdraw/", excuses.withdraw_excuse, name="withdraw_excuse"),
    path("<int:campaign_id>/decline/<int:posting_id>/", excuses.decline, name="decline"),
    path("<int:campaign_id>/sign/<int:posting_id>/", signing.sign, name="sign"),
    path("<int:campaign_id>/sign/<int:posting_id>/key/", signing.ask_key, name="ask_key"),
    path("<int:campaign_id>/behalf/<int:posting_id>/", signing.sign_on_behalf, name="sign_on_behalf"),
    path("<int:campaign_id>/paper/", paper.sign_paper, name="sign_paper"),
    path("<int:campaign_id>/paper/form/", paper.paper_form, name="paper_form"),
    path("scans/<int:sheet_id>/", paper.scan, name="scan"),
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
_promises = [
    path("", promises.promises, name="promises"),
    path("list.xlsx", promises.export_promises, name="export_promises"),
    path("team/", promises.team_promises, name="team_promises"),
    path("team/list.xlsx", promises.export_team_promises, name="export_team_promises"),
    path("make/", promises.make_promise, name="make_promise"),
    path("<int:promise_id>/", promises.promise, name="promise"),
    path("<int:promise_id>/keep/", promise_ends.keep_promise, name="keep_promise"),
    path("<int:promise_id>/break/", promise_ends.break_promise, name="break_promise"),
    path("<int:promise_id>/withdraw/", promise_ends.withdraw_promise, name="withdraw_promise"),
    path("<int:promise_id>/settle/", promise_ends.settle_withdrawal, name="settle_withdrawal"),
    path("<int:promise_id>/correct/", promise_ends.correct_promise, name="correct_promise"),
]
_papers = [
    path("pledges/<int:pledge_id>/pdf/", papers.pledge_pdf, name="pledge_pdf"),
    path("<int:campaign_id>/register/", registers.register, name="register"),
    path("<int:campaign_id>/register.xlsx", registers.register_xlsx, name="register_xlsx"),
    path("registers/<int:print_id>/", registers.register_file, name="register_file"),
]
_journal = [
    path("", journal.journal, name="journal"),
    path("entries/<int:entry_id>/", journal.change_entry, name="change_entry"),
    path("entries/<int:entry_id>/delete/", journal.delete_entry, name="delete_entry"),
    path("entries/<int:entry_id>/follow-up/", journal.follow_up, name="follow_up"),
    path("entries/<int:entry_id>/withdraw/", slips.withdraw_slip, name="withdraw_slip"),
    path("<month:month>/", journal.journal_month, name="journal_month"),
    path("<month:month>/submit/", slips.submit_slips, name="submit_slips"),
    path("<month:month>/submitted/", slips.submitted_slips, name="submitted_slips"),
    path("<month:month>/submitted.xlsx", slips.submitted_slips_xlsx, name="submitted_slips_xlsx"),
]
_contributions = [
    path("", contributions.contributions, name="contributions"),
    path("new/", contributions.open_savings_plan, name="open_savings_plan"),
    path("<int:plan_id>/", contributions.savings_plan, name="savings_plan"),
    path("<int:plan_id>/edit/", contributions.change_savings_plan, name="change_savings_plan"),
    path("<int:plan_id>/totals.xlsx", contributions.savings_plan_xlsx, name="savings_plan_xlsx"),
    path("<int:plan_id>/<month:month>/", ledger.enter_contributions, name="enter_contributions"),
    path("<int:plan_id>/spending/", ledger.enter_spending, name="enter_spending"),
    path("<int:plan_id>/ledger/", ledger.ledger, name="ledger"),
    path("<int:plan_id>/ledger.xlsx", ledger.ledger_xlsx, name="ledger_xlsx"),
    path("lines/<int:entry_id>/reverse/", ledger.reverse_entry, name="reverse_entry"),
]
urlpatterns = [
    path("v/", verify.verify, name="verify"),
    path("v/<str:code>/", verify.verify, name="verify"),
    path("commitments/", include(_papers)),
    path("commitments/", include(_pages)),
    path("commitments/journal/", include(_journal)),
    path("commitments/undertakings/", include(_undertakings)),
    path("commitments/contributions/", include(_contributions)),
    path("commitments/promises/", include(_promises)),
]
