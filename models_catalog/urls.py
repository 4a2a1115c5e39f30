"""The catalogue's addresses; a model is named by its key."""

from django.urls import path

from . import views

app_name = "models_catalog"
urlpatterns = [
    path("", views.browse, name="browse"),
    path("adoptions/<int:pk>/end/", views.end, name="end"),
    path("<slug:key>/", views.detail, name="detail"),
    path("<slug:key>/<int:number>/adopt/", views.adopt, name="adopt"),
]
