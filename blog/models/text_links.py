"""The links of texts: which addresses posts lead to, and what was found there.

An address is one row however many texts lead to it, so that it is looked at once.
"""

from hashlib import blake2b

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from blog.markup import MAX_ADDRESS_LENGTH
from blog.models.looks import describe
from blog.models.posts import Post
from blog.models.revisions import BinnedPost


class OwnKind(models.TextChoices):
    """What can be wrong with a link to an address of this site."""

    NOTHING = "own_nothing", _("nothing there")
    HIDDEN = "own_hidden", _("not seen by readers")


OWN_SENTENCES = {
    OwnKind.NOTHING: _("Nothing stands at this address of our site."),
    OwnKind.HIDDEN: _("Readers do not see what stands there: “%(title)s”."),
}


def digest_of(address: str) -> str:
    """Return what stands for an address in an index, where it would be too long itself."""
    return blake2b(address.encode(), digest_size=20).hexdigest()


class LinkedAddressQuerySet(models.QuerySet):
    def of_readers_interest(self) -> "LinkedAddressQuerySet":
        """Return the addresses that public texts, or texts in review, lead to: only these are asked by themselves."""
        statuses = [Post.Status.PUBLISHED, Post.Status.IN_REVIEW]
        links = TextLink.objects.filter(target=OuterRef("pk"), post__status__in=statuses)
        return self.filter(Exists(links))

    def at(self, addresses) -> "dict[str, LinkedAddress]":
        """Return what is known of addresses, by address."""
        rows = self.filter(digest__in=[digest_of(address) for address in addresses]) if addresses else ()
        return {row.address: row for row in rows}


class LinkedAddress(models.Model):
    """An address that texts lead to, without what follows a ‘#’, and how it was at the last look.

    ``kind`` and ``facts`` say what was wrong then (``blog.models.looks.Kind`` or ``OwnKind``); ``since`` when that
    began, ``tries`` how many looks in a row found it. An editor who says that it works (``trusted_at``) is believed
    until something else is wrong.
    """

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("link", "not looked at yet")
        WORKS = "works", _("works")
        MOVED = "moved", _("has moved")
        UNSURE = "unsure", _("unsure")
        DEAD = "dead", _("dead")

    address = models.CharField(_("address"), max_length=MAX_ADDRESS_LENGTH)
    digest = models.CharField(max_length=40, unique=True)
    # Of another site; ours has none.
    host = models.CharField(_("site"), max_length=255, blank=True, db_index=True)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.NEW)
    kind = models.CharField(max_length=12, blank=True)
    facts = models.JSONField(default=dict)
    status = models.PositiveSmallIntegerField(_("answer"), null=True)
    moved_to = models.CharField(_("moved to"), max_length=MAX_ADDRESS_LENGTH, blank=True)
    since = models.DateTimeField(_("since"), null=True)
    tries = models.PositiveSmallIntegerField(_("looks that found this"), default=0)
    looked_at = models.DateTimeField(_("last look"), null=True)
    # None: nobody is to look at it by themselves.
    due_at = models.DateTimeField(_("next look"), null=True)
    trusted_at = models.DateTimeField(_("said to work"), null=True)
    trusted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    # Stays when the account goes.
    trusted_by_name = models.CharField(max_length=150, blank=True)

    objects = LinkedAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("linked address")
        verbose_name_plural = _("linked addresses")
        default_permissions = ()
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="link_look_due"),
            # Not partial: SQLite cannot tell that a bound state is one of a condition.
            models.Index(fields=["state"], name="link_state"),
            models.Index(fields=["trusted_at"], condition=Q(trusted_at__isnull=False), name="link_trusted"),
            # How many were looked at within the hour.
            models.Index(fields=["looked_at"], name="link_last_look"),
        ]

    def __str__(self) -> str:
        return self.address

    def is_own(self) -> bool:
        """Say whether it is an address of this site."""
        return not self.host

    def is_trusted(self) -> bool:
        """Say whether an editor looked at what was found, and says that it works."""
        return self.trusted_at is not None

    def is_dead(self) -> bool:
        """Say whether nothing is there any more: the twin of ``TextLinkQuerySet.dead()``."""
        return self.state == self.State.DEAD and not self.is_trusted()

    def is_doubtful(self) -> bool:
        """Say whether somebody should look at it."""
        return self.state == self.State.UNSURE and not self.is_trusted()

    def problem(self) -> str:
        """Return what was wrong at the last look, in a sentence of the active language; '' where nothing was."""
        return describe_link(self.kind, self.facts) if self.kind else ""


def describe_link(kind: str, facts: dict) -> str:
    """Return what was found at an address, of this site or another, in a sentence of the active language."""
    if kind in OWN_SENTENCES:
        return str(OWN_SENTENCES[kind]).replace("%(title)s", str(facts.get("title", "")))
    return describe(kind, facts)


class TextLinkQuerySet(models.QuerySet):
    def in_use(self) -> "TextLinkQuerySet":
        """Return the links of texts that readers see, or may yet see."""
        # Asked of two indexes: a post with its long texts takes ten times as long to read.
        withdrawn = Post.objects.filter(status=Post.Status.WITHDRAWN).order_by().values("pk")
        return self.exclude(post__in=withdrawn).exclude(post__in=BinnedPost.objects.order_by().values("post"))

    def dead(self) -> "TextLinkQuerySet":
        """Return those that lead to nothing, unless somebody said that they work: as ``LinkedAddress.is_dead()``."""
        return self.filter(target__state=LinkedAddress.State.DEAD, target__trusted_at=None)


class TextLink(models.Model):
    """A link from the text of a post, its claims, or its working copy, to an address."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="text_links", verbose_name=_("post"))
    target = models.ForeignKey(LinkedAddress, on_delete=models.CASCADE, related_name="links", verbose_name=_("address"))

    objects = TextLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of a text")
        verbose_name_plural = _("links of texts")
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["post", "target"], name="text_link_once")]

    def __str__(self) -> str:
        return str(self.target)


class LinksNoted(models.Model):
    """That the links of a post are known, and a digest of all of them, by which a text with the same is told."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="links_noted")
    digest = models.CharField(max_length=40)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.post_id)
