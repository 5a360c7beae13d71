"""The office's pages around bookings: the list, one booking, one session with its roster, booking by phone."""
