"""The page of `docs/` that shows the states of every model: drawn from their tables, so that it can't be wrong."""

from collections.abc import Iterator

from django.db import models

from shared_apps.accounts.roles import PERMISSIONS, ROLES
from shared_apps.core.states import AnyMove, AnyTable, all_tables, beginnings

HEAD = """# States

Drawn from the `MOVES` beside each model by `manage.py draw_states`; a test says when it is not fresh.
`core.states.move` is the only way a state changes: it asks for such a row, for somebody who may, and for the guard,
and it keeps who did it as what, why and when (`events.Transition`). The **buyer** is who has the link or the account
of what they bought; the **system** acts because of the time or of another change.
"""


def states_page() -> str:
    """The whole page, as Markdown."""
    found = sorted(all_tables(), key=lambda one: one[0]._meta.label_lower)
    return "\n".join([HEAD, *(line for model, field, table in found for line in _section(model, field, table))])


def _section(model: type[models.Model], field: str, table: AnyTable) -> Iterator[str]:
    yield f"## {str(model._meta.verbose_name).capitalize()}\n"
    yield f"`{model._meta.label}.{field}`\n"
    if table.unrecorded:
        yield f"No transitions are kept. {table.unrecorded}\n"
    yield "```mermaid\nstateDiagram-v2"
    begins = beginnings(model, field)
    yield from (f"    [*] --> {state}" for state in table.states.values if state in begins)
    for before, one in _moves(table):
        yield f"    {before} --> {one.after}: {', '.join(sorted(one.by))}"
    left = {before for before, _one in _moves(table)}
    yield from (f"    {state} --> [*]" for state in table.states.values if state not in left)
    yield "```\n"
    yield "| from | to | who | guard |\n|---|---|---|---|"
    for before, one in _moves(table):
        yield f"| {before} | {one.after} | {'; '.join(who(word) for word in sorted(one.by))} | {_guard(one)} |"
    yield ""


def _moves(table: AnyTable) -> Iterator[tuple[str, AnyMove]]:
    """The moves from one state each, in the order of the states."""
    for before in table.states.values:
        for after in table.states.values:
            yield from ((before, one) for one in table.moves if before in one.before and one.after == after)


def who(word: str) -> str:
    """An actor as it is called; a permission with the roles that have it: `bookings.manage` (owner, office)."""
    if "." not in word:
        return str(word)
    return f"`{word}` ({', '.join(ROLES[role] for role in ROLES if word in PERMISSIONS[role])})"


def _guard(one: AnyMove) -> str:
    if one.guard is None:
        return ""
    said = (one.guard.__doc__ or "").strip().partition("\n")[0]
    return f"`{one.guard.__name__}`: {said}"
