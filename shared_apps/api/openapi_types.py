"""Types in the API's description, said so that generated clients have them too."""

from shared_apps.core.types import Json, JsonObject

FORMATS = {"double": "decimal"}  # our numbers with a fraction are amounts and percentages, never floats


def tell_types(result: JsonObject, **options: object) -> JsonObject:
    """A postprocessing hook of drf-spectacular.

    Amounts are JSON numbers with `format: decimal`. What may be null is one of two types, since generators overlook
    the format of `["string", "null"]` and make a plain string of an instant.
    """
    return {**result, **{part: _told(result[part]) for part in ("paths", "components")}}


def _told(node: Json) -> Json:
    if isinstance(node, list):
        return [_told(one) for one in node]
    if not isinstance(node, dict):
        return node
    told = {key: value if key in ("example", "examples", "default") else _told(value) for key, value in node.items()}
    kind, form = told.get("type"), told.get("format")
    if not isinstance(form, str):
        return told
    told["format"] = form = FORMATS.get(form, form)
    if isinstance(kind, list) and "null" in kind and len(kind) == 2:
        [own] = [one for one in kind if one != "null"]
        beside: dict[str, Json] = {
            key: told.pop(key) for key in ("readOnly", "writeOnly", "description", "default") if key in told
        }
        return {"oneOf": [{**told, "type": own}, {"type": "null"}], **beside}
    return told
