"""What must happen whenever a row changes, whoever changes it.

Receivers rather than ``save()`` methods, for three reasons: an author is of another app, which
knows nothing of this one; a many-to-many table is Django's; and ``delete()`` on a queryset calls
no method of the model, but sends its signals.
"""

from functools import partial

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from authors.models import Author
from blog import relating
from blog.announcing import announce_soon, mark_stale, note_deleted, note_pages, note_saved
from blog.context import drop_footers
from blog.models import (
    Announced,
    Announcement,
    Authorship,
    BulkChange,
    Category,
    ChangedPost,
    Claim,
    Event,
    Finding,
    Fingerprint,
    FormerFile,
    FormerRecording,
    Image,
    KeptPage,
    LinkedAddress,
    LinksNoted,
    Listing,
    Look,
    Mention,
    Month,
    Page,
    Partner,
    Post,
    Relation,
    Resemblance,
    SearchEntry,
    SearchStale,
    SearchTrigram,
    SearchWord,
    SentMention,
    Series,
    SeriesPart,
    SharePicture,
    ShownMentions,
    Speaker,
    Sponsor,
    Tag,
    TakenIn,
    TellingWord,
    TextLink,
    Told,
    Tribune,
    WordCount,
)
from blog.models.addresses import OldAddress, can_be_seen
from blog.models.images import KEPT_BY_THE_BACKGROUND
from blog.own_links import follow_now
from blog.pagecache import drop_pages
from blog.sharing import DRAWN_FROM
from blog.tasks import draw_share_picture, prepare_image

# What a post is related to others by, of its own columns.
RELATED_BY = {"title", "standfirst", "body", "body_text", "language", "category", "status"}

# What is kept beside what editors write. No page shows these as they are; whoever writes them says where that changes a
# page.
KEPT_BESIDE = (
    Announced,
    Announcement,
    BulkChange,
    ChangedPost,
    Finding,
    Fingerprint,
    FormerFile,
    FormerRecording,
    KeptPage,
    LinkedAddress,
    LinksNoted,
    Listing,
    Look,
    Mention,
    Month,
    Relation,
    Resemblance,
    SearchEntry,
    SearchStale,
    SearchTrigram,
    SearchWord,
    SentMention,
    SharePicture,
    ShownMentions,
    TakenIn,
    TellingWord,
    TextLink,
    Told,
    WordCount,
)
WITH_AN_ADDRESS = (Author, Category, Event, Page, Partner, Post, Series, Sponsor, Tag)


def keep_address(sender: type[models.Model], instance: models.Model, raw: bool, **kwargs) -> None:
    """Note the former address of what is being moved, and have search engines told of what no post is."""
    before = sender._default_manager.filter(pk=instance.pk).first() if instance.pk else None
    if before and not raw and can_be_seen(before):
        OldAddress.objects.keep(before, now=instance)
    if sender in (Event, Page) and not raw:
        note_saved(before, instance)


def note_gone(sender: type[models.Model], instance: models.Model, **kwargs) -> None:
    """Note that nothing stands any more at the address of what is being deleted, and have search engines told."""
    if can_be_seen(instance):
        OldAddress.objects.keep(instance, now=None)
    if sender in (Event, Page):
        note_pages(instance)


def leave_words(sender: type[Post], instance: Post, **kwargs) -> None:
    """Have the texts rendered anew that link to a post which is being deleted; only now it is known which."""
    follow_now(instance.pk)


def drop_all_pages(sender: type[models.Model], **kwargs) -> None:
    """Let no kept page survive what an editor changed."""
    drop_pages()


def list_anew(sender: type[models.Model], instance: models.Model, action: str, **kwargs) -> None:
    """Write anew the lists of a post whose tags or categories changed."""
    if action.startswith("post_") and isinstance(instance, Post):
        Listing.objects.refresh([instance])
        if instance.status == Post.Status.PUBLISHED:
            relate_soon(instance)


def list_authors_anew(sender: type[Authorship], instance: Authorship, origin: object = None, **kwargs) -> None:
    """Write anew the lists of a post whose authors changed; not of one that is being deleted itself."""
    if isinstance(origin, Post) or getattr(origin, "model", None) is Post:
        return
    for post in Post.objects.filter(pk=instance.post_id):
        Listing.objects.refresh([post])


def count_without(sender: type[Post], instance: Post, **kwargs) -> None:
    """Count the month of a post that was deleted."""
    Month.objects.recount(instance, None)


