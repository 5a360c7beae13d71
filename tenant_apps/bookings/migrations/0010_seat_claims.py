from django.db import migrations

# The former release goes on writing none while this is installed: see `manage.py check_seats`.
CLAIMS = """
INSERT INTO scheduling_seatclaim (id, created_at, session_id, holder_id, seats, kind, until, person_id)
SELECT gen_random_uuid(), now(), session_id, id, seats,
    CASE WHEN status <> 'pending' THEN 'confirmed' WHEN by_office THEN 'office' ELSE 'checkout' END,
    CASE WHEN status = 'pending' THEN hold_expires_at END, buyer_id
FROM bookings_booking WHERE status IN ('pending', 'confirmed', 'completed') ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    """Bookings that stand get their claims on seats."""

    dependencies = [("bookings", "0009_lines_of_bookings"), ("scheduling", "0007_seat_claims")]

    operations = [migrations.RunSQL([(CLAIMS, None)], migrations.RunSQL.noop)]
