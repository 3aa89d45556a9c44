"""What a post checks: claims that somebody made, each with a verdict."""

from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Aggregate, JSONField, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from blog.models.moments import validate_year
from blog.models.posts import Post

# A search result shows 75 characters of it, a page all; longer ones are no claim but an argument.
CLAIM_LENGTH = 300
EXPLANATION_LENGTH = 500


class Scale(NamedTuple):
    """The ends of the scale on which a claim is rated."""

    worst: int
    best: int


SCALE = Scale(1, 5)

# What a claim says of itself, by the names of its columns; its place among the others is their order.
FACTS = ("claim_reviewed", "claimant", "claimant_kind", "appearance", "claimed_on", "verdict", "explanation")


def claim_id(number: int) -> str:
    """Return the name of a claim on the page of its post, by its place among the others."""
    return f"claim-{number}"


class JSONList(Aggregate):
    """The values of several rows as one list, in no order."""

    output_field = JSONField()

    def as_sqlite(self, compiler, connection, **extra) -> tuple[str, list]:
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **extra)

    def as_postgresql(self, compiler, connection, **extra) -> tuple[str, list]:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **extra)


class ClaimQuerySet(models.QuerySet):
    def as_column(self) -> Subquery:
        """Return the claims of a post as an annotation of posts, for ``Claim.all_of()``; NULL where it has none."""
        rows = self.filter(post=OuterRef("pk")).order_by().values("post")
        row = JSONObject(**{name: name for name in ("id", "position", *FACTS)})
        return Subquery(rows.annotate(all_of_it=JSONList(row)).values("all_of_it"), output_field=JSONField())


class Claim(models.Model):
    """A claim that a post checks: whose it is, where it was made, and how true it is.

    It is called what schema.org calls it in a ClaimReview.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("a person")
        ORGANIZATION = "organization", _("an organisation")

    class Verdict(models.TextChoices):
        FALSE = "false", _("False")
        MOSTLY_FALSE = "mostly_false", _("Mostly false")
        HALF_TRUE = "half_true", _("Half true")
        MOSTLY_TRUE = "mostly_true", _("Mostly true")
        TRUE = "true", _("True")
        UNVERIFIABLE = "unverifiable", _("Unverifiable")

    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="claims", verbose_name=_("post"), db_index=False
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    claim_reviewed = models.CharField(
        _("claim"),
        max_length=CLAIM_LENGTH,
        help_text=_("In your own words, in one sentence: what was said, not what you think of it."),
    )
    claimant = models.CharField(_("who made it"), max_length=120)
    claimant_kind = models.CharField(_("which is"), max_length=12, choices=Kind, default=Kind.PERSON)
    appearance = models.URLField(
        _("where it was made"),
        max_length=500,
        blank=True,
        help_text=_("The address of the page, video or message."),
    )
    claimed_on = models.DateField(_("when it was made"), null=True, blank=True, validators=[validate_year])
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict)
    explanation = models.CharField(
        _("explanation"),
        max_length=EXPLANATION_LENGTH,
        blank=True,
        help_text=_("Why, in a sentence or two; the article has the rest."),
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("checked claim")
        verbose_name_plural = _("checked claims")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["post", "position"], name="claim_in_order")]
        constraints = [
            models.CheckConstraint(condition=~Q(claim_reviewed="") & ~Q(claimant=""), name="claim_is_somebodys"),
            models.CheckConstraint(
                condition=Q(verdict__in=["false", "mostly_false", "half_true", "mostly_true", "true", "unverifiable"]),
                name="claim_has_a_verdict",
            ),
            models.CheckConstraint(
                condition=Q(claimant_kind__in=["person", "organization"]), name="claim_of_a_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.claim_reviewed

    def clean(self) -> None:
        """Refuse a claim that was not made yet."""
        # What is no day has its own error.
        if isinstance(self.claimed_on, date) and self.claimed_on > timezone.localdate():
            raise ValidationError({"claimed_on": _("This day is to come: nothing was said on it yet.")})

    @classmethod
    def all_of(cls, post: Post) -> "list[Claim]":
        """Return the claims that a post checks, in order, not to be saved where they came with its row."""
        if "claims_of_it" not in post.__dict__:
            return list(cls.objects.filter(post=post.pk))
        rows = sorted(post.claims_of_it or (), key=lambda row: (row["position"], row["id"]))
        return [cls.saying(row) for row in rows]

    @classmethod
    def saying(cls, facts: dict, **more) -> "Claim":
        """Return a claim, not saved, of what ``facts()`` returned of it."""
        said = {name: facts[name] for name in FACTS}
        return cls(**said | {"claimed_on": parse_date(said["claimed_on"] or "")}, **more)

    def facts(self) -> dict:
        """Return what it says, as JSON has it: so revisions hold it."""
        said = {name: getattr(self, name) for name in FACTS}
        return said | {"claimed_on": self.claimed_on.isoformat() if self.claimed_on else None}

    @property
    def key(self) -> tuple[tuple[str, str | None], ...]:
        """All that it says, as what tells it from others."""
        return tuple(self.facts().items())

    @property
    def value(self) -> int | None:
        """How true it is on the ``SCALE``; None where nobody can know."""
        if self.verdict == self.Verdict.UNVERIFIABLE:
            return None
        return SCALE.worst + self.Verdict.values.index(self.verdict)
