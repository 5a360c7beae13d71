from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "shared_apps.core"

    def ready(self) -> None:
        from shared_apps.core.wording import use_our_words

        use_our_words()
