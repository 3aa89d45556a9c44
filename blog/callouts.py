"""Boxes beside the running text, of a few kinds that have names."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.markup import CALLOUT_KINDS, contents, fill, make

if TYPE_CHECKING:
    from lxml.html import HtmlElement

KIND_NAMES = {
    "summary": _("In short"),
    "note": _("Good to know"),
    "example": _("Example"),
    "warning": _("Caution"),
}


def name_callouts(root: "HtmlElement") -> None:
    """Let each box begin with the name of its kind and its title; to be called before the text is typeset.

    Where there is only a name it is not said to be in the language of the page: the words of a text are.
    """
    for number, box in enumerate(list(root.iter("aside")), start=1):
        kind = box.get("data-kind", "")
        if kind not in CALLOUT_KINDS:
            box.drop_tag()
            continue
        header = box.find("header")
        name = str(KIND_NAMES[kind])
        words = [gettext("%(kind)s:") % {"kind": name}, " ", *contents(header)] if header is not None else [name]
        title = make("p", [make("strong", words)], id=f"box-{number}")
        others = [item for item in contents(box) if item is not header]
        box.attrib.clear()
        box.set("class", f"callout is-{kind}")
        box.set("role", "note")
        box.set("aria-labelledby", f"box-{number}")
        fill(box, [title, *others])
