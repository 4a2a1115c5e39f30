"""Agencies by their code, people by number; below them what an office administrator does."""

from django.urls import path

from .views import agencies, people, postings, roles

app_name = "agencies"
urlpatterns = [
    path("", agencies.tree, name="tree"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/login/", people.give_login, name="give_login"),
    path("people/<int:pk>/postings/add/", postings.add_posting, name="add_posting"),
    path("people/<int:pk>/roles/add/", roles.grant_role, name="grant_role"),
    path("postings/<int:pk>/end/", postings.end_posting, name="end_posting"),
    path("postings/<int:pk>/move/", postings.move_posting, name="move_posting"),
    path("roles/<int:pk>/end/", roles.end_role, name="end_role"),
    path("<code:code>/", agencies.agency, name="agency"),
    path("<code:code>/people/add/", people.add_person, name="add_person"),
]
