"""What a provider says in its own words."""

from django.db import models
from django.db.models import Q

from shared_apps.core.models import Row


class Wording(Row):
    """A provider's own text of one kind, for one channel, in one language. Written in Liquid, see `liquid`.

    Without one, the text is ours.
    """

    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=20, help_text="email, or short: what telephones and chats show")
    language = models.CharField(max_length=10, help_text="As a tenant's locale is written: en-GB")
    subject = models.CharField(max_length=300, blank=True, help_text="Of emails only")
    body = models.TextField()
    provider_template = models.CharField(
        max_length=60, blank=True, help_text="The id of the text that WhatsApp has approved, at Twilio"
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "channel", "language"], name="one_wording_of_a_kind"),
            models.CheckConstraint(condition=~Q(body=""), name="a_wording_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel} in {self.language}"
