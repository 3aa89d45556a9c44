"""What two blogs agreed on a piece, and what follows from it for whoever finds it: the one home of these rules.

=================================== ====================================== ======================================
Agreed, and out at the partner's    The original is                        So our page
=================================== ====================================== ======================================
a teaser here, the whole there      the partner's page                     names it, is in no sitemap, and items of
                                                                           feeds lead to it
the whole on both, theirs canonical the partner's page                     names it, is in no sitemap; items of feeds
                                                                           lead to our page, where all of it is
the whole on both, ours canonical   our page                               stands for itself
the whole here, a teaser there      our page                               stands for itself
=================================== ====================================== ======================================

While nothing is out there, and from the moment that it is known to be gone, our page stands for itself: canonical
address, sitemap and feeds come back without anybody's doing.

A page whose original stands elsewhere is never marked ``noindex``: a canonical link asks to join what is known of two
pages, ``noindex`` to forget one of them, and search engines advise against both on one page. A teaser may name the
partner's page, since that holds all of the piece that it begins (RFC 6596, section 3: 'a superset of the content').
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.utils.translation import gettext as _

from blog.models import Post, Tribune


@dataclass(frozen=True)
class Agreement:
    """What is agreed on a post, by its own tribunes that are out."""

    post: Post
    tribunes: tuple[Tribune, ...]

    @classmethod
    def on(cls, post: Post, tribunes: Iterable[Tribune]) -> "Agreement":
        """Return what these tribunes, of which those of other posts are left out, say of a post."""
        own = [tribune for tribune in tribunes if tribune.post_id == post.pk and tribune.is_published()]
        return cls(post, tuple(own))

    @cached_property
    def original(self) -> Tribune | None:
        """The tribune whose copy at the partner's is the original; None where that is our page.

        Where two partners were promised that, it is the one with whom the piece appeared first.
        """
        originals = [tribune for tribune in self.tribunes if tribune.is_original_there()]
        return min(originals, key=lambda tribune: (tribune.published_at, tribune.pk), default=None)

    @cached_property
    def address(self) -> str:
        """The absolute address of our page."""
        return settings.SITE_URL + self.post.path()

    @property
    def canonical(self) -> str:
        """The address that search engines should name: that of the canonical link, of ``og:url`` and of JSON-LD."""
        return self.original.url if self.original else self.address

    def stands_for_itself(self) -> bool:
        """Say whether our page is the original: the twin of ``PostQuerySet.standing_for_themselves()``."""
        return self.original is None

    def is_in_sitemap(self) -> bool:
        """Say whether search engines are asked to visit our page: readers may see it, and it stands for itself."""
        return self.post.is_published() and self.stands_for_itself()

    @property
    def whole(self) -> Tribune | None:
        """The tribune at whose partner's the text stands whole, where only a teaser stands here."""
        if self.original is not None and self.original.leads_away():
            return self.original
        return next((tribune for tribune in self.tribunes if tribune.leads_away()), None)

    @property
    def whole_text(self) -> str:
        """The address at which all of it can be read: what an item of a feed leads to."""
        return self.whole.url if self.whole else self.address

    @property
    def copies(self) -> list[Tribune]:
        """The tribunes with the whole text there, beside the whole text here."""
        return [tribune for tribune in self.there if self.whole is None and not tribune.is_introduced_there()]

    @property
    def teasers(self) -> list[Tribune]:
        """The tribunes with which the partner introduces the text that stands here."""
        return [tribune for tribune in self.there if tribune.is_introduced_there()]

    @property
    def there(self) -> list[Tribune]:
        """The tribunes whose page at the partner's is there still."""
        return [tribune for tribune in self.tribunes if tribune.gone_since is None]


def where_it_stands(tribune: Tribune) -> str:
    """Say in a sentence of the active language where else a piece stands, and whose it is: a filter of templates."""
    facts = {"name": tribune.partner.name, "keeper": tribune.partner.keeper}
    if tribune.stands_here_alone():
        ours = theirs = _("This article comes from %(name)s, the blog of %(keeper)s, where no page of it is public.")
    elif tribune.gone_since:
        ours = _("We wrote this opinion for %(name)s, the blog of %(keeper)s, where it can no longer be read.")
        theirs = _("%(keeper)s wrote this opinion, on %(name)s, where it can no longer be read.")
    elif tribune.leads_away():
        ours = _("We wrote this opinion for %(name)s, the blog of %(keeper)s. It begins here, and stands there whole.")
        theirs = _("%(keeper)s wrote this opinion, on %(name)s. It begins here, and stands there whole.")
    elif tribune.is_introduced_there():
        ours = theirs = _("%(name)s, the blog of %(keeper)s, introduces this article and leads here.")
    else:
        ours = _("This article also stands on %(name)s, the blog of %(keeper)s.")
        theirs = _("%(keeper)s wrote this article, which also stands on %(name)s.")
    return (ours if tribune.is_ours() else theirs) % facts
