"""``/r/…`` for citizens (short, since people type it), ``/points/…`` and ``/posters/…`` for the office."""

from django.urls import path

from .views import citizens, points, posters

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
    path("posters/", posters.posters, name="posters"),
    path("posters/list.xlsx", posters.posters_xlsx, name="posters_xlsx"),
    path("posters/print/", posters.print_poster, name="print_poster"),
    path("posters/new/", posters.hang_poster, name="hang_poster"),
    path("posters/models/<int:adoption_id>/poster.pdf", posters.poster_pdf, name="poster_pdf"),
    path("posters/<int:poster_id>/", posters.poster, name="poster"),
    path("posters/<int:poster_id>/check/", posters.check_poster, name="check_poster"),
    path("posters/<int:poster_id>/take-down/", posters.take_down_poster, name="take_down_poster"),
]
