"""The second language of a post."""

from django.db import transaction

from authors.bilingual import other_language
from authors.slugs import find_free_slug, make_slug
from blog.models import Authorship, Post

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
    language = other_language(original.language)
    length = Post._meta.get_field("slug").max_length
    slug = make_slug(original.title, length) or original.slug
    draft = Post.objects.create(
        language=language,
        slug=find_free_slug(slug, Post.objects.in_language(language), length),
        translation_of=original,
        translated_revision=original.revision,
        **{name: getattr(original, name) for name in CARRIED_OVER},
    )
    draft.categories.set(original.categories.all())
    draft.tags.set(original.tags.all())
    Authorship.objects.bulk_create(
        Authorship(post=draft, author_id=author, position=position)
        for author, position in original.authorships.values_list("author", "position")
    )
    return draft


def note_revision(translation: Post) -> None:
    """Remember, unsaved, that a translation says what its original says now."""
    original = translation.translation_of
    translation.translated_revision = original.revision if original else None
