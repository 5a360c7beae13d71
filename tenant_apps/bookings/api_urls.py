"""Bookings by API."""

from django.urls import path

from tenant_apps.bookings.answers_api import AttendeeAnswers
from tenant_apps.bookings.api import BookingViewSet, SessionBookingViewSet, StartPayment, UserBookingViewSet
from tenant_apps.bookings.api_transfer import TransferViewSet
from tenant_apps.bookings.session_api import RescheduleSession
from tenant_apps.bookings.waiting_api import SessionWaitingListViewSet, WaitingListViewSet

urlpatterns = [
    path("bookings", BookingViewSet.as_view({"get": "list", "post": "create"})),
    path(
        "bookings/<uuid:pk>",
        BookingViewSet.as_view({"get": "retrieve", "patch": "partial_update", "put": "partial_update"}),
    ),
    path("bookings/<uuid:pk>/cancellation", BookingViewSet.as_view({"get": "cancellation"})),
    path("bookings/<uuid:pk>/cancel", BookingViewSet.as_view({"post": "cancel", "put": "cancel"})),
    path("bookings/<uuid:pk>/transfer", TransferViewSet.as_view({"get": "quote", "post": "create"})),
    path("bookings/<uuid:pk>/seats", TransferViewSet.as_view({"get": "quote_of_seats", "post": "seats"})),
    path("bookings/<uuid:pk>/attendees/<uuid:attendee_id>/answers", AttendeeAnswers.as_view()),
    path("bookings/<uuid:pk>/attendees/<uuid:attendee_id>", TransferViewSet.as_view({"patch": "attendee"})),
    path("sessions/<uuid:pk>/reschedule", RescheduleSession.as_view({"post": "reschedule"})),
    path("sessions/<uuid:session_id>/bookings", SessionBookingViewSet.as_view({"get": "list"})),
    path("users/<uuid:user_id>/bookings", UserBookingViewSet.as_view({"get": "list"})),
    path(
        "sessions/<uuid:session_id>/waiting-list",
        SessionWaitingListViewSet.as_view({"get": "list", "post": "create"}),
    ),
    path("waiting-list/<uuid:pk>", WaitingListViewSet.as_view({"get": "retrieve", "delete": "destroy"})),
    path("waiting-list/<uuid:pk>/accept", WaitingListViewSet.as_view({"post": "accept"})),
    path("payments/<slug:provider>/initiate", StartPayment.as_view()),
]
