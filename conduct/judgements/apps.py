from django.apps import AppConfig


class JudgementsConfig(AppConfig):
    name = "conduct.judgements"
