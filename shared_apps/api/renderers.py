"""How answers are written: JSON with names in camelCase."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from djangorestframework_camel_case.util import camelize, camelize_re, underscore_to_camel
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.serializer_helpers import ReturnDict, ReturnList

PLAIN = {str, int, float, bool, type(None), Decimal, UUID, date, datetime}  # nothing in them has a name
LONGEST = 60  # characters
DICTS, LISTS = {dict, ReturnDict}, {list, tuple, ReturnList}


class CamelCaseJSONRenderer(JSONRenderer):
    """JSON whose names are spelt as `camelize` spells them, each of them worked out once and not in every row."""

    def render(
        self, data: object, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return super().render(_renamed(data), accepted_media_type, renderer_context)


def _renamed(value: Any) -> Any:
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind in DICTS:
        return {_camel(name) if type(name) is str else name: _renamed(one) for name, one in value.items()}
    if kind in LISTS:
        return [_renamed(one) for one in value]
    return camelize(value)


def _camel(name: str) -> str:
    # A longer one is no field of ours but something that was sent, and not worth remembering.
    return _remembered(name) if len(name) <= LONGEST else _spelt(name)


def _spelt(name: str) -> str:
    return re.sub(camelize_re, underscore_to_camel, name)


_remembered = lru_cache(2000)(_spelt)
