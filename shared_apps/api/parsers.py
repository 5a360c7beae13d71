"""How JSON is read: in camelCase or snake_case, each name once."""

import json
import math
import re
from collections.abc import Mapping
from itertools import chain
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from djangorestframework_camel_case.util import camel_to_underscore
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.parsers import MultiPartParser as Parts

from shared_apps.core.digits import whole_number
from shared_apps.core.types import Json


class JSONParser(BaseParser):
    """JSON with names in camelCase or snake_case. A name that is given twice with different values is refused."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        size = parser_context["request"].META.get("CONTENT_LENGTH") if parser_context else 0
        if whole_number(str(size or 0), 0, settings.DATA_UPLOAD_MAX_MEMORY_SIZE) is None:
            raise RequestDataTooBig
        try:
            text = stream.read().decode()
            _refuse_half_characters(text)
            return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_finite)
        except ValueError as error:
            raise ParseError(_("This is not JSON: %s") % error) from error


class MultiPartParser(BaseParser):
    """A form with a file, for endpoints that take one: names as in JSON, each once; of the file little is in memory."""

    media_type = Parts.media_type

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, object] | None = None
    ) -> dict[str, object]:
        sent = Parts().parse(stream, media_type, parser_context)
        found: dict[str, object] = {}
        for name, values in chain(sent.data.lists(), sent.files.lists()):
            key = camel_to_underscore(name)
            if key in found or len(values) > 1:
                raise ValidationError({key: [_("Send this once.")]})
            found[key] = values[0]
        return found


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, value in pairs:
        name = camel_to_underscore(key)
        if name in found and found[name] != value:
            raise ValidationError({name: [_("This is given twice, with different values.")]})
        found[name] = value
    return found


def _refuse_half_characters(text: str) -> None:
    """`\\ud800` is half of a character: nothing can keep it, or answer with it."""
    if "\\u" in text:
        json.dumps(json.loads(text), ensure_ascii=False).encode()


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits} is too large")
    if not number and re.search("[1-9]", digits.lower().partition("e")[0]):
        raise ValueError(f"{digits} is too small")
    return number


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")
