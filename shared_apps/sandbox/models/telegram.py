"""Chats with bots."""

from django.db import models
from django.utils import timezone

from shared_apps.core.models import Row
from shared_apps.sandbox.models.accounts import ServiceAccount


class Chat(models.Model):
    """The private chat of one person with one bot. Its id needs more than 32 bits, as many of Telegram's do."""

    id = models.BigIntegerField(primary_key=True)
    bot = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="chats")
    name = models.CharField(max_length=64)
    blocked = models.BooleanField(default=False)
    last_number = models.PositiveIntegerField(default=0, help_text="of a message")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bot", "name"], name="sandbox_one_chat_per_person_and_bot")]

    def __str__(self) -> str:
        return f"{self.name} and {self.bot.sender}"


class ChatMessage(Row):
    """One message of a chat, with the buttons below it."""

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="messages")
    number = models.PositiveIntegerField()
    from_bot = models.BooleanField()
    text = models.TextField()
    buttons = models.JSONField(default=list, help_text="rows of {text, callback_data or url}")
    edited_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chat", "number"], name="sandbox_numbers_of_a_chat")]


class ButtonPress(Row):
    """Somebody pressed a button. The bot answers once, perhaps with a short note."""

    message = models.ForeignKey(ChatMessage, models.CASCADE, related_name="presses")
    callback = models.CharField(max_length=30, unique=True)
    data = models.CharField(max_length=64)
    answered_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)
