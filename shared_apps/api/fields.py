"""Fields of the API that name a related row by its id."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class ById(serializers.PrimaryKeyRelatedField):
    """A related row by its id."""

    default_error_messages = {"does_not_exist": _("There is nothing with this id.")}


class VisibleField(ById):
    """A related row by id, together with its `related` ones; one the caller may not see does not exist.

    `columns` are those that are read of them all; all, if none are named.
    """

    def __init__(
        self, model: type[Model] | None = None, *, related: Sequence[str] = (), columns: Sequence[str] = (),
        **kwargs: Any,
    ):  # fmt: skip
        self.model: Any = model  # its manager knows what is visible to whom
        self.related, self.columns = related, columns
        if model is not None and not kwargs.get("read_only"):
            kwargs.setdefault("queryset", model._default_manager.none())
        kwargs.setdefault("pk_field", serializers.UUIDField())
        super().__init__(**kwargs)

    def get_queryset(self) -> QuerySet[Model]:
        rows = self.model.objects.visible_to(self.context["request"].user)
        rows = rows.select_related(*self.related) if self.related else rows
        return rows.only(*self.columns) if self.columns else rows
