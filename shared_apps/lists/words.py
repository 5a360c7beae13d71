"""What a list of the office is called on its page, which `templates/lists/page.html` draws."""

from dataclasses import dataclass

from shared_apps.core.types import Words


@dataclass(frozen=True)
class ListPage:
    """The words of a list's page, and what draws it.

    `finds` is what its search looks at. `row` is the template of one row; `fields` are the filters that have a field on
    the page, so that its search need not send them along.
    """

    title: Words
    row: str
    search: Words
    finds: Words
    no_match: Words
    show_all: Words
    hint: Words = ""
    fields: tuple[str, ...] = ()
