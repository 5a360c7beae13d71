from tests.bookings.conftest import by_card, cards, mails, office, other_visitor, visitor

__all__ = ["by_card", "cards", "mails", "office", "other_visitor", "visitor"]
