"""The pictures that posts are shared with elsewhere (Open Graph), as they were drawn."""

from django.core.files.storage import default_storage
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from blog.models.posts import Post


class SharePictureQuerySet(models.QuerySet):
    def as_column(self) -> Subquery:
        """Return the file as an annotation of posts, so that a page needs no query for it."""
        return Subquery(self.filter(post=OuterRef("pk")).values("file")[:1])


class SharePicture(models.Model):
    """The picture that one post is shared with."""

    class Problem(models.TextChoices):
        NO_COVER = "no_cover", _("the file of the cover cannot be read")
        NO_TYPEFACE = "no_typeface", _("this installation cannot read its own typefaces")
        NO_LETTERS = "no_letters", _("our typefaces do not have the letters of its title")
        NOT_WRITTEN = "not_written", _("the file could not be written; it is tried again within the hour")

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="share_picture")
    # The name in storage; '' where there is none.
    file = models.CharField(max_length=100, blank=True)
    # Digest of all that it was drawn from.
    drawn_from = models.CharField(max_length=64)
    problem = models.CharField(max_length=20, choices=Problem, blank=True)
    drawn_at = models.DateTimeField(auto_now=True)

    objects = SharePictureQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.file

    @property
    def url(self) -> str:
        return default_storage.url(self.file)
