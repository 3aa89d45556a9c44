"""How a page shows a picture."""

from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from authors.models import Author
from blog.models import Image
from pictures.renditions import KEPT_FILES

# How wide the picture is that a page begins with. On a phone a little less is said than it has: the common widths of
# screens lie just above those of the renditions, and a few pixels more would fetch twice the bytes.
COVER_SIZES = "(min-width: 84rem) 1000px, (min-width: 60rem) 74vw, (min-width: 40rem) 90vw, calc(100vw - 3rem)"

# The picture that a page begins with is wanted at once; the others when somebody comes near them.
AT_ONCE = mark_safe('fetchpriority="high"')
WHEN_NEAR = mark_safe('loading="lazy" decoding="async"')


def picture(image: Image, *, sizes: str, alt: str = "", eager: bool = False) -> SafeString:
    """Show a picture in the widths that there are, as wide as ``sizes`` says; without ``alt`` it is mere decoration."""
    sources = tuple((media_type, srcset, sizes) for media_type, srcset in image.sources)
    attributes = (image.file.url, str(image.width), str(image.height), alt, AT_ONCE if eager else WHEN_NEAR)
    return element(sources, *attributes, image.focus_class)


def portrait(author: Author, *, sizes: str, eager: bool = False, classes: str = "portrait") -> SafeString:
    """Show the portrait of an author, whose name stands beside it."""
    sources = tuple((media_type, srcset, sizes) for media_type, srcset in author.portrait_sources)
    size = (str(author.portrait_width), str(author.portrait_height))
    return element(sources, author.portrait.url, *size, "", AT_ONCE if eager else WHEN_NEAR, classes)


@lru_cache(maxsize=KEPT_FILES)
def element(sources: tuple, url: str, width: str, height: str, alt: str, loading: str, classes: str) -> SafeString:
    """Return the element; it follows from what it is made of alone, so it is kept for when that comes again."""
    return format_html(
        '<picture>{}<img src="{}" width="{}" height="{}" alt="{}" {} class="{}"></picture>',
        format_html_join("", '<source type="{}" srcset="{}" sizes="{}">', sources),
        url,
        width,
        height,
        alt,
        loading,
        classes,
    )
