from uuid import UUID

from celery import shared_task


@shared_task
def send_message(message_id: str) -> None:
    from tenant_apps.messaging.services import send

    send(UUID(message_id))
