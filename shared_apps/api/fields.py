"""Fields of the API that name a related row by its id."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class ById(serializers.PrimaryKeyRelatedField):
    """A related row by its id."""

    default_error_messages = {"does_not_exist": _("There is nothing with this id.")}


class VisibleField(ById):
    """A related row by id, together with its `related` ones; one the caller may not see does not exist."""

    def __init__(self, model: Any = None, *, related: Sequence[str] = (), **kwargs: Any):
        self.model, self.related = model, related
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", model._default_manager.none())
        kwargs.setdefault("pk_field", serializers.UUIDField())
        super().__init__(**kwargs)

    def get_queryset(self) -> Any:
        rows = self.model.objects.visible_to(self.context["request"].user)
        return rows.select_related(*self.related) if self.related else rows
