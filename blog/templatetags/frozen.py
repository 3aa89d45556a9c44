from django import template
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class FrozenNode(Node):
    """A part of a template that is rendered once a language, and kept by the process.

    A page is mostly frame: addresses of style sheets, names of sections, labels of a form. They
    are the same on every page of a language, and rendering them took half the time of a page.
    """

    def __init__(self, nodelist: NodeList, key: FilterExpression | None) -> None:
        self.nodelist = nodelist
        self.key = key
        self.kept: dict[tuple, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = (get_language(), self.key.resolve(context, ignore_failures=True) if self.key else None)
        html = self.kept.get(key)
        if html is None:
            html = self.kept[key] = self.nodelist.render(context)
        return html


@register.tag
def frozen(parser: Parser, token: Token) -> FrozenNode:
    """Render what stands between ``{% frozen %}`` and ``{% endfrozen %}`` once a language.

    Nothing in it may depend on the request or on the database. ``{% frozen key %}`` keeps one
    for each value of ``key``, of which there must be few: each is kept for ever.
    """
    _name, *keys = token.split_contents()
    if len(keys) > 1:
        raise template.TemplateSyntaxError("‘frozen’ takes one key at most.")
    nodelist = parser.parse(("endfrozen",))
    parser.delete_first_token()
    return FrozenNode(nodelist, parser.compile_filter(keys[0]) if keys else None)
