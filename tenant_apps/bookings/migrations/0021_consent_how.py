import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("bookings", "0020_code_of_whoever_comes"),
    ]

    operations = [
        migrations.AddField(
            model_name="care",
            name="consent_how",
            field=models.CharField(
                blank=True,
                choices=[
                    ("buyer", "ticked by whoever booked"),
                    ("names", "ticked by the link to the names"),
                    ("office", "told to the office, by telephone or on paper"),
                ],
                db_default="",
                default="",
                help_text="How they agreed; empty: not at all, or before this was written down",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="care",
            name="consent_by",
            field=models.ForeignKey(
                blank=True,
                help_text="Who was signed in there",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
