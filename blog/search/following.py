"""What changes what can be found, besides a post itself: each has the entries looked at again that show it.

A post’s own changes are marked where its lists are written (``ListingQuerySet.refresh()``). Receivers, as in
``blog.signals`` and for the same reasons.
"""

from django.db import models
from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_save

from authors.models import Author
from blog.models import (
    Authorship,
    Category,
    Claim,
    Event,
    KeptPage,
    Listing,
    Page,
    Partner,
    Post,
    SearchStale,
    Speaker,
    Tag,
    Tribune,
)
from blog.search.kinds import AUTHOR_KIND, EVENT, PAGE, PARTNER, POST


def note_post(sender: type[Post], instance: Post, **kwargs) -> None:
    """A post that is deleted is found no more."""
    SearchStale.objects.mark(POST, [instance.pk])


def note_page(sender: type[Page], instance: Page, **kwargs) -> None:
    """A plain page was written, hidden or deleted."""
    SearchStale.objects.mark(PAGE, [instance.pk])


def note_author(sender: type[Author], instance: Author, **kwargs) -> None:
    """Something that readers know of an author was changed."""
    SearchStale.objects.mark(AUTHOR_KIND, [instance.pk])


def note_tribune(sender: type[Tribune], instance: Tribune, **kwargs) -> None:
    """What a post says of where else it stands was changed."""
    SearchStale.objects.mark(POST, [instance.post_id])


def note_claim(sender: type[Claim], instance: Claim, **kwargs) -> None:
    """What a post says of a claim was changed."""
    SearchStale.objects.mark(POST, [instance.post_id])


def note_kept_page(sender: type[KeptPage], instance: KeptPage, **kwargs) -> None:
    """What is kept of a page at a partner's was changed; readers may get it."""
    posts = Tribune.objects.filter(pk=instance.tribune_id, archive_agreed=True)
    SearchStale.objects.mark_rows(POST, posts.values_list("post_id"))


def note_event(sender: type[Event], instance: Event, **kwargs) -> None:
    """An event was announced, changed, hidden or deleted."""
    SearchStale.objects.mark(EVENT, [instance.pk])


def note_speaker(sender: type[Speaker], instance: Speaker, **kwargs) -> None:
    """Somebody else speaks at an event."""
    SearchStale.objects.mark(EVENT, [instance.event_id])


def note_partner(sender: type[Partner], instance: Partner, **kwargs) -> None:
    """Something that readers know of a partner was changed."""
    SearchStale.objects.mark(PARTNER, [instance.pk])


def look_at_names(sender: type[models.Model], instance: models.Model, **kwargs) -> None:
    """Posts are found by the names of what they point at: see whether one of them gets another name."""
    names = NAMES[sender]
    before = sender._default_manager.filter(pk=instance.pk).values_list(*names).first() if instance.pk else None
    instance.is_renamed = before is not None and before != tuple(getattr(instance, name) for name in names)


def note_renamed(sender: type[models.Model], instance: models.Model, **kwargs) -> None:
    """Have the posts of what got another name looked at again, now that it has it."""
    if instance.is_renamed:
        SearchStale.objects.mark_rows(POST, POSTS_OF[sender](instance.pk))


NAMES = {
    Author: ("name",),
    Category: ("name_fr", "name_en"),
    Tag: ("name_fr", "name_en"),
    Partner: ("name", "keeper"),
}
POSTS_OF = {
    Author: lambda key: Authorship.objects.filter(author=key).values_list("post_id"),
    Category: lambda key: Post.objects.filter(Q(category=key) | Q(categories=key)).values_list("pk").distinct(),
    Tag: lambda key: Listing.objects.filter(tag=key).values_list("post_id"),
    Partner: lambda key: Tribune.objects.filter(partner=key).values_list("post_id"),
}


def connect() -> None:
    """Connect the receivers; called once, by the app's configuration."""
    post_delete.connect(note_post, sender=Post)
    for model in NAMES:
        pre_save.connect(look_at_names, sender=model)
        post_save.connect(note_renamed, sender=model)
    for note, model in (
        (note_page, Page),
        (note_author, Author),
        (note_event, Event),
        (note_speaker, Speaker),
        (note_partner, Partner),
        (note_tribune, Tribune),
        (note_claim, Claim),
        (note_kept_page, KeptPage),
    ):
        post_save.connect(note, sender=model)
        post_delete.connect(note, sender=model)
