import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

import shared_apps.core.ids

# Who is taken up by a day follows from the day and from the team, whoever writes them: the former release, too, which
# knows of neither. The rule that nobody is in two places keeps its name, by which that release knows it.
FOLLOW = """
CREATE FUNCTION follow_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM scheduling_teamday held
    WHERE held.day_id = NEW.id
        AND NOT (held.role = 'lead' AND held.trainer_id IS NOT DISTINCT FROM NEW.trainer_id)
        AND NOT EXISTS (
            SELECT FROM scheduling_teammember member
            WHERE member.session_id = NEW.session_id AND member.trainer_id = held.trainer_id AND member.role = held.role
        );
    UPDATE scheduling_teamday held SET starts_at = NEW.starts_at, ends_at = NEW.ends_at, live = NEW.live
    WHERE held.day_id = NEW.id
        AND (held.starts_at, held.ends_at, held.live) IS DISTINCT FROM (NEW.starts_at, NEW.ends_at, NEW.live);
    INSERT INTO scheduling_teamday (id, created_at, day_id, trainer_id, role, starts_at, ends_at, live)
    SELECT gen_random_uuid(), now(), NEW.id, wanted.trainer_id, wanted.role, NEW.starts_at, NEW.ends_at, NEW.live
    FROM (
        SELECT NEW.trainer_id AS trainer_id, 'lead' AS role WHERE NEW.trainer_id IS NOT NULL
        UNION ALL
        SELECT trainer_id, role FROM scheduling_teammember WHERE session_id = NEW.session_id
    ) wanted
    WHERE NOT EXISTS (
        SELECT FROM scheduling_teamday held
        WHERE held.day_id = NEW.id AND held.trainer_id = wanted.trainer_id AND held.role = wanted.role
    );
    RETURN NULL;
END $$;

CREATE FUNCTION forget_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM scheduling_teamday WHERE day_id = OLD.id;
    RETURN OLD;
END $$;

CREATE FUNCTION follow_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM scheduling_teamday held USING scheduling_sessionday day
        WHERE day.id = held.day_id AND day.session_id = OLD.session_id
            AND held.trainer_id = OLD.trainer_id AND held.role = OLD.role;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO scheduling_teamday (id, created_at, day_id, trainer_id, role, starts_at, ends_at, live)
        SELECT gen_random_uuid(), now(), day.id, NEW.trainer_id, NEW.role, day.starts_at, day.ends_at, day.live
        FROM scheduling_sessionday day WHERE day.session_id = NEW.session_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER follow_day AFTER INSERT OR UPDATE OF session_id, trainer_id, starts_at, ends_at, live
ON scheduling_sessionday FOR EACH ROW EXECUTE FUNCTION follow_day();
CREATE TRIGGER forget_day BEFORE DELETE ON scheduling_sessionday FOR EACH ROW EXECUTE FUNCTION forget_day();
CREATE TRIGGER follow_member AFTER INSERT OR UPDATE OR DELETE
ON scheduling_teammember FOR EACH ROW EXECUTE FUNCTION follow_member();
"""
UNFOLLOW = """
DROP TRIGGER follow_day ON scheduling_sessionday;
DROP TRIGGER forget_day ON scheduling_sessionday;
DROP TRIGGER follow_member ON scheduling_teammember;
DROP FUNCTION follow_day();
DROP FUNCTION forget_day();
DROP FUNCTION follow_member();
"""
KNOWN = """
INSERT INTO scheduling_teamday (id, created_at, day_id, trainer_id, role, starts_at, ends_at, live)
SELECT gen_random_uuid(), now(), id, trainer_id, 'lead', starts_at, ends_at, live
FROM scheduling_sessionday WHERE trainer_id IS NOT NULL
"""


class Migration(migrations.Migration):
    """Co-trainers and an assessor, each of whom is in one place at a time, as the trainer is."""

    dependencies = [
        ("people", "0008_chats"),
        ("scheduling", "0012_course_notices"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="sessionday", name="a_trainer_is_never_in_two_places"),
        migrations.CreateModel(
            name="TeamMember",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "role",
                    models.CharField(
                        choices=[("co_trainer", "Co-trainer"), ("assessor", "Assessor")],
                        help_text="What they do",
                        max_length=10,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="team", to="scheduling.session"
                    ),
                ),
                (
                    "trainer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assists", to="people.trainer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("session", "trainer"), name="one_role_of_a_person_on_a_session"),
                    models.UniqueConstraint(
                        condition=models.Q(("role", "assessor")),
                        fields=("session",),
                        name="a_session_has_one_assessor_at_most",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["co_trainer", "assessor"])),
                        name="a_session_is_led_by_its_trainer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "role",
                    models.CharField(
                        choices=[("lead", "Trainer"), ("co_trainer", "Co-trainer"), ("assessor", "Assessor")],
                        max_length=10,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("live", models.BooleanField()),
                (
                    "day",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="team", to="scheduling.sessionday"
                    ),
                ),
                (
                    "trainer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.trainer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "trainer"), name="nobody_is_twice_on_one_session"),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("live", True), ("trainer__isnull", False)),
                        expressions=[
                            (
                                models.Func(
                                    models.F("trainer"), models.F("trainer"), models.Value("[]"), function="uuidrange"
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("starts_at"),
                                    models.F("ends_at"),
                                    function="tstzrange",
                                    output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="a_trainer_is_never_in_two_places",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.RunSQL(FOLLOW, UNFOLLOW),
    ]
