"""What people are told: notices, the messages that carry them, how each may be reached, and the wording."""

from tenant_apps.messaging.models.accounts import ChannelAccount, ChatLink, PushSubscription, StoppedNumber
from tenant_apps.messaging.models.messages import UNDER_WAY, WENT, Message, MessageStatus
from tenant_apps.messaging.models.notices import Notice, NoticeQuerySet, Priority
from tenant_apps.messaging.models.preferences import MessagingSettings, Preferences
from tenant_apps.messaging.models.wordings import Wording

__all__ = [
    "UNDER_WAY", "WENT", "ChannelAccount", "ChatLink", "Message", "MessageStatus", "MessagingSettings", "Notice",
    "NoticeQuerySet", "Preferences", "Priority", "PushSubscription", "StoppedNumber", "Wording",
]  # fmt: skip
