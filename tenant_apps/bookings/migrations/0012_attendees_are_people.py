from django.db import migrations, models

# Former code names attendees without a person, while it is replaced.
GIVE_A_PERSON = """
CREATE FUNCTION give_attendee_a_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT buyer.id INTO NEW.person_id
    FROM bookings_booking booking JOIN people_person buyer ON buyer.id = booking.buyer_id
    WHERE booking.id = NEW.booking_id AND lower(btrim(buyer.name)) = lower(btrim(NEW.name))
        AND lower(NEW.email) IN ('', lower(buyer.email), lower(booking.contact_email))
        AND NOT EXISTS (
            SELECT FROM bookings_attendee other
            WHERE other.booking_id = NEW.booking_id AND other.person_id = buyer.id AND other.id <> NEW.id
        );
    IF NEW.person_id IS NULL THEN
        NEW.person_id := encode(set_bit(set_bit(overlay(
            uuid_send(gen_random_uuid()) PLACING
            substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6
        ), 52, 1), 53, 1), 'hex')::uuid;
        INSERT INTO people_person (id, created_at, name, email, phone, active, pending_email)
        VALUES (NEW.person_id, now(), NEW.name, '', '', true, '');
        IF NEW.email <> '' THEN
            INSERT INTO people_contactpoint (id, created_at, person_id, kind, value, is_primary, opted_out)
            VALUES (gen_random_uuid(), now(), NEW.person_id, 'email', lower(NEW.email), false, false);
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER give_attendee_a_person BEFORE INSERT OR UPDATE OF person_id ON bookings_attendee FOR EACH ROW
WHEN (NEW.person_id IS NULL) EXECUTE FUNCTION give_attendee_a_person();
"""
TAKE_BACK = """
DROP TRIGGER give_attendee_a_person ON bookings_attendee;
DROP FUNCTION give_attendee_a_person();
"""
NAMED_BEFORE = "UPDATE bookings_attendee SET person_id = NULL WHERE person_id IS NULL"
CHECKED = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"


class Migration(migrations.Migration):
    """Everybody who was named on a seat is a person, and so is whoever will be."""

    dependencies = [("bookings", "0011_waiting_list"), ("people", "0005_what_follows_from_a_person")]

    operations = [
        migrations.RunSQL(GIVE_A_PERSON, TAKE_BACK),
        migrations.RunSQL(NAMED_BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(CHECKED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "attendee",
            models.CheckConstraint(condition=models.Q(("person__isnull", False)), name="an_attendee_is_a_person"),
        ),
    ]
