"""Recordings of our own: the library of what was said, with its chapters and what can be read instead."""

import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import models, transaction
from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from authors.bilingual import Bilingual, other_language
from blog.sound_files import TYPES_BY_ENDING, read_sound
from pictures.storing import store

if TYPE_CHECKING:
    from blog.models.pages import Page
    from blog.models.posts import Post
    from blog.recordings import BodyRecording

FOLDER = "recordings"
# 128 bits of SHA-256: no two files meet by accident.
DIGEST_LENGTH = 32


class RecordingQuerySet(models.QuerySet):
    def for_body(self, source: str, language: str) -> "dict[int, BodyRecording]":
        """Return what the renderer of a body needs of the recordings, by key, that its source names."""
        from blog.body import recording_ids

        keys = recording_ids(source)
        if not keys:
            return {}
        rows = self.filter(pk__in=keys).prefetch_related("chapters")
        return {recording.pk: recording.for_body(language) for recording in rows}

    def addresses_in(self, source: str) -> dict[int, str]:
        """Return the whole addresses, by key, of the recordings that a source names."""
        from blog.body import recording_ids

        keys = recording_ids(source)
        rows = self.filter(pk__in=keys).only("file") if keys else ()
        return {recording.pk: urljoin(settings.SITE_URL, recording.file.url) for recording in rows}

    def named_in(self, source: str) -> str:
        """Return a source that names our recordings by key where it has the address of one, as exported texts do."""
        start = urljoin(settings.SITE_URL, f"{settings.MEDIA_URL}{FOLDER}/")
        names = set(re.findall(rf'<figure data-audio="{re.escape(start)}([\w/.]+)"', source, re.ASCII))
        if not names:
            return source
        files = [f"{FOLDER}/{name}" for name in names]
        keys = dict(FormerRecording.objects.filter(name__in=files).values_list("name", "recording"))
        keys |= dict(self.filter(file__in=files).values_list("file", "pk"))
        for name, key in keys.items():
            address = start + name.removeprefix(f"{FOLDER}/")
            source = source.replace(f'<figure data-audio="{address}"', f'<figure data-recording="{key}"')
        return source


def note_recordings(owner: "Post | Page") -> None:
    """Note which recordings the text of a post or page shows, their rows in its order: so feeds send them along."""
    from blog.body import recording_ids

    keys = recording_ids(owner.body)
    there = set(Recording.objects.filter(pk__in=keys).values_list("pk", flat=True))
    shown = [key for key in keys if key in there]
    rows = owner.recordings.through.objects.filter(**{owner._meta.model_name: owner}).order_by("pk")
    if shown != list(rows.values_list("recording", flat=True)):
        owner.recordings.clear()
        # One by one: several at once are inserted in no order that one may count on.
        for key in shown:
            owner.recordings.add(key)


