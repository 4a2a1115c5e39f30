from django.urls import URLPattern

app_name = "judgements"
urlpatterns: list[URLPattern] = []
