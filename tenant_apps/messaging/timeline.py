"""What timelines say of emails."""

from shared_apps.events.timeline import records, subject
from tenant_apps.messaging.models import Message

subject("message", find=records(Message.objects.all, lambda message: message.subject, "office:message"))
