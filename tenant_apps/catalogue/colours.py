"""The colours of categories in the office: one of seven each, which tells it from the others and means nothing else."""

from collections.abc import Iterable

from tenant_apps.catalogue.models import Category

COLOURS = 7  # `.cat-1` to `.cat-7` of the stylesheet


def give_colours(categories: Iterable[Category]) -> None:
    """Set `colour` of each of `categories`. One query.

    They have them in the order in which they were made, so a new category changes nobody else's colour.
    """
    shown = list(categories)
    if not shown:
        return
    made = Category.objects.order_by("pk").values_list("pk", flat=True)
    colours = {pk: number % COLOURS + 1 for number, pk in enumerate(made)}
    for category in shown:
        category.colour = colours.get(category.pk, 0)
