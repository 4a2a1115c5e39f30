"""``/r/…`` for citizens (short, since people type it), ``/points/…`` and ``/posters/…`` for the office."""

from django.urls import include, path

from .views import (
    citizens,
    kiosks,
    points,
    posters,
    questionnaire_editing,
    questionnaires,
    tablets,
)

app_name = "surveys"
urlpatterns = [
    path("r/<str:slug>/", citizens.respond, name="respond"),
    path("r/<str:slug>/thanks/", citizens.thanks, name="thanks"),
    path("points/", points.points, name="points"),
    path("points/new/", points.create_point, name="create_point"),
    path("points/<int:point_id>/", points.point, name="point"),
    path("points/<int:point_id>/edit/", points.change_point, name="change_point"),
    path("points/<int:point_id>/close/", points.close_point, name="close_point"),
    path("points/<int:point_id>/open/", points.open_point, name="open_point"),
    path("points/<int:point_id>/sheet.pdf", points.point_sheet, name="point_sheet"),
    path("points/<int:point_id>/qr.svg", points.point_qr_svg, name="point_qr_svg"),
    path("points/<int:point_id>/qr.png", points.point_qr_png, name="point_qr_png"),
    path("questionnaires/", questionnaires.questionnaires, name="questionnaires"),
    path("questionnaires/new/", questionnaire_editing.new_questionnaire, name="new_questionnaire"),
    path(
        "questionnaires/<int:questionnaire_id>/",
        include(
            [
                path("", questionnaires.questionnaire, name="questionnaire"),
                path("file.yaml", questionnaires.questionnaire_yaml, name="questionnaire_yaml"),
                path("preview/", questionnaires.preview_questionnaire, name="preview_questionnaire"),
                path(
                    "preview/<slug:language>/",
                    questionnaires.preview_questionnaire_page,
                    name="preview_questionnaire_page",
                ),
                path("next/", questionnaire_editing.next_questionnaire, name="next_questionnaire"),
                path("edit/", questionnaire_editing.edit_questionnaire, name="edit_questionnaire"),
                path("order/", questionnaire_editing.move_question, name="move_question"),
                path("questions/new/", questionnaire_editing.new_question, name="new_question"),
                path("questions/<slug:key>/", questionnaire_editing.edit_question, name="edit_question"),
                path(
                    "questions/<slug:key>/remove/",
                    questionnaire_editing.remove_question,
                    name="remove_question",
                ),
                path("publish/", questionnaire_editing.publish_questionnaire, name="publish_questionnaire"),
                path("retire/", questionnaire_editing.retire_questionnaire, name="retire_questionnaire"),
            ]
        ),
    ),
    path("posters/", posters.posters, name="posters"),
    path("posters/list.xlsx", posters.posters_xlsx, name="posters_xlsx"),
    path("posters/print/", posters.print_poster, name="print_poster"),
    path("posters/new/", posters.hang_poster, name="hang_poster"),
    path("posters/models/<int:adoption_id>/poster.pdf", posters.poster_pdf, name="poster_pdf"),
    path("posters/<int:poster_id>/", posters.poster, name="poster"),
    path("posters/<int:poster_id>/check/", posters.check_poster, name="check_poster"),
    path("posters/<int:poster_id>/take-down/", posters.take_down_poster, name="take_down_poster"),
    path("kiosks/", kiosks.kiosks, name="kiosks"),
    path("kiosks/list.xlsx", kiosks.kiosks_xlsx, name="kiosks_xlsx"),
    path("kiosks/new/", kiosks.add_kiosk, name="add_kiosk"),
    path("kiosks/<int:kiosk_id>/", kiosks.kiosk, name="kiosk"),
    path("kiosks/<int:kiosk_id>/pair-again/", kiosks.pair_again, name="pair_again"),
    path("kiosks/<int:kiosk_id>/revoke/", kiosks.revoke_kiosk, name="revoke_kiosk"),
    path("k/", tablets.kiosk_app, name="kiosk_app"),
    path("k/pair/", tablets.kiosk_pair, name="kiosk_pair"),
    path("k/answers/", tablets.kiosk_answers, name="kiosk_answers"),
    path("k/worker.js", tablets.kiosk_worker, name="kiosk_worker"),
    path("k/app.webmanifest", tablets.kiosk_manifest, name="kiosk_manifest"),
]
