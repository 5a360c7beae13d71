"""What the stand-ins remember. Public schema only, because no provider knows our tenants."""

from shared_apps.sandbox.models.accounts import OutgoingCall, ServiceAccount
from shared_apps.sandbox.models.clocks import ClockMove
from shared_apps.sandbox.models.mail import Mail
from shared_apps.sandbox.models.stripe import IdempotentCall, StripeObject, WebhookDelivery
from shared_apps.sandbox.models.switches import Switches
from shared_apps.sandbox.models.telegram import ButtonPress, Chat, ChatMessage
from shared_apps.sandbox.models.telephones import Browser, Fate, OptOut, PushNotice, Telephone, TextMessage, Way

__all__ = [
    "Browser", "ButtonPress", "Chat", "ChatMessage", "ClockMove", "Fate", "IdempotentCall", "Mail", "OptOut",
    "OutgoingCall", "PushNotice", "ServiceAccount", "StripeObject", "Switches", "Telephone", "TextMessage", "Way",
    "WebhookDelivery",
]  # fmt: skip
