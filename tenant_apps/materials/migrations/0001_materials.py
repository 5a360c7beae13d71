import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import shared_apps.core.ids
import tenant_apps.materials.links


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalogue", "0005_found_by"),
        ("scheduling", "0011_states_and_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Material",
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
                        choices=[("file", "File"), ("recording", "Recording"), ("link", "Link")], max_length=10
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "audience",
                    models.CharField(
                        choices=[("attendees", "Those booked, and the trainer"), ("trainer", "The trainer alone")],
                        default="attendees",
                        max_length=10,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1)),
                ("file", models.FileField(blank=True, upload_to="private/materials/")),
                (
                    "file_name",
                    models.CharField(blank=True, help_text="The name under which people get it", max_length=120),
                ),
                ("size", models.PositiveBigIntegerField(blank=True, help_text="Bytes of the file", null=True)),
                (
                    "url",
                    models.URLField(blank=True, max_length=1000, validators=[tenant_apps.materials.links.validate_url]),
                ),
                (
                    "opens",
                    models.CharField(
                        choices=[
                            ("booked", "As soon as they are booked"),
                            ("before", "Some days before it begins"),
                            ("begun", "When it begins"),
                            ("ended", "When it is over"),
                            ("date", "From a date on"),
                        ],
                        default="booked",
                        max_length=10,
                    ),
                ),
                (
                    "opens_days",
                    models.PositiveSmallIntegerField(blank=True, help_text="Days before the session begins", null=True),
                ),
                ("opens_at", models.DateTimeField(blank=True, null=True)),
                (
                    "closes",
                    models.CharField(
                        choices=[
                            ("never", "Always"),
                            ("after", "Some days after it is over"),
                            ("date", "Until a date"),
                        ],
                        default="never",
                        max_length=10,
                    ),
                ),
                (
                    "closes_days",
                    models.PositiveSmallIntegerField(blank=True, help_text="Days after the session is over", null=True),
                ),
                ("closes_at", models.DateTimeField(blank=True, null=True)),
                (
                    "gone_at",
                    models.DateTimeField(
                        blank=True, help_text="It was removed, and can't be brought back then", null=True
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="materials",
                        to="catalogue.course",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="materials",
                        to="scheduling.session",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("gone_at__isnull", False)), fields=["gone_at"], name="material_gone"
                    ),
                    models.Index(fields=["file"], name="material_file"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("course", None), ("session__isnull", False)),
                            models.Q(("course__isnull", False), ("session", None)),
                            _connector="OR",
                        ),
                        name="a_material_is_of_a_course_or_of_a_session",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "file"),
                                ("size__isnull", False),
                                ("url", ""),
                                models.Q(("file", ""), _negated=True),
                                models.Q(("file_name", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("kind", "file"), _negated=True),
                                ("file", ""),
                                ("file_name", ""),
                                ("size", None),
                                models.Q(("url", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_material_is_a_file_or_an_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("url", ""),
                            ("url__startswith", "https://"),
                            ("url__startswith", "http://"),
                            _connector="OR",
                        ),
                        name="the_address_of_a_material_is_that_of_a_page",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("opens", "before"), ("opens_at", None), ("opens_days__isnull", False)),
                            models.Q(("opens", "date"), ("opens_at__isnull", False), ("opens_days", None)),
                            models.Q(
                                models.Q(("opens__in", ["before", "date"]), _negated=True),
                                ("opens_at", None),
                                ("opens_days", None),
                            ),
                            _connector="OR",
                        ),
                        name="a_material_opens_in_one_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes", "after"), ("closes_at", None), ("closes_days__isnull", False)),
                            models.Q(("closes", "date"), ("closes_at__isnull", False), ("closes_days", None)),
                            models.Q(("closes", "never"), ("closes_at", None), ("closes_days", None)),
                            _connector="OR",
                        ),
                        name="a_material_closes_in_one_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("course", None), models.Q(("closes_at", None), ("opens_at", None)), _connector="OR"
                        ),
                        name="only_a_sessions_material_has_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opens_at", None),
                            ("closes_at", None),
                            ("closes_at__gt", models.F("opens_at")),
                            _connector="OR",
                        ),
                        name="a_material_closes_after_it_opens",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="News",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("since", models.DateTimeField(help_text="When the first of it was added")),
                ("tell_at", models.DateTimeField(help_text="Some time after the last of it was added")),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="material_news",
                        to="scheduling.session",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["tell_at"], name="material_news_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tell_at__gte", models.F("since"))), name="news_is_told_after_it_came"
                    )
                ],
            },
        ),
    ]
