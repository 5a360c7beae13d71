"""What the mailbox keeps."""

from django.db import models

from shared_apps.core.models import Row


class Mail(Row):
    """One message that was sent while the mailbox stood in for a mail server."""

    tenant = models.CharField(max_length=63, help_text="the schema it was sent from")
    sender = models.CharField(max_length=320)
    recipients = models.JSONField(default=list)
    subject = models.CharField(max_length=998, blank=True)
    headers = models.JSONField(default=list, help_text="pairs of name and value")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list, help_text="name, type and size in bytes, in the order of the message")
    raw = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["-created_at"], name="sandbox_newest_mail")]

    def __str__(self) -> str:
        return self.subject
