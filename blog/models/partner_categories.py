"""What our categories are called at a partner's."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog.models.partners import Partner
from blog.models.taxonomy import Category


class PartnerCategoryQuerySet(models.QuerySet):
    def translate(self, partner: Partner, categories: Iterable[Category]) -> list[str]:
        """Return what these categories are called at a partner's, each once and in their order.

        A category without a line of its own goes by the line for all others, or else by its own name in the active
        language; a line without a name leaves it out.
        """
        lines = dict(self.filter(partner=partner).values_list("category", "name"))
        others = lines.get(None)
        names = [lines.get(each.pk, str(each) if others is None else others) for each in categories]
        if others and not names:
            names = [others]
        return list(dict.fromkeys(name for name in names if name))


class PartnerCategory(models.Model):
    """What one of our categories is called at a partner's, or all that have no line of their own."""

    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="category_names", verbose_name=_("partner")
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category here"),
        help_text=_("Left empty, the line is for all that have none of their own."),
    )
    name = models.CharField(
        _("category there"),
        max_length=200,
        blank=True,
        help_text=_("As the partner calls it. Left empty, texts of this category go without it."),
    )

    objects = PartnerCategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category at the partner’s")
        verbose_name_plural = _("categories at the partner’s")
        ordering = ["partner", "category__path", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "category"],
                name="partner_category_once",
                violation_error_message=_("This category has a line already."),
            ),
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(category=None),
                name="partner_category_for_others_once",
                violation_error_message=_("There is a line for all others already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category or '…'} – {self.name or '…'}"
