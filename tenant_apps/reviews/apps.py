from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "tenant_apps.reviews"
    feature = "courses"

    def ready(self) -> None:
        from tenant_apps.reviews import timeline  # noqa: F401
