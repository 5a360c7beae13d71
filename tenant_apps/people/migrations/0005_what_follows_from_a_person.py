from django.db import migrations

# Former code writes addresses, numbers and accounts to the person alone, while it is replaced. So what follows from
# these columns is kept here, for whoever writes them.
FOLLOW = """
CREATE FUNCTION keep_contact_point(of_person uuid, of_kind text, of_user uuid, given text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- A former address that their own account proved stays theirs; any other was a mistake or is given up.
    DELETE FROM people_contactpoint point
    WHERE person_id = of_person AND kind = of_kind AND is_primary AND value <> given AND NOT (
        of_kind = 'email' AND EXISTS (
            SELECT FROM account_emailaddress proven
            WHERE proven.user_id = of_user AND proven.verified AND lower(proven.email) = point.value
        )
    );
    UPDATE people_contactpoint SET is_primary = false
    WHERE person_id = of_person AND kind = of_kind AND is_primary AND value <> given;
    IF given <> '' THEN
        INSERT INTO people_contactpoint (id, created_at, person_id, kind, value, is_primary, opted_out)
        VALUES (gen_random_uuid(), now(), of_person, of_kind, given, true, false)
        ON CONFLICT (person_id, kind, value) DO UPDATE SET is_primary = true;
    END IF;
END $$;

CREATE FUNCTION follow_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_new boolean := TG_OP = 'INSERT';
BEGIN
    IF is_new OR NEW.email <> OLD.email THEN
        PERFORM keep_contact_point(NEW.id, 'email', NEW.user_id, lower(NEW.email));
    END IF;
    IF is_new OR NEW.phone <> OLD.phone THEN
        PERFORM keep_contact_point(NEW.id, 'phone', NEW.user_id, regexp_replace(NEW.phone, '[^0-9+]', '', 'g'));
    END IF;
    IF is_new OR NEW.user_id IS DISTINCT FROM OLD.user_id THEN
        DELETE FROM people_access
        WHERE person_id = NEW.id AND kind = 'self' AND user_id IS DISTINCT FROM NEW.user_id;
        IF NEW.user_id IS NOT NULL THEN
            INSERT INTO people_access (id, created_at, user_id, person_id, kind)
            VALUES (gen_random_uuid(), now(), NEW.user_id, NEW.id, 'self')
            ON CONFLICT (user_id, person_id) DO UPDATE SET kind = 'self';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER follow_new_person AFTER INSERT ON people_person FOR EACH ROW
WHEN (NEW.email <> '' OR NEW.phone <> '' OR NEW.user_id IS NOT NULL) EXECUTE FUNCTION follow_person();
CREATE TRIGGER follow_person AFTER UPDATE OF email, phone, user_id ON people_person FOR EACH ROW
WHEN (NEW.email <> OLD.email OR NEW.phone <> OLD.phone OR NEW.user_id IS DISTINCT FROM OLD.user_id)
EXECUTE FUNCTION follow_person();
"""
EMAILS = """
INSERT INTO people_contactpoint (id, created_at, person_id, kind, value, is_primary, verified_at, opted_out)
SELECT gen_random_uuid(), person.created_at, person.id, 'email', lower(person.email), true, proven.at, false
FROM people_person person
LEFT JOIN LATERAL (
    SELECT now() AS at FROM account_emailaddress address
    WHERE address.user_id = person.user_id AND address.verified AND lower(address.email) = lower(person.email) LIMIT 1
) proven ON true
WHERE person.email <> ''
"""
PROVEN = """
INSERT INTO people_contactpoint (id, created_at, person_id, kind, value, is_primary, verified_at, opted_out)
SELECT gen_random_uuid(), now(), person.id, 'email', lower(address.email), false, now(), false
FROM people_person person JOIN account_emailaddress address ON address.user_id = person.user_id AND address.verified
ON CONFLICT DO NOTHING
"""
PHONES = """
INSERT INTO people_contactpoint (id, created_at, person_id, kind, value, is_primary, opted_out)
SELECT gen_random_uuid(), created_at, id, 'phone', number, true, false
FROM (SELECT id, created_at, regexp_replace(phone, '[^0-9+]', '', 'g') AS number FROM people_person) person
WHERE number <> ''
"""
ACCESS = """
INSERT INTO people_access (id, created_at, user_id, person_id, kind)
SELECT gen_random_uuid(), created_at, user_id, id, 'self' FROM people_person WHERE user_id IS NOT NULL
"""
UNFOLLOW = """
DROP TRIGGER follow_new_person ON people_person;
DROP TRIGGER follow_person ON people_person;
DROP FUNCTION follow_person();
DROP FUNCTION keep_contact_point(uuid, text, uuid, text);
"""
DEFERRED = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"


class Migration(migrations.Migration):
    """Contact points and access of everybody who is known, and of whoever will be."""

    dependencies = [("people", "0004_contact_points_and_access"), ("account", "0009_emailaddress_unique_primary_email")]

    operations = [
        migrations.RunSQL(FOLLOW, UNFOLLOW),
        *(migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (EMAILS, PROVEN, PHONES, ACCESS, DEFERRED)),
    ]
