import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import shared_apps.core.ids
import shared_apps.core.markdown

# Somebody may have agreed to what was published.
STAY = """
CREATE FUNCTION terms_refuse_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'published terms are never changed or deleted' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER published_terms_stay BEFORE UPDATE OR DELETE ON terms_termsversion
FOR EACH ROW WHEN (OLD.number IS NOT NULL) EXECUTE FUNCTION terms_refuse_changes();
"""
# What a provider wrote in its settings counts as it did, with the versions that were kept of it.
TAKE_OVER = """
INSERT INTO terms_termsversion
    (id, created_at, kind, title, text, number, published_at, published_by_id, from_starter, changed_at)
SELECT gen_random_uuid(), v.since, 'booking', 'Booking terms', v.text, v.version, v.since, NULL, false, v.since
FROM branding_textversion v, branding_brand b
WHERE v.name = 'terms' AND btrim(v.text) <> '' AND btrim(b.terms) <> '';
INSERT INTO terms_termsversion
    (id, created_at, kind, title, text, number, published_at, published_by_id, from_starter, changed_at)
SELECT gen_random_uuid(), b.updated_at, 'booking', 'Booking terms', b.terms, 1, b.updated_at, NULL, false, b.updated_at
FROM branding_brand b
WHERE btrim(b.terms) <> '' AND NOT EXISTS (SELECT FROM branding_textversion WHERE name = 'terms');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("branding", "0006_course_layout"),
        ("terms", "0003_offer_hours"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TermsVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("booking", "Booking terms"), ("consent", "Consent for under-18s")],
                        default="booking",
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                (
                    "text",
                    models.TextField(help_text="Markdown", validators=[shared_apps.core.markdown.MarkdownLength()]),
                ),
                (
                    "number",
                    models.PositiveIntegerField(blank=True, help_text="From 1, of its kind; None: a draft", null=True),
                ),
                ("published_at", models.DateTimeField(blank=True, help_text="In force since then", null=True)),
                (
                    "from_starter",
                    models.BooleanField(default=False, help_text="It began as the platform's starter text"),
                ),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="None: it was published before versions were kept here",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("kind"),
                        django.db.models.functions.comparison.Coalesce("number", 0),
                        name="one_version_of_a_number_and_one_draft_of_each_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number", None), ("number__gte", 1), _connector="OR"),
                        name="versions_count_from_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", None), ("published_at", None)),
                            models.Q(("number__isnull", False), ("published_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="what_is_published_has_a_number_and_a_time",
                    ),
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="terms_say_something"),
                ],
            },
        ),
        migrations.RunSQL(STAY, migrations.RunSQL.noop),
        migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop),
    ]
