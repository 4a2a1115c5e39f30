"""Pages of feedback: remarks as the office works on them."""

from django.urls import path

from .views import apologies, apology_acts, cases, citizens, following, privacy, replies, templates, triage

app_name = "feedback"
_cases = [
    path("cases/", cases.cases, name="cases"),
    path("cases/xlsx/", cases.export_cases, name="export_cases"),
    path("cases/enter/", cases.enter_case, name="enter_case"),
    path("cases/entered/", cases.entered_case, name="entered_case"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/contact/", cases.case_contact, name="case_contact"),
    path("cases/<int:case_id>/sort/", triage.sort_case, name="sort_case"),
    path("cases/<int:case_id>/assign/", triage.assign_case, name="assign_case"),
    path("cases/<int:case_id>/move/", triage.move_case, name="move_case"),
    path("cases/<int:case_id>/merge/", triage.merge_case, name="merge_case"),
    path("cases/<int:case_id>/note/", triage.note_case, name="note_case"),
    path("cases/<int:case_id>/reply/", replies.reply_case, name="reply_case"),
    path("cases/<int:case_id>/forward/", replies.forward_case, name="forward_case"),
    path("cases/<int:case_id>/close/", replies.close_case, name="close_case"),
    path("cases/<int:case_id>/publish/", replies.publish_case, name="publish_case"),
    path("cases/<int:case_id>/unpublish/", replies.unpublish_case, name="unpublish_case"),
    path("cases/templates/", templates.templates, name="templates"),
    path("cases/templates/add/", templates.add_template, name="add_template"),
    path("cases/templates/<int:template_id>/", templates.edit_template, name="edit_template"),
    path("cases/templates/<int:template_id>/delete/", templates.delete_template, name="delete_template"),
    path("f/answers/<code:code>/", replies.public_answers, name="public_answers"),
]
_citizens = [
    path("f/", citizens.mailbox, name="mailbox"),
    path("f/office/<str:code>/", citizens.write_office, name="write_office"),
    path("f/follow/", following.follow, name="follow"),
    path("f/again/", following.follow_again, name="follow_again"),
    path("f/reopen/", following.reopen, name="reopen"),
    path("f/put-right/", following.put_right, name="put_right"),
    path("f/righted/<str:token>/<str:answer>/", following.put_right_by_mail, name="put_right_by_mail"),
    path("f/withdraw/", privacy.withdraw, name="withdraw"),
    path("f/erase/", privacy.erase, name="erase"),
    path("f/my-data/", privacy.my_data, name="my_data"),
    path("f/<str:slug>/", citizens.write, name="write"),  # the last: short addresses of desks have no words
]
_apologies = [
    path("apologies/", apologies.apologies, name="apologies"),
    path("apologies/report/", apologies.apologies_report, name="apologies_report"),
    path("apologies/report/xlsx/", apologies.apologies_report_xlsx, name="apologies_report_xlsx"),
    path("apologies/<int:apology_id>/", apologies.apology, name="apology"),
    path("apologies/<int:apology_id>/pdf/", apologies.apology_pdf, name="apology_pdf"),
    path("apologies/<int:apology_id>/write/", apology_acts.write_apology, name="write_apology"),
    path("apologies/<int:apology_id>/sign/", apology_acts.sign_apology, name="sign_apology"),
    path("apologies/<int:apology_id>/deliver/", apology_acts.deliver_apology, name="deliver_apology"),
    path("apologies/<int:apology_id>/drop/", apology_acts.drop_apology, name="drop_apology"),
    path("cases/<int:case_id>/apology/", apology_acts.raise_conduct_apology, name="raise_conduct_apology"),
]
urlpatterns = [*_cases, *_apologies, *_citizens]
