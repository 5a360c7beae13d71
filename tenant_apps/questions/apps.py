from django.apps import AppConfig


class QuestionsConfig(AppConfig):
    name = "tenant_apps.questions"
    feature = "courses"

    def ready(self) -> None:
        from tenant_apps.questions import events  # noqa: F401  (its words are known from the start)
