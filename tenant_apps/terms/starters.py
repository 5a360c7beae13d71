"""Plain texts to begin with. They are ours and no legal advice, which the office's pages say; nobody is bound by them
before a provider publishes a text of its own.
"""

from django.utils.translation import gettext_lazy as _

from shared_apps.core.types import Words
from tenant_apps.terms.models import TermsKind

BOOKING = _("""
## Your booking

When you book, we hold your seats while you pay. Your booking is a contract between you and us once we confirm it by
email. Please check the date, the place and who can come before you book.

## Paying

Prices are for one seat and include VAT where it applies. Where we offer a deposit, the rest is due by the day that your
booking shows. We may give a seat to somebody else if it is not paid for by then, and tell you first.

## If you can't come

You can cancel by the link in your confirmation. What comes back depends on how early you do; our cancellation terms are
shown before you pay, and on your booking. Somebody else may come in your place: tell us the name before the course.

## If we change or cancel a course

If we have to move a course to another date or place, we tell you at once, and you may cancel for a full refund. If we
cancel it, you get back everything you paid for it.

## On the day

Please follow the trainer's instructions about safety. We may ask somebody to leave who puts others at risk.

## If something goes wrong

Tell us as soon as you can, and we try to put it right. Nothing here limits rights that the law gives you.
""")
CONSENT = _("""
I am the parent or legal guardian of the child named here, or allowed to decide for them.

- They may take part in this course and in what it says it includes.
- If they are hurt or fall ill and you can't reach me, you may call a doctor or an ambulance for them.
- I have told you of allergies, medicines or anything else that you need to know to look after them.
- They may be collected by me and the people I named, and by nobody else.
- You may keep what I gave here for as long as you need it to look after them.
""")
STARTERS: dict[TermsKind, tuple[Words, Words]] = {
    TermsKind.BOOKING: (_("Booking terms"), BOOKING),
    TermsKind.CONSENT: (_("Consent of a parent or guardian"), CONSENT),
}
