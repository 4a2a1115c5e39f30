from django.apps import AppConfig


class ScoresConfig(AppConfig):
    name = "conduct.scores"
