"""Files that a picture had before it got the one of now: their addresses lead there."""

import posixpath
import re

from django.core.files.storage import FileSystemStorage
from django.db import models

from blog.models.images import Image
from pictures.fields import is_shown
from pictures.renditions import delete_renditions, rendition_name

# A file of a picture as readers' pages name it: the master, or one of its renditions.
NAMED = re.compile(r"(?P<stem>pictures/[0-9a-f]{2}/[0-9a-f]{32})(?:-(?P<width>[0-9]{2,5}))?\.(?P<extension>[a-z]{3,4})")


class FormerFileQuerySet(models.QuerySet):
    def keep(self, image: Image, name: str) -> None:
        """Note that a picture had the file ``name``, and has another one now."""
        self.update_or_create(stem=posixpath.splitext(name)[0], defaults={"name": name, "image": image})
        # What it had once, and has again, is no former file.
        self.filter(name=image.file.name).delete()

    keep.alters_data = True

    def find_successor(self, name: str) -> str | None:
        """Return the address of what takes the place of a file that has gone; None for what never was one."""
        named = NAMED.fullmatch(name)
        if named is None:
            return None
        former = self.filter(stem=named["stem"]).select_related("image").first()
        if former is None:
            return None
        file, width = former.image.file, int(named["width"] or 0)
        larger = [each for each in former.image.rendition_widths if each >= width]
        if width and larger and named["extension"] in ("avif", "webp"):
            return file.storage.url(rendition_name(file.name, min(larger), named["extension"]))
        return file.url

    def remove_files(self, image: Image) -> None:
        """Remove the files of before, which no text shows any more; twice does no harm.

        Where readers get them from another host than this, nobody there would know the way to the new ones: they stay.
        """
        storage = image.file.storage
        if not isinstance(storage, FileSystemStorage):
            return
        for former in self.filter(image=image, is_removed=False):
            if not is_shown(former.name):
                delete_renditions(storage, former.name)
                storage.delete(former.name)
            former.is_removed = True
            former.save(update_fields=["is_removed"])

    remove_files.alters_data = True


class FormerFile(models.Model):
    """A file that a picture had."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="former_files")
    # The name in storage, and the same without what follows the last point, as its renditions begin.
    name = models.CharField(max_length=100)
    stem = models.CharField(max_length=100, unique=True)
    is_removed = models.BooleanField(default=False)
    replaced_at = models.DateTimeField(auto_now_add=True)

    objects = FormerFileQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
