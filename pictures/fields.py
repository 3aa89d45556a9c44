"""The model and form field through which every picture of the site comes in."""

from functools import lru_cache

from django import forms
from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import Storage
from django.db import models
from django.db.models.fields.files import ImageFieldFile

from pictures.masters import FOLDER, Master, reencode
from pictures.reading import FORMATS, read_size
from pictures.renditions import delete_renditions
from pictures.storing import store

# The pictures that the readers of an hour see.
KEPT_ADDRESSES = 2048


class PictureFormField(forms.ImageField):
    """Takes an upload and cleans to the master made of it.

    It stands in for Django's own check, which decodes any of forty formats.
    """

    # The extension is not asked: content is, and the master gets a name of ours.
    default_validators = []

    def to_python(self, data: File | None) -> Master | None:
        upload = forms.FileField.to_python(self, data)
        return reencode(upload) if upload else None

    def widget_attrs(self, widget: forms.Widget) -> dict:
        attrs = super().widget_attrs(widget)
        if self.label:
            # The admin names the group of link and chooser, and not the chooser.
            attrs["aria-label"] = self.label
        if "accept" in attrs:
            attrs["accept"] = ",".join(f"image/{name.lower()}" for name in FORMATS)
        return attrs


class PictureFieldFile(ImageFieldFile):
    """A master in the field's storage."""

    def save(self, name: str, content: File, save: bool = True) -> None:
        """Keep the master made of `content`; `name` is of no matter.

        Raises ValidationError as `pictures.reading.read_picture` does.
        """
        master = reencode(content)
        self.name = store(self.storage, master.name, master.open().read())
        self._set_instance_attribute(self.name, master)
        self._committed = True
        if save:
            self.instance.save()

    save.alters_data = True

    @property
    def url(self) -> str:
        """The address of the master, which follows from its name alone, so that it is made once."""
        self._require_file()
        return address_of(self.storage, self.name)

    def delete(self, save: bool = True) -> None:
        """Forget the picture; remove its files too, unless another row shows it.

        Two rows that were given the same picture have the same file.
        """
        if not self:
            return
        if not is_shown(self.name, but_for=self.instance):
            delete_renditions(self.storage, self.name)
            super().delete(save)
            return
        self.close()
        setattr(self.instance, self.field.attname, None)
        if save:
            self.instance.save()

    delete.alters_data = True

    def _get_image_dimensions(self) -> tuple[int, int] | tuple[None, None]:
        if not hasattr(self, "_dimensions_cache"):
            self._dimensions_cache = self._measure()
        return self._dimensions_cache

    def _measure(self) -> tuple[int, int] | tuple[None, None]:
        was_closed = self.closed
        self.open()
        try:
            if isinstance(self.file, Master):
                return self.file.width, self.file.height
            return read_size(self.file)
        finally:
            if was_closed:
                self.close()


class PictureField(models.ImageField):
    """An ImageField that holds only what was made by `reencode`.

    Forms clean an upload to a master, and a file assigned by code becomes one when the
    row is saved; until then width and height are what the file states. The file's name
    in storage is made from its content, so its address never shows anything else.
    """

    attr_class = PictureFieldFile

    def __init__(self, *args, **kwargs) -> None:
        kwargs["upload_to"] = FOLDER
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["upload_to"]
        return name, path, args, kwargs

    def formfield(self, **kwargs) -> forms.Field:
        # The length of the visitor's file name is no matter, see PictureFormField.
        return super().formfield(**{"form_class": PictureFormField, "max_length": None, **kwargs})


@lru_cache(maxsize=KEPT_ADDRESSES)
def address_of(storage: Storage, name: str) -> str:
    """Return the address of a file in a storage."""
    return storage.url(name)


def is_shown(name: str, but_for: models.Model | None = None) -> bool:
    """Say whether a row, other than ``but_for``, has the file ``name``."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if not isinstance(field, PictureField):
                continue
            rows = model._base_manager.filter(**{field.name: name})
            if model is type(but_for):
                rows = rows.exclude(pk=but_for.pk)
            if rows.exists():
                return True
    return False
