"""Which posts are about the same: found in the background when a post is saved, and kept, so that no page computes it.

Two things speak for it: words and where editors filed a post. A post is known by the few words that tell it from the
others of its language (TF-IDF: often in it, in few others), which are an index (``TellingWord``); of two posts the
cosine is taken. Whole texts are compared with nobody's: shingles find copies, and two articles on one subject share
words, not phrases. Subjects count by how few posts have them; a link from one to the other counts too.

How many posts have a word (``WordCount``) is counted when a post is first looked at, and again from the beginning by
``relate_all()``; edits in between do not change what is rare in a language.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import batched
from math import log, sqrt

from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, F, Q

from authors.bilingual import LANGUAGES
from authors.slugs import make_slug
from blog.models import Listing, Post, Relation, TellingWord, WordCount
from blog.stopwords import STOPWORDS
from blog.tasks import relate_post

# How many readers are shown, and how many are kept, so that some may be withdrawn, or are still to come.
SHOWN = 3
KEPT = 8

# More words would make the index longer, and found nothing more in the demo.
WORDS_KEPT = 24
# Of a very long text: the rest is about the same.
LOOKED_AT = 200_000
# Inflected forms of a word share its beginning, in French as in English.
STEM = 7
SHORTEST_WORD = 4
# What is said where counts more than being said once more.
IN_TITLE, IN_STANDFIRST = 4, 2
# A word that stands in more of all posts than that tells nothing, once there are some posts.
TOO_COMMON, WORTH_COUNTING = 0.4, 20

# Rows of the index that are read for one post, those of the rarest words first: the time that one post takes.
ROWS_READ = 6_000
# Candidates whose subjects are looked at, by words and by subjects.
NEAREST, SAME_SUBJECT = 60, 120

# What speaks for a relation, each from 0 to 1; together 1. Set by hand on the demo, and held by a set of judgements.
TEXT, SUBJECTS, CATEGORIES, LINKED = 0.5, 0.25, 0.1, 0.15
# Two articles on one matter hardly share more of their telling words.
ALIKE = 0.3
# Less is a coincidence: to show nothing is better.
LEAST = 60
THOUSAND = 1000

# A mark that nobody took away, since its task was lost, is in the way for no longer.
MARK_SECONDS = 900

# A quarter of a minute's work.
MADE_UP_AN_HOUR = 200

POSTS_AT_ONCE = 200
# Words of all posts are counted in memory; of more different ones, those found once are forgotten on the way.
MOST_WORDS = 400_000
ALL = 0

COMMON = frozenset(make_slug(word, 40) for word in STOPWORDS)


# Words


def words_of(title: str, standfirst: str, text: str) -> Counter[str]:
    """Return how often a post says what, by the beginnings of its words."""
    counted: Counter[str] = Counter()
    for part, weight in ((title, IN_TITLE), (standfirst, IN_STANDFIRST), (text[:LOOKED_AT], 1)):
        for word in make_slug(part, 2 * LOOKED_AT).split("-"):
            if len(word) >= SHORTEST_WORD and not word.isdigit() and word not in COMMON:
                counted[word.removesuffix("s")[:STEM]] += weight
    return counted


def number_of(word: str, language: str) -> int:
    """Return the number that stands for a word of a language: of 63 bits, never 0."""
    digest = blake2b(f"{language} {word}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1 or 1


def numbers_of(post: Post) -> dict[int, int]:
    """Return how often each word stands in a post, by its number."""
    words = words_of(post.title, post.standfirst, post.body_text)
    return {number_of(word, post.language): count for word, count in words.items()}


def telling(words: Mapping[int, int], in_posts: Callable[[int], int], total: int) -> dict[int, int]:
    """Return the words that tell a text from others, and how much each does: in thousandths, as a vector of length 1.

    ``in_posts`` says how many of ``total`` posts have a word.
    """
    weights = {}
    for word, count in words.items():
        posts = in_posts(word)
        if total < WORTH_COUNTING or posts <= total * TOO_COMMON:
            # What nobody else says tells it from all, and is in common with none: it weighs as what two say.
            weights[word] = (1 + log(count)) * log((total + 2) / max(posts, 2))
    kept = sorted(weights, key=lambda word: (-weights[word], word))[:WORDS_KEPT]
    length = sqrt(sum(weights[word] ** 2 for word in kept)) or 1
    return {word: round(THOUSAND * weights[word] / length) for word in kept if weights[word] > 0}


@transaction.atomic
def note_words(post: Post) -> dict[int, int]:
    """Keep the telling words of a post, and return them; one that is new is counted."""
    words = numbers_of(post)
    # Whoever has this row is the only one who counts.
    WordCount.objects.get_or_create(language=post.language, word=ALL)
    WordCount.objects.select_for_update().get(language=post.language, word=ALL)
    if not TellingWord.objects.filter(post=post).exists():
        count_words(post.language, [ALL, *words])
    known = WordCount.objects.filter(language=post.language, word__in=[ALL, *words])
    counts = dict(known.values_list("word", "posts"))
    kept = telling(words, lambda word: counts.get(word, 1), counts[ALL])
    TellingWord.objects.filter(post=post).delete()
    TellingWord.objects.bulk_create(TellingWord(post=post, word=word, weight=weight) for word, weight in kept.items())
    return kept


def count_words(language: str, words: Iterable[int]) -> None:
    """Count one post more for each of these words."""
    rows = WordCount.objects.filter(language=language, word__in=words)
    rows.update(posts=F("posts") + 1)
    known = set(rows.values_list("word", flat=True))
    WordCount.objects.bulk_create(
        WordCount(language=language, word=word, posts=1) for word in words if word not in known
    )


# Relations


def ask(post_id: int) -> None:
    """Have what is related to a post found in the background, once however often it is saved until then."""
    if cache.add(mark_of(post_id), True, MARK_SECONDS):
        relate_post.enqueue(post_id=post_id)


def begin(post_id: int) -> None:
    """Let what is saved from now on be asked for again."""
    cache.delete(mark_of(post_id))


def mark_of(post_id: int) -> str:
    """Return the key of the mark in the cache that says that a task waits."""
    return f"relate:{post_id}"


def relate(post_id: int) -> list[int]:
    """Find what is related to a post, and what it is related to; a post that readers do not see is forgotten.

    Return the posts that lost so many by it that they need more.
    """
    post = Post.objects.filter(pk=post_id).only("language", "title", "standfirst", "body_text", "status").first()
    if post is None or post.status != Post.Status.PUBLISHED:
        return forget(post_id)
    return keep(post.pk, find_related(post, note_words(post)))


@transaction.atomic
def forget(post_id: int) -> list[int]:
    """Let a post be related to nothing."""
    TellingWord.objects.filter(post=post_id).delete()
    return keep(post_id, {})


def find_related(post: Post, words: Mapping[int, int]) -> dict[int, int]:
    """Return how much each post is related to this one, the nearest alone, in thousandths."""
    likeness = by_words(post, words)
    nearest = sorted(likeness, key=lambda key: (-likeness[key], key))[:NEAREST]
    linked = linked_with(post)
    subjects, rarity = subjects_of(post)
    candidates = {*nearest, *linked, *with_subject(post, subjects)} - {post.pk}
    filed = filed_under(post.language, [post.pk, *candidates])
    scores = {}
    for key in candidates & filed.keys():
        tags, categories = filed[key]
        own_categories = filed.get(post.pk, (set(), set()))[1]
        shared = sum(rarity[tag] for tag in tags & subjects)
        together = len(categories | own_categories)
        score = (
            TEXT * min(1, likeness.get(key, 0) / ALIKE)
            + SUBJECTS * min(1, shared)
            + CATEGORIES * (len(categories & own_categories) / together if together else 0)
            + LINKED * (key in linked)
        )
        scores[key] = round(THOUSAND * score)
    best = sorted(scores, key=lambda key: (-scores[key], -key))[:NEAREST]
    return {key: scores[key] for key in best if scores[key] >= LEAST}


def by_words(post: Post, words: Mapping[int, int]) -> dict[int, float]:
    """Return the cosines of a post with others, by the telling words that they share."""
    rows = TellingWord.objects.filter(word__in=rarest(words)).exclude(post=post)
    likeness: defaultdict[int, float] = defaultdict(float)
    for key, word, weight in rows.values_list("post_id", "word", "weight")[:ROWS_READ]:
        likeness[key] += words[word] * weight / THOUSAND**2
    return likeness


def rarest(words: Mapping[int, int]) -> list[int]:
    """Return those of these words that few posts have: as many as ``ROWS_READ`` rows are about, one at least."""
    counted = TellingWord.objects.filter(word__in=words).order_by().values("word").annotate(posts=Count("post"))
    found, rows = [], 0
    for word, posts in sorted(counted.values_list("word", "posts"), key=lambda row: (row[1], row[0])):
        rows += posts
        if found and rows > ROWS_READ:
            break
        found.append(word)
    return found


def subjects_of(post: Post) -> tuple[set[int], dict[int, float]]:
    """Return the tags of a post, and how much it says to have each: from 0, where all have it, to 1."""
    tags = set(Listing.objects.filter(post=post, tag__isnull=False).values_list("tag", flat=True))
    listed = Listing.objects.filter(tag__in=tags, language=post.language).order_by()
    posts = dict(listed.values("tag").annotate(posts=Count("post")).values_list("tag", "posts"))
    counted = WordCount.objects.filter(language=post.language, word=ALL).values_list("posts", flat=True).first()
    total = max(counted or 0, 2, *posts.values()) if posts else 2
    return tags, {tag: 1 - log(max(posts.get(tag, 1), 1)) / log(total + 1) for tag in tags}


def with_subject(post: Post, tags: set[int]) -> set[int]:
    """Return the latest posts that have one of these tags."""
    listed = Listing.objects.filter(tag__in=tags, language=post.language).order_by("-published_at", "-post_id")
    return set(listed.values_list("post_id", flat=True)[:SAME_SUBJECT])


def linked_with(post: Post) -> set[int]:
    """Return the posts of its language that a post links to, or that link to it; the latest where they are many."""
    links = Post.linked_posts.through.objects.filter(Q(from_post=post) | Q(to_post=post)).order_by("-pk")
    pairs = links.values_list("from_post", "to_post")[:SAME_SUBJECT]
    return {key for pair in pairs for key in pair if key != post.pk}


def filed_under(language: str, keys: Iterable[int]) -> dict[int, tuple[set[int], set[int]]]:
    """Return the tags, and the categories with those above them, of posts of a language that are out or will be."""
    found: dict[int, tuple[set[int], set[int]]] = {}
    for key, tag, category in Listing.objects.filter(post__in=keys, language=language).values_list(
        "post_id", "tag_id", "category_id"
    ):
        tags, categories = found.setdefault(key, (set(), set()))
        if tag:
            tags.add(tag)
        if category:
            categories.add(category)
    return found


@transaction.atomic
def keep(post_id: int, scores: Mapping[int, int]) -> list[int]:
    """Keep what is related to a post, and the post where it is among the nearest of another; return who needs more."""
    best = nearest_of(scores)
    Relation.objects.filter(post=post_id).delete()
    Relation.objects.bulk_create(Relation(post_id=post_id, other_id=key, score=scores[key]) for key in best)
    had = set(Relation.objects.filter(other=post_id).values_list("post", flat=True))
    Relation.objects.filter(other=post_id).delete()
    kept: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for key, other, score in Relation.objects.filter(post__in={*had, *scores}).values_list("post", "other", "score"):
        kept[key][other] = score
    added, dropped = [], Q()
    for key, score in scores.items():
        kept[key][post_id] = score
        nearest = nearest_of(kept[key])
        if post_id in nearest:
            added.append(Relation(post_id=key, other_id=post_id, score=score))
            dropped |= Q(post=key, other__in=kept[key].keys() - set(nearest)) if len(kept[key]) > KEPT else Q()
        else:
            del kept[key][post_id]
    if dropped:
        Relation.objects.filter(dropped).delete()
    Relation.objects.bulk_create(added, ignore_conflicts=True)
    return sorted(key for key in had if len(kept[key]) < SHOWN)


def nearest_of(scores: Mapping[int, int]) -> list[int]:
    """Return the posts with the highest scores, as many as are kept; of equals the later ones."""
    return sorted(scores, key=lambda key: (-scores[key], -key))[:KEPT]


# All of them


def relate_missing(most: int = MADE_UP_AN_HOUR) -> int:
    """Look at published posts that nobody has looked at, the newest first; return how many."""
    lacking = Post.objects.published().filter(telling_words=None, words__gt=0).newest_first()
    keys = list(lacking.values_list("pk", flat=True)[:most])
    for key in keys:
        relate(key)
    return len(keys)


def relate_all(said: Callable[[int], None] = lambda done: None) -> int:
    """Count all words anew, and find anew what is related to each post; return how many posts that was.

    In memory are the counts of the words of one language at a time, and some posts. ``said`` is called with how many
    are done.
    """
    done = 0
    for language in LANGUAGES:
        total, counts = count_all(language)
        for some in batched(posts_of(language), POSTS_AT_ONCE):
            note_words_of(some, counts, total)
    TellingWord.objects.exclude(post__status=Post.Status.PUBLISHED).delete()
    Relation.objects.exclude(post__status=Post.Status.PUBLISHED).delete()
    for language in LANGUAGES:
        for some in batched(posts_of(language), POSTS_AT_ONCE):
            relate_some(some)
            done += len(some)
            said(done)
    return done


def posts_of(language: str) -> Iterator[Post]:
    """Return the posts of a language that are out or will be, some at a time: no cursor is held while they are."""
    posts = Post.objects.filter(status=Post.Status.PUBLISHED).in_language(language).order_by("pk")
    posts = posts.only("language", "title", "standfirst", "body_text", "status")
    last = 0
    while some := list(posts.filter(pk__gt=last)[:POSTS_AT_ONCE]):
        yield from some
        last = some[-1].pk


def count_all(language: str) -> tuple[int, Counter[int]]:
    """Count the words of all posts of a language, and keep the counts; return how many posts there are, and these."""
    counts: Counter[int] = Counter()
    total = 0
    for post in posts_of(language):
        counts.update(numbers_of(post).keys())
        total += 1
        if len(counts) > MOST_WORDS:
            counts = Counter({word: posts for word, posts in counts.items() if posts > 1})
    with transaction.atomic():
        WordCount.objects.filter(language=language).delete()
        rows = (WordCount(language=language, word=word, posts=posts) for word, posts in counts.items())
        WordCount.objects.bulk_create([WordCount(language=language, word=ALL, posts=total)])
        for some in batched(rows, 1000):
            WordCount.objects.bulk_create(some)
    return total, counts


@transaction.atomic
def note_words_of(posts: Iterable[Post], counts: Mapping[int, int], total: int) -> None:
    """Keep the telling words of some posts."""
    rows = []
    for post in posts:
        kept = telling(numbers_of(post), lambda word: counts.get(word, 1), total)
        rows += [TellingWord(post=post, word=word, weight=weight) for word, weight in kept.items()]
    TellingWord.objects.filter(post__in=posts).delete()
    TellingWord.objects.bulk_create(rows)


def relate_some(posts: Iterable[Post]) -> None:
    """Find what is related to each of some posts, by the words that are kept of them."""
    words: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for key, word, weight in TellingWord.objects.filter(post__in=posts).values_list("post_id", "word", "weight"):
        words[key][word] = weight
    rows = []
    for post in posts:
        scores = find_related(post, words[post.pk])
        rows += [Relation(post_id=post.pk, other_id=key, score=scores[key]) for key in nearest_of(scores)]
    with transaction.atomic():
        Relation.objects.filter(post__in=posts).delete()
        Relation.objects.bulk_create(rows, ignore_conflicts=True)
