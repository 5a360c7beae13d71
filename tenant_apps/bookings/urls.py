"""The buyer's pages: booking, and looking after what was booked."""

from django.urls import path

from tenant_apps.bookings.views import (
    answers,
    book,
    care,
    change,
    check_in,
    manage,
    mine,
    offers,
    prove,
    terms,
    waiting,
)
from tenant_apps.bookings.views.road import BookingRoad
from tenant_apps.checkout.urls import road_urls

urlpatterns = [
    path("sessions/<uuid:session_id>/book/", book.book, name="book"),
    path("bookings/confirm/<str:token>/", prove.booking_prove, name="booking_prove"),
    path("bookings/people/<str:token>/", change.booking_people, name="booking_people"),
    path("bookings/people/<str:token>/<uuid:attendee>/", care.people_care, name="people_care"),
    path("bookings/people/<str:token>/answers/", answers.people_answers, name="people_answers"),
    path("answers/sent/<str:token>/", answers.answer_file, name="answer_file"),
    path("answers/<str:token>/", answers.attendee_answers, name="attendee_answers"),
    path("bookings/<str:token>/", manage.booking, name="booking"),
    path("bookings/<str:token>/link/", prove.booking_prove_again, name="booking_prove_again"),
    *road_urls(BookingRoad()),
    path("bookings/<str:token>/cancel/", manage.booking_cancel, name="booking_cancel"),
    path("bookings/<str:token>/transfer/", change.booking_transfer, name="booking_transfer"),
    path("bookings/<str:token>/seats/", change.booking_seats, name="booking_seats"),
    path("bookings/<str:token>/names/", manage.booking_names, name="booking_names"),
    path("bookings/<str:token>/names/<uuid:attendee>/", care.booking_care, name="booking_care"),
    path("bookings/<str:token>/terms/", terms.booking_terms, name="booking_terms"),
    path("bookings/<str:token>/answers/", answers.booking_answers, name="booking_answers"),
    path("bookings/<str:token>/account/", manage.booking_account, name="booking_account"),
    path("bookings/<str:token>/receipt.pdf", manage.booking_receipt, name="booking_receipt"),
    path("bookings/<str:token>/booking.ics", manage.booking_calendar, name="booking_calendar"),
    path("check-in/<str:token>/", check_in.check_in, name="check_in"),
    path("check-in/<str:token>/code.png", check_in.check_in_code, name="check_in_code"),
    path("sessions/<uuid:session_id>/wait/", waiting.wait, name="wait"),
    path("waiting/join/<str:token>/", waiting.waiting_join, name="waiting_join"),
    path("waiting/<str:token>/", waiting.waiting_place, name="waiting_place"),
    path("offers/<str:token>/", offers.offer, name="offer"),
    path("my/bookings/", mine.my_bookings, name="my_bookings"),
    path("my/profile/", mine.my_profile, name="my_profile"),
]
