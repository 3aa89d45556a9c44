"""The second language of a post: begun, tied to its original, published together with it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from authors.bilingual import other_language
from authors.slugs import find_free_slug, make_slug
from blog.checklist import Point, musts_of
from blog.models import Authorship, Claim, Post, Revision, TranslationState
from blog.publishing import UNPUBLISHED, can_write, give_status, may_publish, move
from blog.revising import CLAIMS, begin, claims_of, record
from blog.text_links import note_links
from blog.translation_states import say_up_to_date, version_saying

# What a translation has in common with its original.
CARRIED_OVER = (
    "title",
    "standfirst",
    "body",
    "cover",
    "category",
    "event",
    "disclosure",
    "disclosure_with",
    "comment_policy",
    "comment_days",
)


def can_be_translated(post: Post) -> bool:
    """Say whether a post lacks its translation: a translation has none of its own."""
    return post.translation_of_id is None and not post.translations.exists()


@transaction.atomic
def start_translation(original: Post) -> Post:
    """Make a draft in the other language, with the text and all that goes with it to be translated, and return it."""
    # Of a published post, what stands in its working copy is translated.
    waiting = Revision.objects.waiting_for(original)
    version = waiting or version_saying(original)
    language = other_language(original.language)
    length = Post._meta.get_field("slug").max_length
    slug = make_slug(original.title, length) or original.slug
    draft = Post.objects.create(
        language=language,
        slug=find_free_slug(slug, Post.objects.in_language(language), length),
        translation_of=original,
        translated_revision=original.revision,
        translated_version=version.number if version else None,
        **{name: getattr(original, name) for name in CARRIED_OVER},
    )
    draft.categories.set(original.categories.all())
    draft.tags.set(original.tags.all())
    Authorship.objects.bulk_create(
        Authorship(post=draft, author_id=author, position=position)
        for author, position in original.authorships.values_list("author", "position")
    )
    claims = waiting.content.get(CLAIMS, []) if waiting else claims_of(original)
    Claim.objects.bulk_create(
        Claim.saying(facts, post=draft, position=position) for position, facts in enumerate(claims)
    )
    if claims:
        note_links(draft)
    return draft


def note_revision(translation: Post) -> None:
    """Remember, unsaved, that a translation was tied to its original as that is now."""
    state = translation.translation_state
    say_up_to_date(translation)
    # Whether it is done is another question.
    translation.translation_state = state


def want_translation(original: Post, *, is_wanted: bool) -> None:
    """Put the translation of a post among what is to do, or take it out; where there is one, nobody has to want it.

    It is no part of the text: a published post has it at once, whatever stands in its working copy.
    """
    if can_be_translated(original):
        state = TranslationState.TODO if is_wanted else ""
        Post.objects.filter(pk=original.pk).exclude(translation_state=state).update(translation_state=state)


def take_over_what_was_said(translation: Post) -> None:
    """Let a translation that is published again be up to date with what its working copy was said to be."""
    waiting = Revision.objects.waiting_for(translation)
    said = waiting.content.get("translated_version") if waiting else None
    if said is not None and said != translation.translated_version:
        say_up_to_date(translation, said)


def unpublished_translation(original: Post) -> Post | None:
    """Return the translation of a post that readers have not seen yet, nor will by themselves."""
    if not original.pk or original.translation_of_id:
        return None
    return original.translations.filter(status__in=UNPUBLISHED).first()


def lacking_beside(translation: Post, original: Post, user) -> list[str]:
    """Return what keeps somebody from publishing a translation at the moment of its original; [] for nothing."""
    if not (can_write(translation, user) and may_publish(translation, user)):
        return [_("You may not publish the translation.")]
    before = translation.status, translation.published_at
    give_status(translation, Post.Status.PUBLISHED)
    translation.published_at = original.published_at or translation.published_at
    try:
        translation.validate_constraints()
        points = musts_of(translation)
    except ValidationError as error:
        points = [Point("", words) for words in error.messages]
    translation.status, translation.published_at = before
    about = _("The translation “%(title)s”: %(words)s")
    return [point.with_way(about % {"title": translation.title, "words": point.words}) for point in points]


@transaction.atomic
def publish_beside(translation: Post, original: Post, *, by=None) -> None:
    """Publish a translation at the moment of its original, which is published or scheduled; from now on it follows it.

    Raises ValidationError where something is lacking for it.
    """
    begin(translation)
    translation.published_at = original.published_at
    translation.appears_with_original = True
    translation.save(update_fields=["published_at", "appears_with_original", "modified_at"])
    move(translation, Post.Status.PUBLISHED)
    record(translation, by=by)
