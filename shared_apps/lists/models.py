"""How people like to see a list."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User, Visitor
from shared_apps.accounts.roles import PERMISSIONS
from shared_apps.core.models import Row
from shared_apps.core.permissions import can

SIZES = (30, 50, 100)
LONGEST_QUERY = 1000
LOOKS_AFTER = "users.manage"  # views that were left behind
OFFICE = [role for role, allowed in PERMISSIONS.items() if "office.enter" in allowed]


class Density(models.TextChoices):
    """How much room a row has."""

    ROOMY = "roomy", _("comfortable")
    TIGHT = "tight", _("close")


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Views, by whom they are for."""

    def visible_to(self, user: Visitor) -> "SavedViewQuerySet":
        """One's own, and those that colleagues share."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(owner=user.pk) | Q(shared=True))

    def of(self, user: Visitor) -> "SavedViewQuerySet":
        """One's own."""
        return self.filter(owner=user.pk) if user.is_authenticated else self.none()

    def removable_by(self, user: Visitor) -> "SavedViewQuerySet":
        """Those with a name that `user` may take away: one's own; whoever manages the team also what is shared by
        somebody who left the office."""
        mine = Q(owner=user.pk)
        if can(user, LOOKS_AFTER):
            mine |= Q(shared=True) & (Q(owner__is_active=False) | ~Q(owner__roles__overlap=OFFICE))
        return self.filter(mine).exclude(name="") if user.is_authenticated else self.none()


class SavedView(Row):
    """Filters of a list under a name, with the columns to show. The one without a name is how its owner likes the list.

    What was searched for is not kept: it is mostly somebody's name.
    """

    list_name = models.CharField(max_length=40, help_text="The name of the list")
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60, blank=True, db_default="")
    query = models.CharField(
        max_length=LONGEST_QUERY, blank=True, db_default="", help_text="Filters and order, as in a URL"
    )
    shared = models.BooleanField(db_default=False, default=False, help_text="Whether colleagues have it too")
    columns = models.JSONField(default=list, help_text="Names of the columns to show; none: the usual ones")
    density = models.CharField(max_length=5, choices=Density, default=Density.ROOMY, db_default=Density.ROOMY)
    size = models.PositiveSmallIntegerField(
        default=SIZES[0], db_default=SIZES[0], validators=[MinValueValidator(SIZES[0]), MaxValueValidator(SIZES[-1])],
        help_text="Rows on a page",
    )  # fmt: skip

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "list_name", "name"], name="a_view_has_a_name_of_its_own"),
            models.CheckConstraint(condition=~Q(name="", shared=True), name="only_a_view_with_a_name_is_shared"),
            models.CheckConstraint(condition=Q(size__range=(SIZES[0], SIZES[-1])), name="a_page_has_some_rows"),
        ]
        indexes = [models.Index(fields=["list_name", "owner"], name="view_of_a_list")]

    def __str__(self) -> str:
        return self.name

    @property
    def left_behind(self) -> bool:
        """Whether whoever made it does not work here any more."""
        return not (self.owner.is_active and self.owner.roles_of_office)
