"""Posts as lists show them: a page of keys from an index, then what is shown of those posts."""

from django.db.models import BigAutoField, CharField, DateTimeField
from django.http import Http404

from blog.archive import posts_between
from blog.models import Authorship, Listing, Post
from blog.models.listings import KINDS
from blog.paging import PAGE_SIZE, ListPage
from blog.prepared import Prepared, Several

KEY, LANGUAGE, MOMENT = BigAutoField(), CharField(), DateTimeField()

# The keys of a list. Each walks one index to the page's place, and nothing else: no post is read on the way.
ALL = Prepared(
    lambda language, now: Post.objects.published(now).in_language(language).newest_first().values_list("pk", flat=True),
    language=LANGUAGE,
    now=MOMENT,
)
PERIOD = Prepared(
    lambda language, start, end: posts_between(start, end, language).newest_first().values_list("pk", flat=True),
    language=LANGUAGE,
    start=MOMENT,
    end=MOMENT,
)
DISCUSSED = Prepared(
    lambda language, now: (
        Post.objects.published(now)
        .in_language(language)
        .filter(comment_count__gt=0)
        .order_by("-comment_count", "-pk")
        .values_list("pk", flat=True)
    ),
    language=LANGUAGE,
    now=MOMENT,
)
CATEGORY, TAG, AUTHOR, SPONSOR = (
    Prepared(
        lambda key, language, now, kind=kind: (
            Listing.objects.filter(**{kind: key}).in_language(language).out(now).values_list("post_id", flat=True)
        ),
        key=KEY,
        language=LANGUAGE,
        now=MOMENT,
    )
    for kind in KINDS
)

# What is shown of posts.
LATEST = Prepared(
    lambda language, now: Post.objects.published(now).in_language(language).for_cards().newest_first(),
    language=LANGUAGE,
    now=MOMENT,
)
CARDS = Prepared(
    lambda keys: Post.objects.filter(pk__in=keys).for_cards().order_by(),
    keys=Several(KEY, PAGE_SIZE),
)
WRITERS = Prepared(
    lambda keys: (
        Authorship.objects.filter(post__pk__in=keys).order_by("position", "pk").values_list("post_id", "author__name")
    ),
    keys=Several(KEY, PAGE_SIZE),
)


def with_posts(page: ListPage, *, or_404: bool = False) -> ListPage:
    """Return the page with the posts themselves in the place of their keys; where it is empty, 404 if so told."""
    if or_404 and not page.items:
        raise Http404("No posts.")
    posts = {post.pk: post for post in CARDS(keys=page.items)} if page.items else {}
    found = [posts[key] for key in page.items if key in posts]
    return ListPage(with_authors(found), page.number, page.has_next)


def with_authors(posts: list[Post]) -> list[Post]:
    """Return the same posts, each with the names of its ``writers``: one query."""
    names = {post.pk: [] for post in posts}
    for post, name in WRITERS(keys=list(names)) if posts else ():
        names[post].append(name)
    for post in posts:
        post.writers = names[post.pk]
    return posts
