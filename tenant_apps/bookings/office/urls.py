"""Bookings in the office."""

from django.urls import path

from tenant_apps.bookings.office.views import (
    arrivals,
    lists,
    moving,
    people,
    records,
    refunds,
    sessions,
    transfers,
    waiting,
)

urlpatterns = [
    path("bookings/", lists.bookings, name="bookings"),
    path("bookings/export.csv", lists.bookings_export, name="bookings_export"),
    path("bookings/new/", records.booking_new, name="booking_new"),
    path("bookings/<uuid:pk>/", records.booking, name="booking"),
    path("bookings/<uuid:pk>/names/", people.booking_names, name="booking_names"),
    path("bookings/<uuid:pk>/names/<uuid:attendee>/", people.attendee_person, name="attendee_person"),
    path("bookings/<uuid:pk>/contact/", people.booking_contact, name="booking_contact"),
    path("bookings/<uuid:pk>/payment/", records.booking_record_payment, name="booking_record_payment"),
    path(
        "bookings/<uuid:pk>/payment/<uuid:payment>/take-back/",
        records.booking_take_back_payment,
        name="booking_take_back_payment",
    ),
    path("bookings/<uuid:pk>/kept-money/", records.booking_use_kept_money, name="booking_use_kept_money"),
    path("bookings/<uuid:pk>/cancel/", records.booking_cancel, name="booking_cancel"),
    path("bookings/<uuid:pk>/transfer/", transfers.booking_transfer, name="booking_transfer"),
    path("bookings/<uuid:pk>/seats/", transfers.booking_seats, name="booking_seats"),
    path("bookings/<uuid:pk>/refund/", refunds.booking_refund, name="booking_refund"),
    path("bookings/<uuid:pk>/give-back/", refunds.booking_give_back, name="booking_give_back"),
    path("bookings/<uuid:pk>/credit/", refunds.booking_credit, name="booking_credit"),
    path("bookings/<uuid:pk>/send/", records.booking_send, name="booking_send"),
    path("bookings/<uuid:pk>/notes/", records.booking_notes, name="booking_notes"),
    path("today/<uuid:day>/arrivals/", arrivals.arrivals, name="arrivals"),
    path("sessions/<uuid:pk>/", sessions.session, name="session"),
    path("sessions/<uuid:pk>/edit/", sessions.session_edit, name="session_edit"),
    path("sessions/<uuid:pk>/move/", moving.session_move, name="session_move"),
    path("sessions/<uuid:pk>/move-back/", moving.session_move_back, name="session_move_back"),
    path("sessions/<uuid:pk>/waiting/new/", waiting.waiting_new, name="waiting_new"),
    path("waiting-list/", waiting.waiting_list, name="waiting_list"),
    path("waiting-list/export.csv", waiting.waiting_list_export, name="waiting_list_export"),
    path("waiting-list/<uuid:pk>/", waiting.waiting, name="waiting"),
    path("sessions/<uuid:pk>/cancel/", sessions.session_cancel, name="session_cancel"),
]
