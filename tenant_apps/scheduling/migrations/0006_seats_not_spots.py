from django.db import migrations, models


class Migration(migrations.Migration):
    """The counters of a session have another name in Python; their columns keep theirs."""

    dependencies = [("scheduling", "0005_wake_ups")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name="session", name="session_is_never_oversold"),
                migrations.RemoveConstraint(model_name="session", name="confirmed_spots_are_booked_spots"),
                migrations.RenameField(model_name="session", old_name="booked_spots", new_name="seats_taken"),
                migrations.RenameField(model_name="session", old_name="confirmed_spots", new_name="seats_confirmed"),
                migrations.AlterField(
                    model_name="session",
                    name="seats_taken",
                    field=models.PositiveSmallIntegerField(db_column="booked_spots", default=0, editable=False),
                ),
                migrations.AlterField(
                    model_name="session",
                    name="seats_confirmed",
                    field=models.PositiveSmallIntegerField(db_column="confirmed_spots", default=0, editable=False),
                ),
                migrations.AddConstraint(
                    model_name="session",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("seats_taken__lte", models.F("capacity"))),
                        name="session_is_never_oversold",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="session",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("seats_confirmed__lte", models.F("seats_taken"))),
                        name="confirmed_spots_are_booked_spots",
                    ),
                ),
            ]
        )
    ]
