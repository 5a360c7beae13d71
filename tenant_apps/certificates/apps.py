from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "tenant_apps.certificates"
    feature = "courses"

    def ready(self) -> None:
        # They register themselves, and listeners of one event run in that order: first it is done, then told.
        from tenant_apps.certificates import handlers, reminders, seeds  # noqa: F401, I001
        from tenant_apps.certificates import notice_kinds, notifications, timeline  # noqa: F401
