"""Whom bookings tell what, and when."""
