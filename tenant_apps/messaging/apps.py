from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "tenant_apps.messaging"

    def ready(self) -> None:
        from tenant_apps.messaging.channels import add_channel
        from tenant_apps.messaging.channels.email.channel import Email
        from tenant_apps.messaging.channels.push.channel import Push
        from tenant_apps.messaging.channels.telegram.channel import Telegram
        from tenant_apps.messaging.channels.twilio.channel import Sms, WhatsApp

        for channel in (Email(), Sms(), WhatsApp(), Telegram(), Push()):
            add_channel(channel)
        # They register themselves.
        from tenant_apps.messaging import (  # noqa: F401
            digest,
            hooks,
            notice_kinds,
            notifications,
            people,
            seeds,
            sending,
            services,
            timeline,
        )
