"""How a tenant looks, and what it says about itself."""

from zlib import crc32

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shared_apps.core.lines import LineField
from shared_apps.core.markdown import MarkdownLength
from shared_apps.core.models import MadeAt, OneRow, Row
from shared_apps.tenants.context import current_tenant
from shared_apps.web.page_cache import watch
from tenant_apps.branding.fonts import display_file
from tenant_apps.branding.palette import Palette, palette

colour = RegexValidator(r"^#[0-9a-fA-F]{6}\Z", "Give the colour as # and six hexadecimal digits.")


class CourseLayout(models.TextChoices):
    """How a provider's site lists its courses: as the cards, wide rows or plain lines of the design system."""

    CARDS = "cards", _("Cards")
    WIDE = "wide", _("Wide rows with a picture")
    COMPACT = "compact", _("Lines without pictures")


class Brand(Row):
    """The tenant's face: colours, fonts, logo, pictures and texts. Texts are Markdown."""

    only = models.BooleanField(default=True, editable=False, unique=True)
    primary_colour = models.CharField(max_length=7, default="#0f5f8c", validators=[colour])
    accent_colour = models.CharField(max_length=7, default="#d97706", validators=[colour])
    display_font = models.CharField(max_length=40, default="", blank=True)
    motif = models.CharField(max_length=30, default="generic", help_text="The family of generated pictures")
    course_layout = models.CharField(
        max_length=10, choices=CourseLayout, default=CourseLayout.CARDS, db_default=CourseLayout.CARDS
    )
    logo = models.FileField(upload_to="brand/", blank=True)
    tagline = LineField(max_length=160, blank=True)
    introduction = models.TextField(blank=True, validators=[MarkdownLength()])
    about = models.TextField(blank=True, validators=[MarkdownLength()])
    # A former release shows it; what customers agree to is in `terms.TermsVersion`.
    terms = models.TextField(blank=True, validators=[MarkdownLength()])
    privacy = models.TextField(blank=True, validators=[MarkdownLength()])
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    trainer_word = models.CharField(max_length=30, default="Trainer", help_text="What this tenant calls a trainer")
    updated_at = MadeAt(auto_now=True)

    objects = OneRow.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="there_is_one_brand")]

    def __str__(self) -> str:
        return "brand"

    @property
    def version(self) -> str:
        """Another one after each change of the brand or of the tenant's name; in the URLs of what browsers keep."""
        changed = int(self.updated_at.timestamp() * 1000) if self.updated_at else 0
        return f"{changed}-{crc32(current_tenant().name.encode()):x}"

    @property
    def icon_url(self) -> str:
        return f"{reverse('favicon')}?v={self.version}"

    @property
    def logo_url(self) -> str:
        """The uploaded logo, else the mark that is drawn from the name."""
        return reverse("media", args=[self.logo.name]) if self.logo else self.icon_url

    @property
    def mailed_logo(self) -> str:
        """The path of the uploaded logo, if mail programs can show it: few of them show drawings."""
        name = self.logo.name or ""
        return "" if name.endswith(".svg") else name

    @property
    def heading_font(self) -> str:
        """The file of the typeface of headings, as a path for `static`."""
        return display_file(self.display_font)

    @property
    def colours(self) -> Palette:
        return palette(self.primary_colour, self.accent_colour)


class TextVersion(Row):
    """One of the brand's texts as it stood from a moment on; the latest is the one that is shown."""

    class Name(models.TextChoices):
        INTRODUCTION = "introduction"
        ABOUT = "about"
        TERMS = "terms"
        PRIVACY = "privacy"
        CANCELLING = "cancelling"  # what the usual cancellation terms say, in sentences

    name = models.CharField(max_length=20, choices=Name.choices)
    version = models.PositiveIntegerField(help_text="From 1, one more with each change")
    text = models.TextField(blank=True)
    since = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="one_text_per_version")]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


for shown in (Brand, TextVersion):
    watch(shown)
