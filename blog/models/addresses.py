from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from authors.bilingual import LANGUAGES

# The kinds of things that have an address of their own, in the order of the columns.
TARGETS = ("post", "page", "category", "tag", "author", "event", "partner", "sponsor", "series")

# Those that are in one language, whose address is in that language whichever is active.
IN_ONE_LANGUAGE = ("post", "page")

# What WordPress names a post or a page by at the front page: /?p=12.
SHORT_ADDRESSES = ("p", "page_id")

# Longer than any address that WordPress made.
PATH_LENGTH = 400


class OldAddressQuerySet(models.QuerySet):
    def leading_somewhere(self) -> "OldAddressQuerySet":
        """Fetch the targets in the same query."""
        return self.select_related(*TARGETS)

    def find(self, *paths: str) -> "OldAddress | None":
        """Return what is noted of the first of these paths of which something is."""
        wanted = [path for path in paths if len(path) <= PATH_LENGTH and "\x00" not in path]
        found = {old.path: old for old in self.leading_somewhere().filter(path__in=wanted)}
        return next((found[path] for path in wanted if path in found), None)

    def keep(self, before: models.Model, *, now: models.Model | None) -> None:
        """Note that the addresses of ``before`` lead to ``now``, or with None that they are gone.

        ``before`` is the object as it was. An address that is the same still is not noted, unless readers may not see
        what stands there any more, and one that is taken again is no old address any more.
        """
        standing = addresses_of(now) if now and can_be_seen(now) else set()
        self.filter(path__in=standing).delete()
        for path in addresses_of(before) - standing:
            nothing = dict.fromkeys(TARGETS)
            leads_to = {now._meta.model_name: now} if now else {}
            self.update_or_create(path=path, defaults=nothing | leads_to)

    keep.alters_data = True


class OldAddress(models.Model):
    """A path that was public once, and the object it leads to now; none means that it is gone.

    It never names another path, so that a chain of redirects cannot come about.
    """

    path = models.CharField(
        _("path"),
        max_length=PATH_LENGTH,
        unique=True,
        help_text=_("With the query where it mattered, such as /?p=123."),
    )
    post = models.ForeignKey("blog.Post", on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("post"))
    page = models.ForeignKey("blog.Page", on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("page"))
    category = models.ForeignKey(
        "blog.Category",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("category"),
    )
    tag = models.ForeignKey("blog.Tag", on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("tag"))
    author = models.ForeignKey(
        "authors.Author",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("author"),
    )
    event = models.ForeignKey("blog.Event", on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("event"))
    partner = models.ForeignKey(
        "blog.Partner", on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("partner")
    )
    sponsor = models.ForeignKey(
        "blog.Sponsor", on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("sponsor or client")
    )
    series = models.ForeignKey(
        "blog.Series", on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("series")
    )
    created_at = models.DateTimeField(_("noted"), auto_now_add=True)

    objects = OldAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(path__startswith="/"),
                name="old_address_is_a_path",
                violation_error_message=_("A path begins with a slash."),
            ),
            models.CheckConstraint(
                condition=Q(*[Q(**{f"{name}__isnull": True}) for name in TARGETS])
                | Q(
                    *[
                        Q(
                            **{f"{name}__isnull": False},
                            **{f"{other}__isnull": True for other in TARGETS if other != name},
                        )
                        for name in TARGETS
                    ],
                    _connector=Q.OR,
                ),
                name="old_address_leads_to_one_thing",
                violation_error_message=_("An old address leads to one thing, or to none."),
            ),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def target(self) -> models.Model | None:
        """The object that it leads to now; None says that it is gone."""
        return next((found for name in TARGETS if (found := getattr(self, name))), None)

    def public_target(self) -> models.Model | None:
        """Return what it leads to, unless readers may not see that (any more)."""
        return self.target if self.target and can_be_seen(self.target) else None


def can_be_seen(target: models.Model) -> bool:
    """Say whether readers may see something that has an address."""
    answers = [getattr(target, name, True) for name in ("is_published", "is_public")]
    return all(answer() if callable(answer) else answer for answer in answers)


def addresses_of(target: models.Model) -> set[str]:
    """Return the addresses at which readers find something: one, or one a language."""
    if target._meta.model_name in IN_ONE_LANGUAGE:
        return {target.get_absolute_url()}
    addresses = set()
    for language in LANGUAGES:
        with translation.override(language):
            addresses.add(target.get_absolute_url())
    return addresses
