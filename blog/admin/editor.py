"""The WYSIWYG editor of a body: its form field and widget.

The scripts and styles are in static/admin-editor/; they stand on the editor that django-prose-editor brings.
"""

from django import forms
from django.forms.widgets import Script, Stylesheet
from django.utils.translation import gettext_lazy as _
from js_asset import ImportMap, Media

MODULES = ("body-editor",)

IMPORT_MAP = ImportMap(
    {"django-prose-editor/editor": "django_prose_editor/editor.js"}
    | {f"admin-editor/{name}": f"admin-editor/{name}.js" for name in MODULES}
)


class BodyWidget(forms.Textarea):
    """A textarea of HTML, which a script turns into an editor; without JavaScript it stays the textarea."""

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"class": "vLargeTextField", "rows": 30} | (attrs or {}))

    @property
    def media(self) -> Media:
        return Media(
            importmap=IMPORT_MAP,
            css={"all": [Stylesheet("admin-editor/editor.css")]},
            js=[Script("admin-editor/body-editor.js", type="module")],
        )


class BodyField(forms.CharField):
    """A body in the source format of ``blog.body``, written in the editor."""

    widget = BodyWidget

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"required": False, "label": _("text"), **kwargs})
