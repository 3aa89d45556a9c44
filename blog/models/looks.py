"""What the watch over tribunes knows: when it looks next, what it found, what is wrong, and what it keeps of a page."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from authors.addresses import address
from blog.syndication import errors

if TYPE_CHECKING:
    from blog.models.partners import Tribune

# What the last look at the partner's page found: editors see it, readers do not.
LAST_LOOK = (
    "looked_at",
    "found_status",
    "found_title",
    "found_canonical",
    "found_noindex",
    "found_link_back",
    "found_text_changed",
)
# What the watch needs for itself.
SCHEDULE = ("is_watched", "look_due_at", "look_failures", "looked_url")
# What the watch alone writes: whoever saves a tribune at the same time does not write back what was there before.
NOTED = (*LAST_LOOK, "look_due_at", "look_failures", "looked_url", "gone_since", "unsafe_since", "copied_at")


class Watched(models.Model):
    """The part of a tribune that the watch works with."""

    is_watched = models.BooleanField(
        _("looked at regularly"),
        default=True,
        db_default=True,
        help_text=_("Otherwise only when somebody asks for it."),
    )
    archive_agreed = models.BooleanField(
        _("readers may get the archived text"),
        default=False,
        db_default=False,
        help_text=_("When the page is gone, or browsers warn of it. Only if its author and the partner agreed."),
    )
    archive_url = models.URLField(
        _("address in a public web archive"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text=_("Offered to readers when the page is gone, or browsers warn of it."),
    )

    looked_at = models.DateTimeField(_("last look"), null=True, blank=True, editable=False)
    found_status = models.PositiveSmallIntegerField(
        _("answer"), null=True, editable=False, help_text=_("HTTP status; empty: no answer.")
    )
    found_title = models.CharField(_("title found"), max_length=300, blank=True, editable=False)
    found_canonical = models.URLField(_("canonical found"), max_length=500, blank=True, editable=False)
    found_noindex = models.BooleanField(_("noindex found"), null=True, editable=False)
    found_link_back = models.BooleanField(_("link back found"), null=True, editable=False)
    found_text_changed = models.BooleanField(_("text changed"), null=True, editable=False)

    look_due_at = models.DateTimeField(_("next look"), null=True, editable=False)
    look_failures = models.PositiveSmallIntegerField(
        _("looks without an answer"), default=0, db_default=0, editable=False
    )
    # To notice that the address was mended: nothing that was found at another one holds any more.
    looked_url = models.CharField(_("address looked at"), max_length=500, default="", db_default="", editable=False)
    # For readers: a page that is known to be dead, and whether there is a text to give them instead.
    gone_since = models.DateTimeField(_("gone since"), null=True, editable=False)
    # And one whose certificate is not good: it may well be there, but a browser warns before it shows it.
    unsafe_since = models.DateTimeField(_("certificate not valid since"), null=True, editable=False)
    copied_at = models.DateTimeField(_("text last seen"), null=True, editable=False)

    class Meta:
        abstract = True

    def save(self, **kwargs) -> None:
        """Save all but what the watch notes; where the address was mended, forget what was found at the old one."""
        if not self._state.adding and kwargs.get("update_fields") is None and not kwargs.get("force_insert"):
            left = {*NOTED, *self.get_deferred_fields()}
            fields = [field for field in self._meta.concrete_fields if not field.primary_key]
            kwargs["update_fields"] = [
                field.name for field in fields if field.name not in left and field.attname not in left
            ]
        if not self._state.adding and self.looked_url and self.looked_url != self.url:
            self.look_due_at = self.gone_since = self.unsafe_since = None
            self.looked_url, self.look_failures = "", 0
            kwargs["update_fields"] = {
                *kwargs["update_fields"],
                *("look_due_at", "gone_since", "unsafe_since", "looked_url", "look_failures"),
            }
            self.findings.all().delete()
        super().save(**kwargs)

    def archive_path(self) -> str:
        """Return the address of the archived text."""
        return address("blog:kept-page", self.pk)

    def offers_archive(self) -> bool:
        """Say whether readers get the archived text in the place of a page that they do not reach, or not safely."""
        is_out_of_reach = self.gone_since is not None or self.unsafe_since is not None
        return is_out_of_reach and self.archive_agreed and self.copied_at is not None


class Kind(models.TextChoices):
    """What a look can find wrong."""

    GONE = "gone", _("gone")
    HOME = "home", _("leads to the home page")
    NOT_FOUND = "not_found", _("says that there is no such page")
    MOVED = "moved", _("moved")
    TITLE = "title", _("other title")
    TEXT = "text", _("other text")
    LINK = "link", _("no link to us")
    BYLINE = "byline", _("no byline")
    NOINDEX = "noindex", _("noindex")
    CANONICAL = "canonical", _("other original")
    CERTIFICATE = "certificate", _("certificate")
    FORBIDDEN = "forbidden", _("address not allowed")
    SLOW = "slow", _("too slow")
    NOT_HTML = "not_html", _("no web page")
    DISALLOWED = "disallowed", _("programs are not wanted")
    REFUSED = "refused", _("refused")
    FAILING = "failing", _("their server fails")
    UNREACHABLE = "unreachable", _("no answer")
    BROKEN = "broken", _("no sensible answer")


# With the facts that a look notes.
SENTENCES = {
    Kind.GONE: _("The page is gone: their server answers %(status)s."),
    Kind.HOME: _("The page is gone: its address leads to the home page, %(address)s."),
    Kind.NOT_FOUND: _("The page is gone: their server answers %(status)s, but shows “%(title)s”."),
    Kind.MOVED: _("The page has moved for good, to %(address)s."),
    Kind.TITLE: _("The title there is now “%(title)s”, not “%(agreed)s”."),
    Kind.TEXT: _("The text there has changed (words that differ: %(words)s)."),
    Kind.LINK: _("The page does not link to us."),
    Kind.BYLINE: _("The page does not name who wrote it: %(names)s."),
    Kind.NOINDEX: _("The page tells search engines not to show it (noindex)."),
    Kind.CANONICAL: _("The page names %(address)s as the original; agreed is %(agreed)s."),
    Kind.DISALLOWED: _("Their robots.txt does not allow programs to look at the page, so nobody knows how it is."),
    Kind.NOT_HTML: _("The address gives no web page but a file (%(type)s)."),
    Kind.REFUSED: _("Their server refuses to show the page: it answers %(status)s."),
    Kind.FAILING: _("Their server fails: it answers %(status)s."),
    Kind.BROKEN: _("Their server gives an answer that makes no sense: %(status)s."),
}
DISALLOWED_BY = _(
    "Their robots.txt does not allow programs to look at the page (Disallow: %(rule)s), so nobody knows how it is."
)
NO_CANONICAL = _("The page names no original; agreed is %(agreed)s.")
NO_ROBOTS = _("Their server does not say what programs may look at (robots.txt), so the page was left alone.")
# What is said where an error has a name that this version does not know.
UNKNOWN = _("Something was wrong that this version has no words for.")

# The page is not there for readers either. What has no answer is dead only when that has lasted.
DEAD = {Kind.GONE, Kind.HOME, Kind.NOT_FOUND}


def describe(kind: str, facts: dict) -> str:
    """Return what was found, in a sentence of the active language."""
    if error := facts.get("error"):
        name, _dot, words = error.partition(".")
        text = getattr(getattr(errors, name, None), words or "words", UNKNOWN)
    elif kind == Kind.CANONICAL and not facts.get("address"):
        text = NO_CANONICAL
    elif kind == Kind.DISALLOWED and facts.get("rule"):
        text = DISALLOWED_BY
    elif kind == Kind.FAILING and not facts.get("status"):
        text = NO_ROBOTS
    else:
        text = SENTENCES.get(kind, UNKNOWN)
    text = str(text)
    # Facts of an older version may lack some; that is no reason to show nothing.
    for name, value in facts.items():
        text = text.replace(f"%({name})s", str(value)).replace(f"%({name})d", str(value))
    return text


class FindingQuerySet(models.QuerySet):
    def pressing(self) -> "FindingQuerySet":
        """Return what an editor should see to: it held at a second look, and nobody said ‘not now’."""
        return self.filter(confirmed_at__isnull=False, quiet_at__isnull=True, tribune__state="published")


class Finding(models.Model):
    """Something that is wrong with the page of a tribune, for as long as it is."""

    tribune = models.ForeignKey(
        "blog.Tribune", on_delete=models.CASCADE, related_name="findings", verbose_name=_("tribune")
    )
    kind = models.CharField(_("what"), max_length=12, choices=Kind)
    # By which the same is told from something else of its kind: an address, a title.
    detail = models.CharField(max_length=500, blank=True)
    facts = models.JSONField(default=dict)
    since = models.DateTimeField(_("since"))
    confirmed_at = models.DateTimeField(_("seen again"), null=True)
    quiet_at = models.DateTimeField(_("put aside"), null=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["since", "pk"]
        indexes = [
            models.Index(
                fields=["since"],
                condition=Q(confirmed_at__isnull=False, quiet_at__isnull=True),
                name="finding_pressing",
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["tribune", "kind"], name="finding_once_a_kind")]

    def __str__(self) -> str:
        return describe(self.kind, self.facts)

    def is_pressing(self) -> bool:
        """Say whether an editor should see to it: the twin of ``FindingQuerySet.pressing()``, but for the tribune."""
        return self.confirmed_at is not None and self.quiet_at is None


class Look(models.Model):
    """Looks in a row that found the same: one line of the history."""

    tribune = models.ForeignKey(
        "blog.Tribune", on_delete=models.CASCADE, related_name="looks", verbose_name=_("tribune")
    )
    url = models.CharField(_("address"), max_length=500)
    status = models.PositiveSmallIntegerField(_("answer"), null=True)
    # Pairs of a kind and its facts.
    found = models.JSONField(_("found"), default=list)
    first_at = models.DateTimeField(_("first look"))
    last_at = models.DateTimeField(_("last look"))
    times = models.PositiveIntegerField(_("looks"), default=1)

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("looks")
        ordering = ["-last_at", "-pk"]
        indexes = [models.Index(fields=["tribune", "-last_at", "-id"], name="look_of_tribune")]

    def __str__(self) -> str:
        return date_format(timezone.localtime(self.last_at), "SHORT_DATETIME_FORMAT")

    def sentences(self) -> list[str]:
        """Return what was found, in the active language; nothing where all was well."""
        return [describe(kind, facts) for kind, facts in self.found]


class KeptPage(models.Model):
    """The private archive of a tribune: the page as it was agreed to, and as it was last seen.

    Only while a page is there is it kept: what stands in its place when it is gone never gets in.
    """

    tribune = models.OneToOneField(
        "blog.Tribune", on_delete=models.CASCADE, related_name="kept_page", verbose_name=_("tribune")
    )
    # As an editor accepted it, or as it was at the first look.
    agreed_title = models.CharField(max_length=500, blank=True)
    agreed_text = models.TextField(blank=True)
    agreed_html = models.TextField(blank=True)
    has_agreed_link = models.BooleanField(default=True)
    has_agreed_byline = models.BooleanField(default=True)
    agreed_at = models.DateTimeField()
    # As it was at the last look that found it.
    title = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    has_byline = models.BooleanField(default=True)
    seen_at = models.DateTimeField()
    # For conditional requests, and when the page was last fetched whole.
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    fetched_at = models.DateTimeField()

    class Meta:
        verbose_name = _("archived page")
        verbose_name_plural = _("archived pages")

    def __str__(self) -> str:
        return self.title

    @property
    def for_readers(self) -> str:
        """The HTML that readers get when the page is gone: as last seen, if that still was what was agreed."""
        return self.agreed_html if self.tribune.found_text_changed else self.html

    def accept(self) -> None:
        """Take the page as it was last seen for what it should be, unsaved."""
        self.agreed_title, self.agreed_text, self.agreed_html = self.title, self.text, self.html
        self.has_agreed_byline = self.has_byline
        self.has_agreed_link = bool(self.tribune.found_link_back)
        self.agreed_at = self.seen_at


def title_agreed(tribune: "Tribune", kept: KeptPage | None) -> str:
    """Return the title that the page should have, or '' where nobody knows one."""
    return tribune.title or (kept.agreed_title if kept else "")