def prepare_changed_image(sender: type[Image], instance: Image, update_fields, **kwargs) -> None:
    """Let the background make the renditions, and the texts that show the picture."""
    if not update_fields or not KEPT_BY_THE_BACKGROUND.issuperset(update_fields):
        prepare_image.enqueue(image_id=instance.pk)


def draw_changed_post(sender: type[Post], instance: Post, update_fields, **kwargs) -> None:
    """Let the background draw what a post is shared with, once it is certain that it was saved."""
    was_drawn = instance.status == Post.Status.PUBLISHED or not update_fields or "status" in update_fields
    if was_drawn and (not update_fields or DRAWN_FROM & set(update_fields)):
        transaction.on_commit(partial(draw_share_picture.enqueue, post_id=instance.pk))


def announce_changed(sender: type[Post], **kwargs) -> None:
    """Let hubs and search engines be told of a post that was saved, if anything that they know has changed."""
    transaction.on_commit(announce_soon, robust=True)


def announce_deleted(sender: type[Post], instance: Post, **kwargs) -> None:
    """Let them be told that a post has gone."""
    note_deleted(instance.pk)


def announce_beside(sender: type[models.Model], instance: models.Model, action: str = "post_", **kwargs) -> None:
    """Let them be told that the tags, the authors, a claim or a tribune of a post have changed."""
    if action.startswith("post_") and isinstance(instance, Post | Authorship | Claim | Tribune):
        mark_stale(instance.pk if isinstance(instance, Post) else instance.post_id)


def announce_speaker(sender: type[Speaker], instance: Speaker, **kwargs) -> None:
    """Let search engines be told that other people speak at an event."""
    note_pages(Event.objects.filter(pk=instance.event_id).first())


def relate_changed_post(sender: type[Post], instance: Post, created: bool, update_fields, **kwargs) -> None:
    """Let the background find what is about the same, where a post is out, or was."""
    if update_fields and not RELATED_BY & set(update_fields):
        return
    if instance.status == Post.Status.PUBLISHED or (not created and instance.telling_words.exists()):
        relate_soon(instance)


def relate_soon(post: Post) -> None:
    """Have it done once it is certain that the post was saved."""
    transaction.on_commit(partial(relating.ask, post.pk))


def follow_original_in_series(sender: type[Post], instance: Post, created: bool, **kwargs) -> None:
    """Let a part of a series be the original where the post has become a translation."""
    if not created and instance.translation_of_id:
        SeriesPart.objects.follow_original(instance)


def remove_share_picture(sender: type[SharePicture], instance: SharePicture, **kwargs) -> None:
    """Let no file stay of what is not shared any more."""
    if instance.file:
        transaction.on_commit(partial(default_storage.delete, instance.file))


def connect() -> None:
    """Connect the receivers; called once, by the app's configuration."""
    for model in WITH_AN_ADDRESS:
        pre_save.connect(keep_address, sender=model)
        pre_delete.connect(note_gone, sender=model)
    for app in ("authors", "blog"):
        for model in apps.get_app_config(app).get_models():
            if model not in KEPT_BESIDE:
                post_save.connect(drop_all_pages, sender=model)
                post_delete.connect(drop_all_pages, sender=model)
    for table in (Post.tags.through, Post.categories.through):
        m2m_changed.connect(list_anew, sender=table)
        m2m_changed.connect(announce_beside, sender=table)
    for model in (Authorship, Claim, Tribune):
        post_save.connect(announce_beside, sender=model)
        post_delete.connect(announce_beside, sender=model)
    post_save.connect(announce_changed, sender=Post)
    post_save.connect(announce_speaker, sender=Speaker)
    post_delete.connect(announce_speaker, sender=Speaker)
    pre_delete.connect(announce_deleted, sender=Post)
    post_delete.connect(count_without, sender=Post)
    pre_delete.connect(leave_words, sender=Post)
    post_save.connect(list_authors_anew, sender=Authorship)
    post_delete.connect(list_authors_anew, sender=Authorship)
    post_save.connect(prepare_changed_image, sender=Image)
    post_save.connect(draw_changed_post, sender=Post)
    post_save.connect(relate_changed_post, sender=Post)
    post_save.connect(follow_original_in_series, sender=Post)
    post_delete.connect(remove_share_picture, sender=SharePicture)
    post_save.connect(drop_footers, sender=Page)
    post_delete.connect(drop_footers, sender=Page)
