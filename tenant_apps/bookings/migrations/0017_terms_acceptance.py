import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import shared_apps.core.ids

# What somebody agreed to, when and how, is nobody's to change. Where they did so from may be forgotten, and an account.
STAY = """
CREATE FUNCTION bookings_keep_acceptance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT FROM terms_termsversion WHERE id = NEW.version_id AND kind = 'booking' AND number IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'only published booking terms are accepted' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF TG_OP = 'DELETE' OR (NEW.booking_id, NEW.version_id, NEW.how, NEW.accepted_at)
        IS DISTINCT FROM (OLD.booking_id, OLD.version_id, OLD.how, OLD.accepted_at) THEN
        RAISE EXCEPTION 'acceptances are never changed or deleted' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER acceptances_stay BEFORE INSERT OR UPDATE OR DELETE ON bookings_termsacceptance
FOR EACH ROW EXECUTE FUNCTION bookings_keep_acceptance();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0016_rank_in_line"),
        ("terms", "0004_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TermsAcceptance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("page", "when booking on the site"),
                            ("link", "by the link of the booking"),
                            ("api", "by another program (API)"),
                            ("office", "told by telephone or at the desk"),
                            ("transfer", "when moving to another date"),
                            ("earlier", "with an earlier booking"),
                        ],
                        max_length=10,
                    ),
                ),
                ("accepted_at", models.DateTimeField()),
                (
                    "network",
                    models.CharField(
                        blank=True, help_text="Where it was sent from, as an IP address or network", max_length=60
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="acceptances", to="bookings.booking"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="terms.termsversion"
                    ),
                ),
            ],
            options={
                "ordering": ["-accepted_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("booking", "version"), name="a_version_is_accepted_once_with_a_booking"
                    )
                ],
            },
        ),
        migrations.RunSQL(STAY, migrations.RunSQL.noop),
    ]
