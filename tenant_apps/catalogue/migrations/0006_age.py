import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0005_found_by"),
    ]

    operations = [
        migrations.AddField(
            model_name="course",
            name="asks_age",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Each attendee's date of birth is asked, and of who is under 18 a guardian and their consent",
            ),
        ),
        migrations.AddField(
            model_name="course",
            name="minimum_age",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Years on the first day of a session; then dates of birth are asked, too. None: any age",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(99),
                ],
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(("minimum_age", None), ("minimum_age__range", (1, 99)), _connector="OR"),
                name="minimum_age_is_1_to_99",
            ),
        ),
    ]
