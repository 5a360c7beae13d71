"""A telephone and a chat on which there is something of each kind."""

from quality.world import World

ADA = "+447700900123"


def use(world: World) -> dict[str, str]:
    """The paths of the pages of a telephone, its conversations, and a chat with the provider's bot."""
    from shared_apps.sandbox.messages import chats
    from shared_apps.sandbox.messages.accounts import TELEGRAM, TEMPLATES, TWILIO, ensure_account
    from shared_apps.sandbox.messages.pushes import subscribe
    from shared_apps.sandbox.messages.texts import answer, take
    from shared_apps.sandbox.models import Browser, PushNotice, Telephone, Way
    from shared_apps.tenants.context import public_context

    name = world.tenant.name
    twilio, bot = ensure_account(TWILIO, world.slug, name), ensure_account(TELEGRAM, world.slug, name)
    with public_context():
        take(twilio, {"To": ADA, "From": twilio.sender, "Body": "Your place is booked: https://example.org/booking"})
        template = {"ContentSid": next(iter(TEMPLATES)), "ContentVariables": '{"1": "Your course begins tomorrow."}'}
        take(twilio, {"To": f"whatsapp:{ADA}", "From": f"whatsapp:{twilio.sender}", **template})
        answer(Telephone.objects.get(pk=ADA), twilio, Way.SMS, "Is there parking?")
        subscribe(ADA, world.slug)
        PushNotice.objects.create(
            browser=Browser.objects.latest("created_at"), ttl=60, urgent=True,
            payload='{"title": "Your course was moved", "body": "It begins at ten now.", "link": "/"}',
        )  # fmt: skip
        chat = chats.start(bot, "Ada Test", "quality")
        keys = [[{"text": "Yes", "callback_data": "y"}], [{"text": "Map", "url": "/"}]]
        asked = {"chat_id": chat.pk, "text": "Will you come on Monday?", "reply_markup": {"inline_keyboard": keys}}
        chats.send(bot, asked)
    at = f"/sandbox/phone/{ADA}/"
    return {
        "phone": at, "sms": f"{at}sms/{twilio.pk}/", "whatsapp": f"{at}whatsapp/{twilio.pk}/",
        "bot": f"/sandbox/telegram/{bot.sender}/?start=abc", "chat": f"/sandbox/telegram/{bot.sender}/{chat.pk}/",
    }  # fmt: skip
