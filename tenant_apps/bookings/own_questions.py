"""The student area: what somebody is asked on the seats that are theirs, whoever booked them."""

from shared_apps.accounts.models import Visitor
from shared_apps.core.time import now
from tenant_apps.bookings.answer_links import answers_token
from tenant_apps.bookings.asked import asked_of_attendees
from tenant_apps.bookings.models import LIVE, Attendee
from tenant_apps.bookings.selectors import also_mine
from tenant_apps.people.models import persons_of
from tenant_apps.questions.models import Question

MOST = 20  # seats


@also_mine.add
def own_questions(*, user: Visitor, context: dict[str, object]) -> None:
    """Each of their seats to come on which something is asked, with the link that is theirs."""
    rows = Attendee.objects.filter(
        person__in=persons_of(user), booking__status__in=LIVE, booking__session__starts_at__gt=now(),
        booking__session__course__in=Question.objects.asked().order_by().values("course"),
    )  # fmt: skip
    rows = rows.select_related("booking__session__course").order_by("booking__session__starts_at", "pk")
    context["asked_of_me"] = [(one, answers_token(one.attendee)) for one in asked_of_attendees(list(rows[:MOST]))]
