from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "tenant_apps.bookings"
    feature = "courses"

    def ready(self) -> None:
        # They register themselves, and listeners of one event run in that order: first it is done, then told.
        from tenant_apps.bookings import handlers, hold_times, register, waiting_list  # noqa: F401, I001
        from tenant_apps.bookings.selling import SeatsForSale
        from tenant_apps.checkout.selling import for_sale
        from tenant_apps.bookings import attendee_notifications, notice_kinds, notifications  # noqa: F401
        from tenant_apps.bookings import keeping, name_reminders, offer_notifications, timeline, transfer_notifications  # noqa: F401
        from tenant_apps.bookings import care_notifications, waiting_notifications  # noqa: F401
        from tenant_apps.bookings import answers_kept, own_questions  # noqa: F401
        from tenant_apps.bookings import session_messages, session_notice_kinds, session_notices  # noqa: F401

        for_sale(SeatsForSale())
