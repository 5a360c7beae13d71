from tests.api.conftest import api
from tests.bookings.conftest import by_card, cards, mails, office, other_visitor, visitor
from tests.office.conftest import desk

__all__ = ["api", "by_card", "cards", "desk", "mails", "office", "other_visitor", "visitor"]
