"""What runs in the background; each a thin call of a function elsewhere.

A task may run twice, after a process was killed, and must do no harm then.
"""

from django.tasks import TaskContext, task


# A picture is shown while it waits; somebody waits for a mail and for what is judged.
@task(priority=-10)
def prepare_image(*, image_id: int) -> None:
    """Make the renditions of a picture, then the texts that show it."""
    from blog.models import Image

    image = Image.objects.filter(pk=image_id).first()
    last = image.prepare() if image is not None else None
    if last is not None:
        render_texts_with.enqueue(image_id=image_id, after=last)


@task(priority=-15)
def render_texts_with(*, image_id: int, after: int) -> None:
    """Go on rendering the texts that show a picture."""
    from blog.models import Image

    image = Image.objects.filter(pk=image_id).first()
    last = image.render_texts(after) if image is not None else None
    if last is not None:
        render_texts_with.enqueue(image_id=image_id, after=last)


@task(priority=-15)
def draw_share_picture(*, post_id: int) -> None:
    """Draw the picture that a post is shared with."""
    from blog.sharing import draw_for

    draw_for(post_id)


# Nobody waits for it: until then, readers of the post find what else stands in its category.
@task(priority=-15)
def relate_post(*, post_id: int, is_echo: bool = False) -> None:
    """Find the posts that are about the same as one that was saved, and have those find others that lost it."""
    from blog.relating import begin, relate

    begin(post_id)
    losers = relate(post_id)
    # What these lose in turn is made up for when they are saved.
    for key in () if is_echo else losers:
        relate_post.enqueue(post_id=key, is_echo=True)


# Another site is asked, while the text stands without the picture.
@task(priority=-15)
def fetch_poster(*, address: str, kind: str, key: int) -> None:
    """Fetch the still picture of a video, for a post or a plain page that shows it."""
    from blog.syndication.posters import fetch_poster

    fetch_poster(address, kind, key)


# A post has another address, or is out of sight: until then its old address leads on, or says so.
@task(priority=-10)
def render_texts(*, posts: list[int], pages: list[int]) -> None:
    """Render some texts anew, since what they link to has moved."""
    from blog.own_links import render_texts

    render_texts(posts, pages)


@task(priority=-10)
def follow_scheduled(*, post_id: int) -> None:
    """Render the texts anew that link to a post whose hour has come."""
    from blog.own_links import follow_now

    follow_now(post_id)


# Somebody looks at a page that says how far it is.
@task(priority=-5)
def go_on_changing(*, change_id: int) -> None:
    """Change some more of many posts, or take that back, and have the next ones done."""
    from blog.bulk_changing import POSTS_IN_A_TASK, work

    if work(change_id, POSTS_IN_A_TASK):
        go_on_changing.enqueue(change_id=change_id)


# An editor gave a sponsor other sites: readers see no difference, search engines have time.
@task(priority=-20)
def mark_sponsored_links(*, sponsor_id: int) -> None:
    """Render the texts anew that name a sponsor."""
    from blog.models import Sponsor

    sponsor = Sponsor.objects.filter(pk=sponsor_id).first()
    if sponsor is not None:
        sponsor.mark_links()


# Another blog is asked, which may take its time: after all that somebody here waits for.
@task(priority=-20)
def read_headlines(*, partner_id: int) -> None:
    """Read the feed of a partner, if it is due."""
    from blog.syndication.headlines import read_headlines

    read_headlines(partner_id)


@task(takes_context=True)
def deliver_hand_over(context: TaskContext, *, pk: int) -> None:
    """Give a partner what was handed over."""
    from blog.syndication.handing_over import deliver

    deliver(pk, run=context.task_result.id)


@task(takes_context=True)
def deliver_note(context: TaskContext, *, pk: int) -> None:
    """Mail a note to its other side."""
    from blog.syndication.handing_over import deliver_note_of

    deliver_note_of(pk, run=context.task_result.id)


@task()
def look_at_copy(*, pk: int, attempt: int = 0) -> None:
    """Look whether a text stands where the partner says."""
    from blog.syndication.answering import look

    look(pk, attempt)


@task()
def take_in_offer(*, pk: int) -> None:
    """Make a draft of what a partner handed over."""
    from blog.syndication.offers import process

    process(pk)


@task(takes_context=True)
def deliver_offer_mail(context: TaskContext, *, pk: int) -> None:
    """Mail an editor what partners handed over."""
    from blog.syndication.offer_mails import deliver

    deliver(pk, run=context.task_result.id)


@task(priority=-10)
def look_at_copies() -> None:
    """See whether what was handed over to a program has become public there."""
    from blog.syndication.handing_over import look_at_copies

    look_at_copies()


@task()
def look_at_partner_copy(*, tribune_id: int) -> None:
    """See what became of a text at a partner's site, because somebody asked for it."""
    from blog.syndication.handing_over import look_there

    look_there(tribune_id)


@task(priority=-20)
def learn_categories(*, partner_id: int) -> None:
    """Keep the names of the categories of a partner's WordPress."""
    from blog.syndication.wordpress import learn_categories

    learn_categories(partner_id)


# Nobody waits for these but who asked for a look.
@task(priority=-10)
def look_at_tribunes() -> None:
    """Look at some of the tribunes that are due, at the partners', and have the next ones looked at."""
    from blog.syndication.watching import look_around

    look_around()


@task()
def look_at_tribune(*, tribune_id: int) -> None:
    """Look at one tribune, because somebody asked for it; again when its host has had its pause."""
    from blog.syndication.watching import look_again

    turn = look_again(tribune_id)
    if turn is not None:
        look_at_tribune.using(run_after=turn).enqueue(tribune_id=tribune_id)


# Nobody waits for these but who asked for a look.
@task(priority=-20)
def look_at_links() -> None:
    """Look at some of the addresses that texts link to, and have the next ones looked at."""
    from blog.syndication.link_looks import look_around

    look_around()


@task()
def look_at_link(*, pk: int) -> None:
    """Look at one address, because somebody asked for it; again when its host has had its pause."""
    from blog.syndication.link_looks import look_again

    turn = look_again(pk)
    if turn is not None:
        look_at_link.using(run_after=turn).enqueue(pk=pk)


@task(priority=-5)
def look_at_mentions() -> None:
    """Look at pages that are said to link to posts."""
    from blog.syndication.mentions import look

    look()


@task(priority=-5)
def send_mentions() -> None:
    """Tell pages of other sites that posts link to them, or no longer do."""
    from blog.syndication.telling import send_due

    send_due()


@task(priority=-5)
def announce_news() -> None:
    """Tell hubs and search engines what has appeared, changed or gone."""
    from blog.syndication.announcing import announce

    announce()


@task(takes_context=True)
def deliver_review_mail(context: TaskContext, *, pk: int) -> None:
    """Mail somebody the private address of a preview, or an editor what was said there."""
    from blog.review_mails import deliver

    deliver(pk, run=context.task_result.id)


@task(priority=-5)
def catch_up_search() -> None:
    """Write anew what is stale of the index of searches, and have the rest seen to by the next task."""
    from blog.search.catching_up import catch_up_for_a_while

    if catch_up_for_a_while():
        catch_up_search.enqueue()
