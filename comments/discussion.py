"""One page of a discussion, as it is shown below a post."""

import re
from functools import cache
from itertools import pairwise, zip_longest
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import (
    BigAutoField,
    Case,
    CharField,
    F,
    OuterRef,
    PositiveIntegerField,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Substr
from django.http import Http404, HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy
from jinja2 import pass_context
from jinja2.runtime import Context

from authors.addresses import address
from blog.models import Post
from blog.models.languages import Language
from blog.paging import ListPage, get_page, page_number
from blog.prepared import Bound, Parameter, Prepared, Slice
from comments.forms import CommentForm, make_stamp
from comments.models import Comment
from comments.models.comments import STEP, path_below, paths_below
from comments.policy import promise

# What a reader scrolls through before a link to more is welcome; it also bounds what a page of
# a long discussion costs.
COMMENTS_A_PAGE = 40

# Where the key stands in an address that is made once for all: forty comments have eighty addresses, and Django takes
# longer to make each of them than to show the comment.
NOBODY = "/0/"

# Deeper answers stay at this indentation, and say whom they answer: a phone's line is short.
DEEPEST_INDENT = 4

COLUMNS = (
    "path",
    "parent_id",
    "author_id",
    "depth",
    "name",
    "site",
    "language",
    "html",
    "status",
    "created_at",
    "edited_at",
    "is_locked",
    "locked_at",
)


def standing_in(post: Parameter) -> QuerySet[Comment]:
    """Return the comments that stand below a post."""
    return Comment.objects.filter(post=post).standing()


def slice_of(post: Parameter, comments: QuerySet[Comment], column: str) -> QuerySet[Comment]:
    """Return a page of comments with what it shows of each, given all in their order, which ``column`` makes.

    Far down a long discussion, a page passes over thousands: those are read in the index of their order alone.
    """
    shown = Comment.objects.filter(post=post, **{f"{column}__in": Slice(comments.values(column))})
    shown = shown.order_by(*comments.query.order_by)
    answered = Case(When(parent__status=Comment.Status.APPROVED, then=F("parent__name")))
    return shown.annotate(answered_name=answered).only(*COLUMNS)


def with_thread(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """Add who began the thread of each comment, where that can be read, and how many of its answers are folded."""
    beginning = Comment.objects.filter(post=OuterRef("post"), path=Substr(OuterRef("path"), 1, STEP)).order_by()
    return comments.annotate(
        thread_name=Subquery(beginning.approved().values("name")),
        folded_in_thread=Subquery(beginning.values("folded_count")),
    )


# The ways through a discussion. Each walks an index of its own, so that a page of it costs the same in all of them.
BY_THREAD = Prepared(
    lambda post: with_thread(slice_of(post, standing_in(post).filter(is_folded=None).threaded(), "path")),
    post=BigAutoField(),
)
ONE_THREAD = Prepared(
    lambda post, first, last: with_thread(
        slice_of(post, standing_in(post).filter(path__gte=first, path__lte=last).threaded(), "path")
    ),
    post=BigAutoField(),
    first=CharField(),
    last=CharField(),
)
BY_AGE = {
    "newest": Prepared(
        lambda post: slice_of(post, standing_in(post).approved().order_by("-number"), "number"), post=BigAutoField()
    ),
    "oldest": Prepared(
        lambda post: slice_of(post, standing_in(post).approved().order_by("number"), "number"), post=BigAutoField()
    ),
}
SINCE = Prepared(
    lambda post, since: slice_of(
        post, standing_in(post).approved().filter(number__gt=since).order_by("number"), "number"
    ),
    post=BigAutoField(),
    since=PositiveIntegerField(),
)
IN_LANGUAGE = Prepared(
    lambda post, language: slice_of(post, standing_in(post).filter(language=language).threaded(), "path"),
    post=BigAutoField(),
    language=CharField(),
)


class Way(NamedTuple):
    """How a reader goes through it: by thread, in an order, in one language, by what is new, or in one thread.

    ``since`` is the number of the last comment that somebody knows. It stands in the address, so that a page of what
    is new is the same for everybody, and nothing is kept of who read what. ``thread`` is the number of the comment that
    a thread begins with. By thread alone, the long ones are folded: there a page has others to make room for.
    """

    order: str = ""
    language: str = ""
    since: str = ""
    thread: str = ""

    @property
    def is_threaded(self) -> bool:
        """Whether each answer stands below what it answers."""
        return not (self.order or self.language or self.since)

    @property
    def query(self) -> str:
        """What an address on this way ends with: nothing, or ``order=newest``."""
        return urlencode({name: value for name, value in self._asdict().items() if value})

    def address(self, post: Post, number: int = 1, anchor: str = "comments") -> str:
        """Return the address of a page of the discussion on this way, or of a place on it."""
        pages = f"comments={number}" if number > 1 else ""
        query = "&".join(filter(None, (self.query, pages)))
        return f"{post.path()}?{query}#{anchor}" if query else f"{post.path()}#{anchor}"

    def comments(self, post: Post) -> Bound:
        """Return the comments in the order of this way."""
        if self.order:
            return BY_AGE[self.order](post=post.discussion_id)
        if self.since:
            return SINCE(post=post.discussion_id, since=int(self.since))
        if self.language:
            return IN_LANGUAGE(post=post.discussion_id, language=self.language)
        if self.thread:
            first, last = paths_below(path_below(None, int(self.thread)))
            return ONE_THREAD(post=post.discussion_id, first=first, last=last)
        return BY_THREAD(post=post.discussion_id)


def way_of(request: HttpRequest) -> Way:
    """Return the way that ``?order=``, ``?language=``, ``?since=`` or ``?thread=`` asks for.

    Raises Http404 where there is none.
    """
    way = Way(*(request.GET.get(name, "") for name in Way._fields))
    is_known = way.order in ("", *BY_AGE) and way.language in ("", *Language.values)
    has_numbers = NUMBER.match(way.since) and NUMBER.match(way.thread)
    if not is_known or not has_numbers or sum(map(bool, way)) > 1:
        raise Http404("Nobody reads a discussion like that.")
    return way


BY_THREADS = Way()

# No discussion has more comments: a step of their path has six digits. None begins with a zero, so that there is one
# address for one page.
NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,5})?\Z", re.ASCII)

