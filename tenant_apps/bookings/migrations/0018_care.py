import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import shared_apps.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0017_terms_acceptance"),
        ("terms", "0004_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Care",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("date_of_birth", models.DateField(blank=True, null=True)),
                ("guardian_is_buyer", models.BooleanField(default=False)),
                ("guardian_name", models.CharField(blank=True, max_length=120)),
                ("guardian_phone", models.CharField(blank=True, max_length=40)),
                ("guardian_email", models.EmailField(blank=True, max_length=254)),
                (
                    "relation",
                    models.CharField(blank=True, help_text="What the guardian is to them, e.g. mother", max_length=60),
                ),
                (
                    "collectors",
                    models.CharField(
                        blank=True, help_text="Who may collect them; empty: their guardian", max_length=300
                    ),
                ),
                (
                    "emergency_phone",
                    models.CharField(blank=True, help_text="Empty: the guardian's", max_length=40),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        help_text=(
                            "Of health and the like; read by the office and the session's trainers, and each reading "
                            "is noted"
                        ),
                        validators=[django.core.validators.MaxLengthValidator(1000)],
                    ),
                ),
                (
                    "consent_digest",
                    models.CharField(
                        blank=True, help_text="SHA-256 of the text that the guardian agreed to", max_length=64
                    ),
                ),
                ("consented_at", models.DateTimeField(blank=True, null=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "attendee",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="care", to="bookings.attendee"
                    ),
                ),
                (
                    "consent_version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="terms.termsversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "who looks after an attendee",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("consent_digest", ""), ("consent_version", None), ("consented_at", None)),
                            models.Q(("consented_at__isnull", False), models.Q(("consent_digest", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="consent_says_when_and_to_what",
                    )
                ],
            },
        ),
    ]
