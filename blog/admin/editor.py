"""The WYSIWYG editor of a body: its form field and widget.

The scripts and styles are in static/admin-editor/; they stand on the editor that django-prose-editor brings.
Without JavaScript the widget is a textarea of HTML.
"""

import json

from django import forms
from django.forms.widgets import Script, Stylesheet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from js_asset import ImportMap, Media

from blog.admin.editor_texts import TEXTS
from blog.admin.library import for_view
from blog.admin.linking import link_own_posts, states_in
from blog.admin.recordings import views_in
from blog.body import clean_source
from blog.models import Image
from blog.models.languages import Language
from blog.models.posts import WORDS_PER_MINUTE
from blog.still_pictures import states_of

MODULES = (
    "addresses",
    "body-editor",
    "callouts",
    "dialogs",
    "elements",
    "figures",
    "find",
    "focus",
    "footnotes",
    "languages",
    "library",
    "markdown",
    "own-posts",
    "paste",
    "paste-office",
    "pictures",
    "positions",
    "recordings",
    "schema",
    "server",
    "shortcuts",
    "source",
    "toolbar",
    "tools",
    "typeset",
)

STYLES = ("editor", "dialogs", "text", "blocks")

# Modules name each other by what stands here, so that each has the address of its very content.
IMPORT_MAP = ImportMap(
    {"django-prose-editor/editor": "django_prose_editor/editor.js"}
    | {f"admin-editor/{name}": f"admin-editor/{name}.js" for name in MODULES}
)


class BodyWidget(forms.Textarea):
    """A textarea which a script turns into an editor.

    ``language`` is that of the text, where the form has no field for it.
    """

    language = ""

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"class": "vLargeTextField", "rows": 30} | (attrs or {}))

    @property
    def media(self) -> Media:
        return Media(
            importmap=IMPORT_MAP,
            css={
                "all": [
                    Stylesheet("django_prose_editor/material-icons.css"),
                    *[Stylesheet(f"admin-editor/{name}.css") for name in STYLES],
                ]
            },
            js=[Script("admin-editor/body-editor.js", type="module")],
        )

    def get_context(self, name: str, value: str | None, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-body-editor"] = json.dumps(self.given_to_script(value or ""))
        return context

    def given_to_script(self, value: str) -> dict:
        """Return the texts, addresses, pictures and links that the script needs."""
        return {
            "texts": {key: str(text) for key, text in TEXTS.items()},
            "urls": {
                "images": reverse("admin:blog_image_changelist"),
                "posts": reverse("admin:blog_post_find"),
                "library": reverse("admin:blog_image_library"),
                "recordings": reverse("admin:blog_recording_changelist"),
                "findRecordings": reverse("admin:blog_recording_find"),
                "video": reverse("admin:blog_image_video"),
                "audio": reverse("admin:blog_image_audio"),
                "markdown": reverse("admin:blog_image_markdown"),
                "typography": reverse("admin:blog_image_typography"),
            },
            "languages": Language.values,
            "wordsPerMinute": WORDS_PER_MINUTE,
            "textLanguage": self.language,
            "pictures": {str(key): for_view(image) for key, image in Image.objects.shown_in(value).items()},
            "posts": states_in(value),
            "recordings": views_in(value),
            "posters": {address: as_poster(**state) for address, state in states_of(value).items()},
        }


def as_poster(*, image: Image | None, isWaiting: bool, problem: str) -> dict:  # noqa: N803
    """Return what the editor shows of the still picture that the site fetches."""
    return {"src": for_view(image)["src"] if image else "", "isWaiting": isWaiting, "problem": problem}


class BodyField(forms.CharField):
    """A body in the source format of ``blog.body``, written in the editor."""

    widget = BodyWidget

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"required": False, "label": _("text"), **kwargs})

    def to_python(self, value: str | None) -> str:
        # A form sends every line break as two characters, which would be a change of each line.
        return super().to_python(value).replace("\r\n", "\n")

    def clean(self, value: str | None) -> str:
        """Return the source; raise ValidationError for a text that is too long or too intricate to be one."""
        return link_own_posts(clean_source(super().clean(value)))

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        self.widget.language = getattr(getattr(form, "instance", None), "language", "")
        return super().get_bound_field(form, field_name)
