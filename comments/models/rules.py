from django.utils.translation import gettext_lazy as _

from blog.models import DiscussionRules


class CommentRules(DiscussionRules):
    """The rules of the site's discussions where moderators look for them: below the comments.

    The row is the blog's, since a post says by it whether it takes comments.
    """

    class Meta:
        proxy = True
        verbose_name = _("rules of the discussions")
        verbose_name_plural = _("rules of the discussions")
        default_permissions = ("change",)