# Below this, a reader sees the whole at a glance.
WORTH_ORDERING = 10

IN_LANGUAGE_ONLY = {
    Language.FRENCH: gettext_lazy("Those in French"),
    Language.ENGLISH: gettext_lazy("Those in English"),
}


@pass_context
def discussion(context: Context, post: Post) -> SafeString:
    """Show the discussion of a post, and the form to take part in it: a function of the templates.

    The page of the discussion is that of ``?comments=``, on the way that the rest of the query asks for. A form that
    was refused, as ``comment_form`` in the context, is shown with what was typed and what is wrong.
    """
    takes_comments = post.takes_comments()
    form = context["comment_form"] or (empty_form() if takes_comments else None)
    way = way_of(context["request"])
    shown = {
        "page": comments_of(post, page_number(context["request"], "comments"), way),
        "way": way,
        "ways": ways_through(post, has_translations=bool(context["translations"])),
        "takes_comments": takes_comments,
        "form": form,
        "action": address("comments:comment-create", 0).replace(NOBODY, f"/{post.pk}/"),
        "draft": post.discussion_id,
        "promise": promise(post) if form else "",
        "stamp": form["stamp"].value() if form and form.is_bound else make_stamp(post.pk),
    }
    # What {% include %} does; render() would gather anew all that templates can call.
    template = context.environment.get_template("comments/_discussion.html")
    parts = template.root_render_func(template.new_context(context.get_all() | shown, shared=True))
    return mark_safe("".join(parts))  # noqa: S308 (a template escapes what it shows)


