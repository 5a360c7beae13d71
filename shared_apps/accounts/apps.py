from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "shared_apps.accounts"

    def ready(self) -> None:
        from shared_apps.accounts import ended  # noqa: F401  # says what is forgotten
