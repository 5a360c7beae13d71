"""What operations are called in the API's description, and so in the clients that are generated from it."""

VERBS = {
    "list": "list", "retrieve": "get", "get": "get", "create": "create", "post": "create", "partial_update": "update",
    "patch": "update", "update": "update", "destroy": "delete", "delete": "delete",
}  # fmt: skip


def operation_id(path: str, method: str, operation: str) -> str:
    """A verb and a resource: `createBooking`, `listSessions`, `listCourseSessions`, `cancelBooking`.

    `operation` is a viewset's action, or else the method in lower case. What PUT does beside another method of the
    same path is `putBooking`.
    """
    parts = [part for part in path.strip("/").split("/") if part]
    words = [part for part in parts if not part.startswith("{")]
    if method == "PUT":
        verb = "put"
    elif operation in VERBS:
        verb = VERBS[operation]
    elif operation == words[-1].replace("-", "_") and method == "POST":
        verb, words = words[-1], words[:-1]
    else:
        verb = {"GET": "get", "POST": "create", "DELETE": "delete"}.get(method, "update")
    nouns = [singular(word) for word in words]
    if operation == "list":
        nouns[-1] = words[-1]
    head, *rest = verb.replace("-", "_").split("_")
    return head + "".join(word.title() for word in rest) + "".join(_title(noun) for noun in nouns)


def singular(word: str) -> str:
    """One of what the last part of a path holds: `categories` are `category`s."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and word != "status" else word


def _title(noun: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in noun.split("-"))