def ways_through(post: Post, *, has_translations: bool) -> list[tuple[Way, str]]:
    """Return the ways through a discussion that are worth a link, each with its name: none where it is short."""
    if post.comment_count < WORTH_ORDERING:
        return []
    ways = [
        (Way(), gettext("By thread")),
        (Way(order="newest"), gettext("Newest first")),
        (Way(order="oldest"), gettext("Oldest first")),
    ]
    if has_translations:
        ways += [(Way(language=language), IN_LANGUAGE_ONLY[language]) for language in Language.values]
    return ways


def comments_of(post: Post, number: int, way: Way = BY_THREADS) -> ListPage:
    """Return page ``number`` of a post's discussion, by thread each comment before its answers.

    One query. Each comment knows whom it answers where that can be read, and the last that is shown of a folded thread
    where the others are. Raises Http404 where there is no such page, or no such thread.
    """
    page = get_page(way.comments(post), number, COMMENTS_A_PAGE)
    if way.thread and not page.items:
        raise Http404("No such thread.")
    address_of_nobody = address("comments:comment-detail", 0)
    answer_to_nobody = address("comments:comment-reply", 0)
    report_of_nobody = address("comments:comment-report", 0)
    for comment in page:
        place = f"/{comment.pk}/"
        comment.address = address_of_nobody.replace(NOBODY, place)
        comment.answer_address = answer_to_nobody.replace(NOBODY, place)
        comment.report_address = report_of_nobody.replace(NOBODY, place)
        answered = f"/{comment.parent_id}/"
        comment.answered_address = address_of_nobody.replace(NOBODY, answered) if comment.parent_id else ""
        # By age, and where voices of another language are left out, nothing stands below what it answers.
        comment.indent = min(comment.depth, DEEPEST_INDENT) if way.is_threaded else 0
        comment.thread_address = ""
    nest(page)
    if way == BY_THREADS:
        mark_folds(page, post)
    return page


def nest(page: ListPage) -> None:
    """Let each comment know how many lists of answers end after it, -1 where one begins; and whether it stands apart.

    A page may begin in the middle of a branch. What has nothing above it there stands in the outermost list whatever
    its indentation, and says whom it answers, as does what stands no deeper than that.
    """
    above = []
    for comment in page:
        while above and above[-1].indent >= comment.indent:
            above.pop()
        comment.level = len(above)
        comment.stands_apart = comment.depth > (comment.indent if above else 0)
        above.append(comment)
    for comment, after in zip_longest(page.items, page.items[1:]):
        comment.lists_ended = comment.level - (after.level if after else 0)


def mark_folds(page: ListPage, post: Post) -> None:
    """Let the last comment of each thread on a page know where the thread goes on, if it is folded."""
    for comment, after in pairwise([*page.items, page.following]):
        ends_here = after is None or after.thread != comment.thread
        if ends_here and comment.folded_in_thread:
            comment.thread_address = Way(thread=str(comment.thread)).address(post)


@cache
def empty_form() -> CommentForm:
    """Return the form of a page on which nobody has typed anything: but for its stamp, always the same."""
    return CommentForm(post_id=0)


def news_address(comment: Comment, post: Post) -> str:
    """Return where a comment stands among what is new since the one before it."""
    return Way(since=str(comment.number - 1)).address(post, anchor=comment.anchor)


def address_of(comment: Comment, post: Post) -> str:
    """Return where a comment stands now: page and anchor on its post's page, or on that of its folded thread."""
    if comment.is_folded:
        way, beside = Way(thread=str(comment.thread)), comment.whole_thread()
    else:
        way, beside = BY_THREADS, Comment.objects.of(post).filter(is_folded=None)
    before = beside.standing().filter(path__lt=comment.path).count()
    return way.address(post, before // COMMENTS_A_PAGE + 1, anchor=comment.anchor)
