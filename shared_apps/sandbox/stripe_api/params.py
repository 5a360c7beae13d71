"""Requests checked against the SDK's own typed parameters, so that a misspelt one is refused as Stripe does."""

import difflib
import re
import typing
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, Union
from urllib.parse import parse_qsl

import stripe
from stripe._request_options import RequestOptions

from shared_apps.core.digits import whole_number
from shared_apps.core.types import JsonObject
from shared_apps.sandbox.stripe_api.errors import StripeError, missing_param

Tree = JsonObject
KEY = re.compile(r"\[([^\]]*)\]")


def parse(encoded: str) -> Tree:
    """The nested parameters of a form or query string: `a[b][0]=c` is `{"a": {"b": {"0": "c"}}}`."""
    tree: Tree = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        if "\0" in name + value:
            raise StripeError("Invalid string: it has a null character.")
        first, bracket, rest = name.partition("[")
        path = [first, *KEY.findall(bracket + rest)]
        node = tree
        for depth, part in enumerate(path):
            part = part or str(len(node))
            if depth == len(path) - 1:
                node[part] = value
            else:
                child = node.setdefault(part, {})
                if not isinstance(child, dict):
                    raise StripeError(f"Invalid object: {name}", param=first)
                node = child
    return tree


def check(tree: Tree, params_class: str) -> Tree:
    """`tree` as typed values. `params_class` is a name below `stripe.params`, e.g. `checkout.SessionCreateParams`.

    `StripeError` names the parameter that is unknown, missing or of the wrong type.
    """
    target: Any = stripe.params
    for part in params_class.split("."):
        target = getattr(target, part)
    return _object(tree, target, "")


@cache
def _fields(target: Any) -> dict[str, Any]:
    own = {name: hint for name, hint in target.__annotations__.items() if name not in RequestOptions.__annotations__}
    # A bare class in the same module: the SDK's own carries request options whose types are not importable there.
    holder = type("Holder", (), {"__annotations__": own, "__module__": target.__module__})
    hints = typing.get_type_hints(holder)
    # `from` is a keyword and is spelt otherwise in some of the SDK's classes.
    return {name.rstrip("_"): hint for name, hint in hints.items()}


def _object(tree: Tree, target: Any, path: str) -> Tree:
    fields = _fields(target)
    for name in tree:
        if name not in fields:
            raise _unknown(name, list(fields), path)
    for name in sorted(target.__required_keys__ & fields.keys()):
        if name not in tree:
            raise missing_param(_join(path, name))
    return {name: _value(value, fields[name], _join(path, name)) for name, value in tree.items()}


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _unknown(name: str, known: list[str], path: str) -> StripeError:
    full = _join(path, name)
    close = difflib.get_close_matches(name, known, n=1)
    hint = f". Did you mean {_join(path, close[0])}?" if close else ""
    return StripeError(f"Received unknown parameter: {full}{hint}", code="parameter_unknown", param=full)


def _choices(hint: Any) -> list[Any]:
    origin = typing.get_origin(hint)
    if origin is Union or str(type(hint)) == "<class 'types.UnionType'>":
        return [choice for part in typing.get_args(hint) for choice in _choices(part)]
    return [hint]


def _value(value: Any, hint: Any, path: str) -> Any:
    choices = _choices(hint)
    if isinstance(value, dict):
        return _nested(value, choices, path)
    literals = [each for choice in choices if typing.get_origin(choice) is Literal for each in typing.get_args(choice)]
    if value in literals:
        return value
    if value == "":
        raise StripeError(
            f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a parameter; "
            f"however '{path}' cannot be unset. You should remove '{path}' from your request or supply a non-empty "
            "value.",
            code="parameter_invalid_empty",
            param=path,
        )
    for kind, read in READERS.items():
        if kind in choices:
            result = read(value)
            if result is not None:
                return result
    named = [str(each) for each in literals if each != ""]
    if named:
        # The SDK's types leave room for values of later API versions; the API itself does not.
        listed = f"{', '.join(named[:-1])}, or {named[-1]}" if len(named) > 1 else named[0]
        raise StripeError(f"Invalid {path}: must be one of {listed}", param=path)
    if str in choices:
        return value
    raise _wrong_type(choices, value, path)


def _nested(value: Tree, choices: list[Any], path: str) -> Any:
    for choice in choices:
        origin = typing.get_origin(choice)
        if origin is list:
            places = {key: whole_number(key, 0, 10**9) for key in value}
            if None in places.values():
                raise StripeError(f"Invalid array: {path}", param=path)
            (item,) = typing.get_args(choice)
            ordered = sorted(value, key=lambda key: places[key] or 0)
            return [_value(value[key], item, f"{path}[{index}]") for index, key in enumerate(ordered)]
        if origin is dict:
            return _texts(value, path)
        if hasattr(choice, "__required_keys__"):
            return _object(value, choice, path)
    raise StripeError(f"Invalid string: {path} must be a string, not an object.", param=path)


def _texts(value: Tree, path: str) -> dict[str, str]:
    """Metadata and its like: at most 50 keys of 40 characters with values of 500."""
    if len(value) > 50:
        raise StripeError(f"Too many keys in {path}: at most 50 are allowed.", param=path)
    for key, text in value.items():
        if isinstance(text, dict):
            raise StripeError(f"Metadata values can't be nested: {path}[{key}].", param=_join(path, key))
        if len(key) > 40 or len(text) > 500:
            raise StripeError(
                f"Metadata keys can have up to 40 characters and values up to 500: {path}[{key}].",
                param=_join(path, key),
            )
    return dict(value)


def _wrong_type(choices: list[Any], value: str, path: str) -> StripeError:
    if int in choices:
        return StripeError(f"Invalid integer: {value}", code="parameter_invalid_integer", param=path)
    if bool in choices:
        return StripeError(f"Invalid boolean: {value}", param=path)
    if Decimal in choices:
        return StripeError(f"Invalid decimal: {value}", param=path)
    kind = "array" if any(typing.get_origin(choice) is list for choice in choices) else "object"
    return StripeError(f"Invalid {kind}", param=path)


def _integer(value: str) -> int | None:
    return whole_number(value, -(10**18), 10**18)


def _decimal(value: str) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


READERS: Mapping[Any, Any] = {bool: {"true": True, "false": False}.get, int: _integer, Decimal: _decimal}
