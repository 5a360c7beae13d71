"""What the API says of bookings, and what it takes."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from shared_apps.api.fields import VisibleField
from shared_apps.api.strict import EmailField, Given, ModelSerializer, NameField, PhoneField, Serializer
from shared_apps.core.lines import validate_line, validate_no_link
from shared_apps.core.models import known
from shared_apps.core.payable import validate_payable
from shared_apps.core.permissions import can
from shared_apps.core.states import Someone
from shared_apps.core.time import local
from shared_apps.core.types import JsonObject
from tenant_apps.bookings.aliases import BOOKING, CUSTOMER, REASON
from tenant_apps.bookings.answer_input import AnswerGiven, take_answers
from tenant_apps.bookings.care import GivenCare, care_of, is_likely, missing_of
from tenant_apps.bookings.care_models import LONGEST_NOTE, Care, ConsentHow
from tenant_apps.bookings.models import Attendee, Booking, BookingStatus
from tenant_apps.bookings.terms_models import AcceptedBy, TermsAcceptance
from tenant_apps.payments.models import Balance, Order, Payment
from tenant_apps.payments.models.balances import NOTHING, balances_of
from tenant_apps.payments.serializers import OrderSerializer
from tenant_apps.people.models import Person, persons_of
from tenant_apps.questions.models import MOST_QUESTIONS
from tenant_apps.scheduling.models import Session
from tenant_apps.terms.versions import page_of

MOST_SEATS = 500
LINE = [validate_line, validate_no_link]


class SessionBrief(ModelSerializer):
    course_title = serializers.CharField(source="course.title")
    start_date = serializers.SerializerMethodField()

    class Meta:
        model = Session
        fields = ["id", "course_id", "course_title", "status", "start_date", "starts_at", "ends_at"]

    def get_start_date(self, session: Session) -> str:
        return local(session.starts_at).date().isoformat()


class CustomerBrief(ModelSerializer):
    class Meta:
        model = Person
        fields = ["id", "name", "email"]


class GuardianSerializer(Serializer):
    """Who looks after an attendee under 18.

    `mayCollect` are names, empty for the guardian alone; `emergencyPhone` empty for the guardian's. `note` is of health
    and is never given out again; left out it stays, empty it is removed. `consent` is true where the guardian agreed to
    the text in force (`terms` of the kind `consent`); it is read as `consentedAt`. `consentVersion` is the number of
    the text that they were shown, 0 for the starter text: of another than the one in force it is no consent (409
    `consent_changed`). `consentedHow`: by whoever booked, by the link to the names, or as it was told to the office;
    null where nobody wrote that down. Of who is of age none of this is kept.
    """

    name = NameField()
    phone = PhoneField(required=True, allow_blank=False)
    email = EmailField(required=False, allow_blank=True)
    relation = serializers.CharField(required=False, allow_blank=True, max_length=60, validators=LINE)
    may_collect = serializers.CharField(required=False, allow_blank=True, max_length=300, validators=LINE)
    emergency_phone = PhoneField()
    note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE, write_only=True)
    consent = serializers.BooleanField(required=False, write_only=True)
    consent_version = serializers.IntegerField(required=False, min_value=0, max_value=10**6, write_only=True)
    consented_at = serializers.DateTimeField(read_only=True, allow_null=True)
    consented_how = serializers.ChoiceField(ConsentHow.choices, read_only=True, allow_null=True)


class DateOfBirthField(serializers.DateField):
    """The day on which somebody was born: not after today, and in living memory."""

    def to_internal_value(self, value: date | str) -> date:
        born = super().to_internal_value(value)
        if not is_likely(born):
            raise serializers.ValidationError(_("Send the day on which they were born."))
        return born


class AttendeeSerializer(ModelSerializer):
    """Who sits on a seat. Where a course asks it (`asksAge`, `minimumAge`), when they were born, and of one under 18 on

    the first day a guardian; `missing` says what of that is not known yet. Both are null for a trainer.
    """

    name = NameField()
    date_of_birth = DateOfBirthField(required=False, allow_null=True)
    guardian = GuardianSerializer(required=False, allow_null=True)
    missing = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Attendee
        fields = ["id", "position", "name", "email", "date_of_birth", "guardian", "missing"]
        read_only_fields = ["position"]

    def to_representation(self, attendee: Attendee) -> JsonObject:
        row = {"id": attendee.pk, "position": attendee.position, "name": attendee.name, "email": attendee.email}
        asks = attendee.booking.session.course.asks_for_age
        care = care_of(attendee) if asks else None
        born = care.date_of_birth if care else None
        missing = missing_of(attendee, attendee.booking.session)
        return {**row, "date_of_birth": born, "guardian": _guardian(care), "missing": missing}


class NamedAttendee(AttendeeSerializer):
    """Who comes, with answers to what their course asks."""

    answers: serializers.ListSerializer[JsonObject] = serializers.ListSerializer(
        child=AnswerGiven(), required=False, max_length=MOST_QUESTIONS
    )

    class Meta(AttendeeSerializer.Meta):
        fields = [*AttendeeSerializer.Meta.fields, "answers"]


def _guardian(care: Care | None) -> JsonObject | None:
    if care is None or not care.guardian_name:
        return None
    return {
        "name": care.guardian_name, "phone": care.guardian_phone, "email": care.guardian_email,
        "relation": care.relation, "may_collect": care.collectors, "emergency_phone": care.emergency_phone,
        "consented_at": care.consented_at, "consented_how": care.consent_how or None,
    }  # fmt: skip


def take_care(attendees: Iterable[Given]) -> list[GivenCare | None]:
    """What was sent of the age and the guardian of each of `attendees`, taken out of that."""
    return [care_sent(one) for one in attendees]


def care_sent(given: Given) -> GivenCare | None:
    """The same of one attendee."""
    born, guardian = given.pop("date_of_birth", None), given.pop("guardian", None)
    said: GivenCare = {}
    if born is not None:
        said["date_of_birth"] = born
    if guardian is not None:
        said |= {
            "guardian_is_buyer": False, "guardian_name": guardian["name"], "guardian_phone": guardian["phone"],
            "guardian_email": guardian.get("email", ""), "relation": guardian.get("relation", ""),
            "collectors": guardian.get("may_collect", ""), "emergency_phone": guardian.get("emergency_phone", ""),
        }  # fmt: skip
        if "note" in guardian:
            said["note"] = guardian["note"]
        if guardian.get("consent"):
            said["consents"] = True
            if "consent_version" in guardian:
                said["consent_number"] = guardian["consent_version"]
    return said or None


class AcceptedTerms(Serializer):
    """The version of the booking terms that was accepted with a booking, and how."""

    version = serializers.IntegerField(source="version.number")
    accepted_at = serializers.DateTimeField()
    how = serializers.ChoiceField(AcceptedBy.choices)
    url = serializers.SerializerMethodField(help_text="The page of that version, which stays")

    def get_url(self, acceptance: TermsAcceptance) -> str:
        return page_of(acceptance.version)


EXAMPLE: JsonObject = {
    "id": "01975f3c-a0c4-7b12-9a77-0d5e3f2c1b88",
    "reference": "K7QPM4X",
    "status": "pending",
    "sessionId": "01975f3c-91b2-7c55-8d0e-51c2b8a7f3d9",
    "session": {
        "id": "01975f3c-91b2-7c55-8d0e-51c2b8a7f3d9",
        "courseId": "01975f3c-5d12-7b60-8a1c-6f2d9e4b3a70",
        "courseTitle": "Heat pump installation",
        "status": "scheduled",
        "startDate": "2027-01-15",
        "startsAt": "2027-01-15T09:00:00Z",
        "endsAt": "2027-01-15T17:00:00Z",
    },
    "customerId": "01975f3c-8a41-7d3e-9c1b-2f6a7d1e4b10",
    "customer": {
        "id": "01975f3c-8a41-7d3e-9c1b-2f6a7d1e4b10",
        "name": "Grace Hopper",
        "email": "grace@example.com",
    },
    "userId": None,
    "seats": 1,
    "attendees": [
        {
            "id": "01975f3c-a0c5-7d10-8c55-1e6f4a3b2c90",
            "position": 1,
            "name": "Grace Hopper",
            "email": "grace@example.com",
            "dateOfBirth": None,
            "guardian": None,
            "missing": [],
        }
    ],
    "contactName": "Grace Hopper",
    "contactPhone": "0117 496 0000",
    "company": "",
    "specialRequests": "Dietary requirements",
    "acceptedTerms": {
        "version": 2,
        "acceptedAt": "2026-11-20T17:15:00Z",
        "how": "api",
        "url": "https://example.com/terms/2/",
    },
    "order": {
        "id": "01975f3c-a0c3-7e90-8b44-7c1d5e9f2a60",
        "number": "W3RT8KD",
        "status": "open",
        "currency": "GBP",
        "total": 480.0,
        "deposit": 144.0,
        "paid": 0.0,
        "refunded": 0.0,
        "credited": 0.0,
        "disputed": 0.0,
        "due": 480.0,
        "balanceDueAt": "2027-01-01T09:00:00Z",
    },
    "holdExpiresAt": "2026-11-20T17:45:00Z",
    "sessionMovedAt": None,
    "confirmedAt": None,
    "cancelledAt": None,
    "cancelReason": "",
    "createdAt": "2026-11-20T17:15:00Z",
    "specialRequirements": "Dietary requirements",
    "totalAmount": 480.0,
    "depositAmount": 144.0,
    "paymentStatus": "open",
    "cancellationReason": "",
}


@extend_schema_serializer(examples=[OpenApiExample("Held until it is paid", EXAMPLE, response_only=True)])
class BookingSerializer(ModelSerializer):
    """One customer's seats on a session. Pending, it holds them until `holdExpiresAt`.

    Since `sessionMovedAt` its session has another time or place: until that begins, cancelling gives everything back.
    `order` is null where nothing is owed, and for a trainer, who reads no email addresses either; cancelled or expired,
    nothing of it is `due`.
    `internalNotes` are the office's own. `acceptedTerms` is the version of the terms that was accepted, null while none
    was: where some are in force, its customer is asked by the booking's page and in the confirmation.
    """

    session_id = serializers.UUIDField()
    session = SessionBrief()
    customer_id = serializers.UUIDField(source="buyer_id")
    customer = CustomerBrief(source="buyer")
    user_id = serializers.UUIDField(source="buyer.user_id", allow_null=True)
    attendees = AttendeeSerializer(many=True)
    accepted_terms = serializers.SerializerMethodField()
    order = serializers.SerializerMethodField()
    for_some = frozenset({"internal_notes"})
    aliases = BOOKING

    class Meta:
        model = Booking
        fields = [
            "id", "reference", "status", "session_id", "session", "customer_id", "customer", "user_id", "seats",
            "attendees",
            "contact_name", "contact_phone", "company", "special_requests", "internal_notes", "accepted_terms",
            "order",
            "hold_expires_at", "session_moved_at", "confirmed_at", "cancelled_at", "cancel_reason", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def shows_all(self, user: Someone | AnonymousUser) -> bool:
        return can(user, "bookings.manage")

    def to_representation(self, booking: Booking) -> JsonObject:
        told = super().to_representation(booking)
        if not self._is_for_them(booking):
            told["customer"]["email"] = ""
            for attendee in told["attendees"]:
                attendee |= {"email": "", "date_of_birth": None, "guardian": None}
        return told

    @cached_property
    def _balances(self) -> dict[Order, Balance]:
        """How the orders of all bookings stand that are told here: of a list the database is asked once."""
        if "balances" in self.context:
            known: dict[Order, Balance] = self.context["balances"]
            return known
        told: Iterable[Booking | None] = [self.instance]
        if isinstance(self.parent, serializers.ListSerializer):
            assert self.parent.instance is not None
            told = self.parent.instance
        return balances_of(booking.order for booking in told if booking and booking.order)

    def _is_for_them(self, booking: Booking) -> bool:
        """Whether the office asks, or who booked; else it is the trainer of the session."""
        user = self.context["request"].user
        if can(user, "bookings.manage") or booking.buyer.user_id == user.pk:
            return True
        return booking.buyer_id in self._theirs

    @cached_property
    def _theirs(self) -> set[UUID]:
        """Whom the user who asks has access to."""
        return {pk for (pk,) in persons_of(self.context["request"].user).values_list("person_id")}

    @cached_property
    def _orders(self) -> OrderSerializer:
        return OrderSerializer(balances=self._balances)

    @extend_schema_field(AcceptedTerms(allow_null=True))
    def get_accepted_terms(self, booking: Booking) -> JsonObject | None:
        latest = next(iter(known(booking, "acceptances")), None)
        return AcceptedTerms().to_representation(latest) if latest else None

    @extend_schema_field(OrderSerializer(allow_null=True))
    def get_order(self, booking: Booking) -> JsonObject | None:
        if booking.order is None or not self._is_for_them(booking):
            return None
        told = self._orders.to_representation(booking.order)
        return told if booking.stands else {**told, "due": NOTHING}


# What is read of a session and its course to book seats of it. They have long texts besides.
TO_BOOK = (
    *("course", "time_zone", "starts_at", "ends_at", "status", "visibility", "takes_bookings", "price", "capacity"),
    *("seats_taken", "course__title", "course__price", "course__vat_rate", "course__deposit_percent"),
    *("course__cancellation_policy", "course__asks_age", "course__minimum_age"),
)


class AcceptedVersionField(serializers.IntegerField):
    """The number of the version of the booking terms that somebody accepted: the one in force, or it is refused."""

    def __init__(self) -> None:
        super().__init__(min_value=1, max_value=2_147_483_647, required=False)


class AcceptTerms(Serializer):
    """What may be said with the acceptance of an offer."""

    accepted_terms_version = AcceptedVersionField()


class NewBooking(Serializer):
    """Who books how many seats of which session.

    The office books for anybody (`customerId`); everybody else for themselves, and may leave it out.
    `depositPercentage` is a fraction of the price: 0.3 is 30 %. `acceptedTermsVersion` is the version of the booking
    terms that your user read and accepted (see `terms`). Left out, the booking is made all the same, and they are asked
    by its page and in the email.
    """

    customer_id = VisibleField(Person, source="buyer", required=False)
    session_id = VisibleField(Session, source="session", related=["course"], columns=TO_BOOK)
    seats = serializers.IntegerField(min_value=1, max_value=MOST_SEATS, default=1)
    attendees = NamedAttendee(many=True, required=False)
    special_requests = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    deposit_percentage = serializers.DecimalField(
        max_digits=6, decimal_places=4, min_value=0, max_value=1, required=False, allow_null=True
    )
    contact_name = NameField(required=False)
    contact_phone = PhoneField()
    company = serializers.CharField(
        required=False, allow_blank=True, max_length=200, validators=[validate_line, validate_no_link]
    )
    accepted_terms_version = AcceptedVersionField()
    aliases = {**BOOKING, **CUSTOMER}
    only_shown = frozenset(BookingSerializer.Meta.fields)

    def validate(self, attrs: Given) -> Given:
        share = attrs.pop("deposit_percentage", None)
        if share is not None:
            attrs["deposit_percent"] = share * 100
        if answers := take_answers(attrs.get("attendees", ()), course_id=attrs["session"].course_id):
            attrs["answers"] = answers
        return attrs


class BookingChange(Serializer):
    """Only what is sent changes. `attendees` replaces all names; `internalNotes` is for the office.

    `status` says where the booking is to be: `cancelled` cancels it, for the `reason` that is sent with it.
    """

    status = serializers.CharField(required=False, max_length=20)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300)
    special_requests = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    attendees = NamedAttendee(many=True, required=False)
    internal_notes = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    accepted_terms_version = AcceptedVersionField()
    aliases = {**BOOKING, **REASON}
    only_shown = frozenset(BookingSerializer.Meta.fields)

    def validate_status(self, status: str) -> str:
        if status.lower() not in BookingStatus.values:
            raise serializers.ValidationError(_("Choose one of %s.") % ", ".join(BookingStatus.values))
        return status.lower()


class Cancellation(Serializer):
    """`refund` overrules the policy and is for the office, which must give a `reason`."""

    aliases = REASON
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")
    refund = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False, validators=[validate_payable]
    )


class CancellationQuote(Serializer):
    """What cancelling at this moment gives back: `amount` of the `held` money.

    That is `percent` of the price as far as it is paid, and all that was `overpaid` or should be back already; what the
    office has `settled` otherwise stays.
    """

    id = serializers.UUIDField()
    cancellable = serializers.BooleanField()
    percent = serializers.IntegerField()
    held = serializers.DecimalField(max_digits=12, decimal_places=2)
    overpaid = serializers.DecimalField(max_digits=12, decimal_places=2)
    settled = serializers.DecimalField(max_digits=12, decimal_places=2)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2)
    currency = serializers.CharField()
    policy = serializers.ListField(child=serializers.CharField())


class Checkout(Serializer):
    """What is to be paid now. `amount` may say how much that is, and is refused if it is not that.

    `reference` is what the office writes down with cash or a transfer that it has received.
    """

    booking_id = serializers.UUIDField()
    purpose = serializers.ChoiceField(choices=Payment.Purpose.choices, default=Payment.Purpose.FULL)
    amount = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False, validators=[validate_payable]
    )
    payment_method = serializers.CharField(required=False, max_length=20)
    reference = serializers.CharField(required=False, allow_blank=True, max_length=255, default="")
