"""The catalogue's addresses; a model is named by its key."""

from django.urls import path

from .views import adoptions, library

app_name = "models_catalog"
urlpatterns = [
    path("", library.browse, name="browse"),
    path("adoptions/<int:pk>/end/", adoptions.end, name="end"),
    path("<slug:key>/", library.detail, name="detail"),
    path("<slug:key>/<int:number>/adopt/", adoptions.adopt, name="adopt"),
]
