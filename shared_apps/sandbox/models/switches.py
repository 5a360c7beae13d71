"""Which faults are switched on."""

from django.db import models
from django.db.models import Q


class Switches(models.Model):
    """The faults that are switched on: one row, made when first asked for."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    slow_seconds = models.PositiveSmallIntegerField(default=0)
    down = models.BooleanField(default=False)
    error_500 = models.BooleanField(default=False)
    rate_limited = models.BooleanField(default=False)
    invalid_json = models.BooleanField(default=False)
    lost_answers = models.BooleanField(default=False)
    calls_left = models.PositiveIntegerField(null=True, blank=True)
    webhooks_duplicate = models.BooleanField(default=False)
    webhooks_reordered = models.BooleanField(default=False)
    webhooks_lost = models.BooleanField(default=False)
    webhooks_delay_seconds = models.PositiveIntegerField(default=0)

    messages_slow_seconds = models.PositiveSmallIntegerField(default=0, db_default=0)
    messages_down = models.BooleanField(default=False, db_default=False)
    messages_rate_limited = models.BooleanField(default=False, db_default=False)
    messages_refused = models.BooleanField(default=False, db_default=False)
    messages_disconnected = models.BooleanField(default=False, db_default=False)
    messages_lost_answers = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="sandbox_one_row_of_switches")]
