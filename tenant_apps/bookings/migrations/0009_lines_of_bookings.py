from django.db import migrations

LINES = """
UPDATE payments_orderline line SET item_type = 'bookings.booking', item_id = booking.id
FROM bookings_booking booking WHERE booking.order_id = line.order_id AND line.item_id IS NULL
"""
LAPSED = """
UPDATE payments_order o SET lapsed_at = booking.hold_expires_at
FROM bookings_booking booking WHERE booking.order_id = o.id AND booking.status = 'expired' AND o.status <> 'cancelled'
"""
FULFILLED = """
UPDATE payments_order o SET fulfilled_at = session.ends_at
FROM bookings_booking booking JOIN scheduling_session session ON session.id = booking.session_id
WHERE booking.order_id = o.id AND booking.status = 'completed'
"""


class Migration(migrations.Migration):
    """Orders learn what was sold on each line, which of them lapsed with a hold, and which were delivered."""

    dependencies = [("bookings", "0008_wake_ups"), ("payments", "0008_order_lines_as_sold")]

    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (LINES, LAPSED, FULFILLED)]