class Recording(models.Model):
    """A recording of the library: its file as it was sent, who made it, its chapters, and its words."""

    title_fr = models.CharField(_("title, in French"), max_length=200, blank=True)
    title_en = models.CharField(_("title, in English"), max_length=200, blank=True)
    description_fr = models.CharField(
        _("description, in French"),
        max_length=500,
        blank=True,
        help_text=_("Stands with the player where an article gives it no caption of its own."),
    )
    description_en = models.CharField(_("description, in English"), max_length=500, blank=True)
    file = models.FileField(_("file"), upload_to=FOLDER, help_text=_("MP3, M4A (AAC) or Ogg (Opus, Vorbis)."))
    # What follows from the file.
    digest = models.CharField(max_length=64, editable=False, db_index=True)
    media_type = models.CharField(_("format"), max_length=20, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    seconds = models.PositiveIntegerField(_("length"), null=True, blank=True, editable=False)
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    transcript_fr = models.TextField(
        _("transcript, in French"),
        blank=True,
        help_text=_(
            "An empty line between two paragraphs. One may begin with a time and with the name of who speaks: "
            "“1:24 Owen Prichard: And so we stopped.”"
        ),
    )
    transcript_en = models.TextField(_("transcript, in English"), blank=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    title = Bilingual()

    objects = RecordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="recording_newest"),
            models.Index(fields=["file"], name="recording_by_file"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title_fr="", title_en=""),
                name="recording_has_a_title",
                violation_error_message=_("Give it a title in one of the languages at least."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, **kwargs) -> None:
        """Save; a file of code or of a form is stored by its content, and takes the place of the one before."""
        if self.file and not self.file._committed:
            self.measure()
            self._store()
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "digest", "media_type", "size", "seconds"}
        with transaction.atomic():
            before = None
            if self.pk is not None:
                rows = Recording.objects.select_for_update().filter(pk=self.pk)
                before = rows.values_list("file", flat=True).first()
            super().save(**kwargs)
            if before is not None and before != self.file.name:
                FormerRecording.objects.update_or_create(name=before, defaults={"recording": self})
                # What it had once, and has again, is no former file.
                FormerRecording.objects.filter(name=self.file.name).delete()
                transaction.on_commit(lambda: remove_unless_used(before))

    def delete(self, **kwargs) -> tuple[int, dict[str, int]]:
        """Delete it and, once that is certain, its file."""
        name = self.file.name
        with transaction.atomic():
            deleted = super().delete(**kwargs)
            transaction.on_commit(lambda: remove_unless_used(name))
        return deleted

    def clean(self) -> None:
        """Refuse a file that is none, or that is another recording already."""
        if self.file and not self.file._committed:
            self.measure()
            twin = Recording.objects.filter(digest=self.digest).exclude(pk=self.pk).first()
            if twin is not None:
                message = _("This file is in the library already: {recording}.")
                raise ValidationError({"file": ValidationError(message.format(recording=twin), code="twin")})

    def measure(self) -> None:
        """Note what follows from a file that was just given; raise ValidationError where it is no recording."""
        file = self.file.file
        if self.file.size > settings.LARGEST_RECORDING:
            limit = filesizeformat(settings.LARGEST_RECORDING)
            message = _("This recording is too large: at most %(limit)s are possible.")
            raise ValidationError({"file": ValidationError(message, code="too_large", params={"limit": limit})})
        try:
            sound = read_sound(file)
        except ValidationError as error:
            raise ValidationError({"file": error}) from error
        file.seek(0)
        self.digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        self.media_type, self.size = sound.media_type, self.file.size
        # As players count: what has begun is no whole second.
        self.seconds = None if sound.seconds is None else max(1, int(sound.seconds))

    def _store(self) -> None:
        ending = next(ending for ending, media_type in TYPES_BY_ENDING.items() if media_type == self.media_type)
        name = self.digest[:DIGEST_LENGTH]
        self.file = store(self.file.storage, f"{FOLDER}/{name[:2]}/{name}{ending}", self.file.file)

    def for_body(self, language: str) -> "BodyRecording":
        """Return what the renderer of a body needs to know, in a language, or else in the other."""
        from blog.recordings import BodyRecording, Words

        def said(row: models.Model, name: str) -> Words:
            for each in (language, other_language(language)):
                if words := getattr(row, f"{name}_{each}"):
                    return Words(words, each)
            return Words("", language)

        return BodyRecording(
            src=self.file.url,
            media_type=self.media_type,
            size=self.size,
            seconds=self.seconds,
            title=said(self, "title"),
            description=said(self, "description"),
            credit=" · ".join(filter(None, [self.credit, self.licence])),
            chapters=tuple((chapter.seconds, said(chapter, "title")) for chapter in self.chapters.all()),
            transcript=said(self, "transcript"),
        )

    def is_used(self) -> bool:
        """Say whether a text shows it."""
        return self.posts.exists() or self.pages.exists()

    def render_texts(self) -> None:
        """Have the texts rendered anew, in the background, that show it."""
        from blog.own_links import render_in_background

        render_in_background(
            self.posts.through.objects.filter(recording=self.pk).order_by("post").values_list("post", flat=True),
            self.pages.through.objects.filter(recording=self.pk).order_by("page").values_list("page", flat=True),
        )


class Chapter(models.Model):
    """Where a part of a recording begins."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="chapters", db_index=False)
    seconds = models.PositiveIntegerField(_("begins at"))
    title_fr = models.CharField(_("title, in French"), max_length=200, blank=True)
    title_en = models.CharField(_("title, in English"), max_length=200, blank=True)

    title = Bilingual()

    class Meta:
        verbose_name = _("chapter of the recording")
        verbose_name_plural = _("chapters of the recording")
        ordering = ["recording", "seconds"]
        constraints = [
            models.UniqueConstraint(
                fields=["recording", "seconds"],
                name="chapter_once_a_moment",
                violation_error_message=_("Another chapter begins at this moment."),
            ),
            models.CheckConstraint(
                condition=~Q(title_fr="", title_en=""),
                name="chapter_has_a_title",
                violation_error_message=_("Give it a title in one of the languages at least."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class FormerRecordingQuerySet(models.QuerySet):
    def find_successor(self, name: str) -> str | None:
        """Return the address of what took the place of a file; None for what never was a recording of ours."""
        if not name.startswith(f"{FOLDER}/"):
            return None
        former = self.filter(name=name).select_related("recording").first()
        return former.recording.file.url if former else None


class FormerRecording(models.Model):
    """A file that a recording had before; whoever asks for it is led to the one of now."""

    name = models.CharField(max_length=100, unique=True)
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="former_files")

    objects = FormerRecordingQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


def remove_unless_used(name: str) -> None:
    """Remove a file that no recording has any more; twice does no harm.

    Where readers get files from another host than this, nobody there would know the way to the new one: they stay.
    """
    is_here = isinstance(default_storage, FileSystemStorage)
    if is_here and not Recording.objects.filter(file=name).exists():
        default_storage.delete(name)
