"""Make up a publication of any size for measuring: manage.py demo --posts 50000 --comments 500000.

Rows are written in bulk, so that neither ``save()`` nor the functions of ``comments.moderation`` run. What those keep
in order (lists, places in the thread, what stands, counts) is computed here by the same rules; a test compares.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import NamedTuple

from django.db import transaction
from django.utils import translation
from django.utils.text import slugify

from authors.models import Author
from blog.body import clean_source, render_body
from blog.models import Authorship, Category, Image, Listing, Month, Partner, Post, Sponsor, Tag, Tribune
from blog.pagecache import drop_pages
from blog.search.catching_up import mark_all
from blog.translation_states import state_of_translation
from comments.folding import ANSWERS_SHOWN
from comments.models import Comment, Decision, path_below
from comments.models.comments import STEP
from comments.text import render_comment
from demo.composing import Composer, Pair
from demo.tables import Table, finish

SEED = 1996
START = datetime(2016, 1, 4, 7, tzinfo=UTC)
YEARS = timedelta(days=3652)

# Rendering is what takes time; so many different texts are enough for none to be met twice on a page.
ARTICLES = 300
COMMENTS = 400
ANSWERS = 200

# One article in so many shows a picture. Few: when its renditions are made, each post that shows it is saved again.
ILLUSTRATED = 50

GUESTS = 24
SPONSORS = 24

# Posts that differ in nothing but their discussion, at addresses that a benchmark can name.
MEASURED_ON = datetime(2021, 6, 15, 7, tzinfo=UTC)
FEW_COMMENTS, MANY_COMMENTS, ENDLESS_COMMENTS = 4, 1000, 40_000
MEASURED_SLUGS = ("quatre-commentaires", "mille-commentaires", "quarante-mille-commentaires")
ENDLESS = MEASURED_SLUGS.index("quarante-mille-commentaires")

# Answers nest so deep, the comments at the top being the first level.
LEVELS = 6

# The most lively discussion has so many times as many comments as the quietest.
LIVELIEST = 250

STATUSES = (
    (Post.Status.PUBLISHED, 970),
    (Post.Status.DRAFT, 16),
    (Post.Status.IN_REVIEW, 4),
    (Post.Status.WITHDRAWN, 10),
)
NEVER_OUT = (Post.Status.DRAFT, Post.Status.IN_REVIEW)
DISCLOSURES = (
    (Post.Disclosure.NONE, 86),
    (Post.Disclosure.CLIENT, 5),
    (Post.Disclosure.PAID, 3),
    (Post.Disclosure.AFFILIATE, 3),
    (Post.Disclosure.GIFT, 3),
)
POLICIES = (
    (Post.CommentPolicy.OPEN, 70),
    (Post.CommentPolicy.TIMED, 20),
    (Post.CommentPolicy.CLOSED, 10),
)
# What became of a comment, after how many it happens in a thousand.
FATES = (
    (Comment.Status.APPROVED, 920),
    (Comment.Status.SPAM, 35),
    (Comment.Status.REJECTED, 20),
    (Comment.Status.WITHDRAWN, 10),
    (Comment.Status.REMOVED, 10),
    (Comment.Status.PENDING, 5),
)
STOOD_ONCE = (Comment.Status.APPROVED, Comment.Status.WITHDRAWN, Comment.Status.REMOVED)


class Rendered(NamedTuple):
    """The columns of a post that hold one text."""

    theme: str
    columns: dict
    picture_id: int | None


@dataclass
class Draft:
    """A comment that is being placed: what ``path_below`` and the answers to it need."""

    key: int
    number: int
    parent: "Draft | None"
    status: str
    at: datetime
    path: str = ""
    depth: int = 0
    is_standing: bool = False
    is_folded: bool | None = None
    folded_count: int | None = None


@transaction.atomic
def generate(*, posts: int, comments: int) -> None:
    """Add so many posts, translations among them, and so many comments.

    The same numbers make the same publication each time, in an empty database and in that of the demo.
    """
    Generator(posts, comments).run()
    mark_all()
    drop_pages()


class Generator:
    """Makes the rows, a post with its translation and its discussion at a time."""

    def __init__(self, posts: int, comments: int) -> None:
        self.random = Random(SEED)  # noqa: S311 (nothing secret is drawn)
        self.composer = Composer(SEED)
        self.originals = posts - posts // 3
        self.translations = posts // 3
        self.comments = comments

        self.posts = Table(Post, has_keys=True)
        self.authorships = Table(Authorship)
        self.tags = Table(Post.tags.through)
        self.categories = Table(Post.categories.through)
        self.pictures = Table(Post.pictures.through)
        self.listings = Table(Listing)
        self.tribunes = Table(Tribune)
        self.discussion = Table(Comment, has_keys=True)
        self.decisions = Table(Decision)

    def run(self) -> None:
        """Make everything."""
        self.make_surroundings()
        self.make_texts()
        sizes = discussion_sizes(self.random, self.originals, self.comments)
        for index, (is_translated, size) in enumerate(
            zip(spread(self.translations, self.originals), sizes, strict=True)
        ):
            self.make_post(index, is_translated=is_translated, size=size)
        finish(value for value in vars(self).values() if isinstance(value, Table))
        Month.objects.recount_all()

    # What posts point at

    def make_surroundings(self) -> None:
        """Add authors, categories and tags to those that are there, and remember them all."""
        themes = self.composer.themes
        for number in range(GUESTS):
            name, text = self.composer.name(), self.composer.standfirst(self.random.choice(sorted(themes)))
            Author.objects.create(
                name=name, slug=f"{slugify(name)}-{number}", biography_fr=text.fr, biography_en=text.en
            )
        top = Category.objects.create(slug="carnets", name_fr="Carnets", name_en="Notebooks", position=90)
        self.theme_categories, self.theme_tags = {}, {}
        for key, theme in themes.items():
            names = [Pair(*names) for names in theme["tags"]]
            middle = make_category(top, names[0])
            self.theme_categories[key] = [middle, make_category(middle, names[1])]
            self.theme_tags[key] = [
                Tag.objects.create(slug=slugify(name.fr), name_fr=name.fr, name_en=name.en) for name in names
            ]
        # As many as a publication has to do with; invented people, who have no sites.
        names = [self.composer.name() for _ in range(SPONSORS)]
        self.all_sponsors = [
            Sponsor.objects.create(name=f"{name} {number}", slug=f"{slugify(name)}-{number}").pk
            for number, name in enumerate(names, 1)
        ]
        self.all_authors = list(Author.objects.order_by("pk"))
        self.all_tags = list(Tag.objects.order_by("pk"))
        self.all_categories = list(Category.objects.with_parents().order_by("pk"))
        self.trails = {each.pk: [above.pk for above in each.trail()] for each in self.all_categories}
        self.all_partners = list(Partner.objects.order_by("pk"))
        self.covers = list(Image.objects.filter(width__gte=1200).order_by("pk").values_list("pk", flat=True))

    def make_texts(self) -> None:
        """Compose and render the texts that posts and comments share."""
        images = Image.objects.in_bulk(self.covers)
        self.articles: list[dict[str, Rendered]] = []
        for number in range(min(ARTICLES, self.originals)):
            picture_id = self.covers[number % len(self.covers)] if self.covers and number % ILLUSTRATED == 0 else None
            shown = {picture_id: images[picture_id].for_body()} if picture_id else {}
            article = self.composer.article(picture_id)
            self.articles.append(
                {
                    language: Rendered(article.theme, render(body, language, shown), picture_id)
                    for language, body in article.body._asdict().items()
                }
            )
        self.voices = [rendered(self.composer.comment()) for _ in range(min(COMMENTS, self.comments))]
        self.answers = [rendered(self.composer.answer()) for _ in range(min(ANSWERS, self.comments))]
        self.people = [self.composer.name() for _ in range(min(2 * COMMENTS, self.comments))]

    # Posts

    def make_post(self, index: int, *, is_translated: bool, size: int) -> None:
        """Make an original, its translation where it has one, and their discussion."""
        random = self.random
        is_measured = index < len(MEASURED_SLUGS)
        number = 0 if is_measured else index
        article = self.articles[number % len(self.articles)]
        theme = article["fr"].theme
        status = draw(random, STATUSES)
        if is_measured or (size and status in NEVER_OUT):
            status = Post.Status.PUBLISHED
        published_at = MEASURED_ON if is_measured else self.moment(index)
        authors = (
            [self.all_authors[0]] if is_measured else random.sample(self.all_authors, draw(random, ((1, 9), (2, 1))))
        )
        disclosure = Post.Disclosure.NONE if is_measured else draw(random, DISCLOSURES)
        policy = Post.CommentPolicy.OPEN if is_measured else draw(random, POLICIES)
        shared = {
            "status": status,
            "cover_id": random.choice(self.covers) if self.covers and random.random() < 0.6 else None,
            "category_id": self.category_for(theme).pk,
            "disclosure": disclosure,
            "disclosure_with_id": None if disclosure == Post.Disclosure.NONE else random.choice(self.all_sponsors),
            "comment_policy": policy,
            "comment_days": 90 if policy == Post.CommentPolicy.TIMED else None,
            "revision": random.choice((1, 1, 1, 2, 3)),
        }
        if is_measured:
            shared |= {"cover_id": self.covers[0] if self.covers else None, "category_id": self.all_categories[0].pk}
        languages = ["fr", "en"] if is_measured or random.random() < 0.75 else ["en", "fr"]
        stands_in = Placing(
            authors=[author.pk for author in authors],
            tags=[tag.pk for tag in self.tags_for(theme, is_measured=is_measured)],
            categories=[] if is_measured or random.random() < 0.8 else [random.choice(self.all_categories).pk],
        )
        original = self.posts.take_key()
        drafts = []
        if size:
            fates = ((Comment.Status.APPROVED, 1),) if is_measured else FATES
            drafts = self.draft_discussion(size, published_at, fates, is_endless=index == ENDLESS)
        shared["comment_count"] = sum(draft.status == Comment.Status.APPROVED for draft in drafts)
        title = self.composer.title(theme)
        standfirst = self.composer.standfirst(theme)
        for turn, language in enumerate(languages[: 1 + is_translated]):
            slug = MEASURED_SLUGS[index] if is_measured else f"{slugify(getattr(title, language))[:100]}-{index}"
            self.add_post(
                article[language],
                stands_in,
                pk=self.posts.take_key() if turn else original,
                translation_of_id=original if turn else None,
                translated_revision=shared["revision"] if turn else None,
                translation_state=state_of_translation(shared["status"]) if turn else "",
                language=language,
                title=getattr(title, language),
                standfirst=getattr(standfirst, language),
                slug=slug,
                published_at=published_at + timedelta(days=3 * turn),
                **shared,
            )
        self.add_discussion(drafts, original, languages[0], authors[0])

    def add_post(self, text: Rendered, stands_in: "Placing", *, pk: int, published_at: datetime, **columns) -> None:
        """Add the row of a post and the rows around it."""
        is_public = columns["status"] == Post.Status.PUBLISHED
        # A draft has a day in view, but none is promised.
        moment = None if columns["status"] in NEVER_OUT else published_at
        self.posts.add(
            id=pk,
            published_at=moment,
            updated_at=published_at + timedelta(days=40) if columns["revision"] > 2 else None,
            created_at=published_at - timedelta(days=4),
            modified_at=published_at + timedelta(days=40 if columns["revision"] > 2 else 0),
            **text.columns,
            **columns,
        )
        for position, key in enumerate(stands_in.authors):
            self.authorships.add(post_id=pk, author_id=key, position=position)
        for key in stands_in.tags:
            self.tags.add(post_id=pk, tag_id=key)
        for key in stands_in.categories:
            self.categories.add(post_id=pk, category_id=key)
        if text.picture_id:
            self.pictures.add(post_id=pk, image_id=text.picture_id)
        if is_public:
            sponsors = [columns["disclosure_with_id"]] if columns["disclosure_with_id"] else []
            self.add_listings(stands_in, pk, columns["category_id"], columns["language"], published_at, sponsors)
            if self.all_partners and pk % 25 == 0:
                self.add_tribune(pk, published_at)

    def add_listings(
        self, stands_in: "Placing", pk: int, category_id: int, language: str, at: datetime, sponsors: list[int]
    ) -> None:
        """Add the rows that ``blog.models.listings.rows_of`` would make."""
        categories = {key for each in (category_id, *stands_in.categories) for key in self.trails[each]}
        for column, keys in (
            ("category_id", sorted(categories)),
            ("tag_id", stands_in.tags),
            ("author_id", stands_in.authors),
            ("sponsor_id", sponsors),
        ):
            for key in keys:
                self.listings.add(post_id=pk, language=language, published_at=at, **{column: key})

    def add_tribune(self, pk: int, at: datetime) -> None:
        """Let the post have been published at a partner's too."""
        partner = self.random.choice(self.all_partners)
        self.tribunes.add(
            post_id=pk,
            partner_id=partner.pk,
            direction=self.random.choice(Tribune.Direction.values),
            content=Tribune.Content.WHOLE,
            canonical=Tribune.Canonical.HERE,
            state=Tribune.State.PUBLISHED,
            url=f"{partner.site.rstrip('/')}/tribune-{pk}/",
            # Nobody is there to be asked.
            is_watched=False,
            published_at=at + timedelta(days=1),
        )

    def moment(self, index: int) -> datetime:
        """Return when the original of that index appeared: evenly over ten years, at an hour of work."""
        day = START + YEARS * (index / self.originals)
        return day.replace(hour=self.random.randrange(5, 18), minute=self.random.randrange(60), second=0, microsecond=0)

    def category_for(self, theme: str) -> Category:
        """Return a category, more often one of the theme than any."""
        is_near = self.random.random() < 0.5
        return self.random.choice(self.theme_categories[theme] if is_near else self.all_categories)

    def tags_for(self, theme: str, *, is_measured: bool) -> list[Tag]:
        """Return two or three tags."""
        if is_measured:
            return self.theme_tags[theme][:3]
        tags = [*self.random.sample(self.theme_tags[theme], 2), self.random.choice(self.all_tags)]
        return list(dict.fromkeys(tags))

    # Comments

    def draft_discussion(
        self, size: int, published_at: datetime, fates: tuple, *, is_endless: bool = False
    ) -> list[Draft]:
        """Place so many comments in threads, as ``write_comment`` would, and decide on each.

        In an endless one, a quarter answers the first comment, and a quarter is one chain of answers to answers.
        """
        random = self.random
        drafts: list[Draft] = []
        can_be_answered: list[Draft] = []
        at = published_at
        for number in range(1, size + 1):
            at += timedelta(minutes=1 + random.expovariate(size / 14_400))
            parent = None
            quarter = 1 + (number - 1) * 4 // size if is_endless else 0
            if quarter in (1, 2):
                parent = (drafts[0] if quarter == 1 else drafts[-1]) if drafts else None
            elif can_be_answered and random.random() < 0.55:
                # The latest are answered most.
                parent = can_be_answered[-1 - int(random.expovariate(0.2)) % len(can_be_answered)]
            draft = Draft(self.discussion.take_key(), number, parent, draw(random, fates), at)
            draft.path = path_below(parent, number)
            draft.depth = len(draft.path) // STEP - 1
            drafts.append(draft)
            if quarter not in (1, 2) and draft.status in STOOD_ONCE and draft.depth < LEVELS - 1:
                can_be_answered.append(draft)
        settle_standing(drafts)
        settle_folds(drafts)
        return drafts

    def add_discussion(self, drafts: list[Draft], post_id: int, language: str, author: Author) -> None:
        """Add the rows of a discussion, and of what was decided on each comment."""
        random = self.random
        for draft in drafts:
            voice = random.choice(self.answers if draft.parent else self.voices)
            spoken = language if random.random() < 0.9 else "fr"
            is_author = draft.parent is not None and draft.status == Comment.Status.APPROVED and random.random() < 0.15
            name = author.name if is_author else random.choice(self.people)
            text, html = voice[spoken]
            decided_at = draft.at + timedelta(minutes=30)
            is_decided = draft.status != Comment.Status.PENDING
            self.discussion.add(
                id=draft.key,
                post_id=post_id,
                parent_id=draft.parent.key if draft.parent else None,
                path=draft.path,
                number=draft.number,
                depth=draft.depth,
                name=name,
                email="" if is_author else f"{slugify(name)}@example.org",
                author_id=author.pk if is_author else None,
                language=spoken,
                text=text,
                html=html,
                status=draft.status,
                is_standing=draft.is_standing,
                is_folded=draft.is_folded,
                folded_count=draft.folded_count,
                created_at=draft.at,
                decided_at=decided_at if is_decided else None,
            )
            steps = [Comment.Status.PENDING, draft.status] if is_decided else []
            if draft.status in (Comment.Status.WITHDRAWN, Comment.Status.REMOVED):
                steps.insert(1, Comment.Status.APPROVED)
            for before, after in pairwise(steps):
                self.decisions.add(comment_id=draft.key, before=before, after=after, made_at=decided_at)


class Placing(NamedTuple):
    """The keys of what a post and its translation are filed under."""

    authors: list[int]
    tags: list[int]
    categories: list[int]


def make_category(parent: Category, name: Pair) -> Category:
    """Make a category below another."""
    return Category.objects.create(
        parent=parent, slug=slugify(name.fr), name_fr=name.fr.capitalize(), name_en=name.en.capitalize()
    )


def render(body: str, language: str, shown: dict) -> dict:
    """Return the columns that ``Post.render`` would make of a body."""
    source = clean_source(body)
    with translation.override(language):
        made = render_body(source, language=language, pictures=shown)
    return {
        "body": source,
        "body_html": made.html,
        "body_text": made.text,
        "frame_hosts": list(made.frame_hosts),
        "media_hosts": list(made.media_hosts),
        "words": made.words,
    }


def rendered(texts: Pair) -> dict[str, tuple[str, str]]:
    """Return what was typed and what is shown of a comment, by language."""
    return {language: (text, render_comment(text, language=language)) for language, text in texts._asdict().items()}


def draw(random: Random, chances: tuple) -> str:
    """Draw one of the values, each with its weight."""
    values, weights = zip(*chances, strict=True)
    return random.choices(values, weights)[0]


def spread(some: int, total: int) -> Iterator[bool]:
    """Say of each of ``total`` things whether it is one of ``some``: the first two are, then evenly."""
    first = min(len(MEASURED_SLUGS), some)
    yield from [True] * first
    rest, left = total - first, some - first
    for index in range(rest):
        yield (index + 1) * left // rest > index * left // rest


def discussion_sizes(random: Random, posts: int, comments: int) -> list[int]:
    """Return how many comments each original has, those that are measured first.

    Most have few and some have hundreds. Where there are too few for the one with a thousand, it has a third of all,
    and the endless one a quarter.
    """
    measured = [
        min(FEW_COMMENTS, comments // 8),
        min(MANY_COMMENTS, comments // 3),
        min(ENDLESS_COMMENTS, comments // 4),
    ][:posts]
    left = comments - sum(measured)
    if posts == len(measured):
        measured[-1] += left
        return measured
    weights = [min(random.paretovariate(0.9), LIVELIEST) - 0.9 for _ in range(posts - len(measured))]
    step = left / sum(weights)
    sizes, reached = [], 0.0
    for weight in weights:
        sizes.append(round(reached + weight * step) - round(reached))
        reached += weight * step
    sizes[-1] += left - sum(sizes)
    return measured + sizes


def settle_standing(drafts: list[Draft]) -> None:
    """Say of each comment whether it stands: it can be read, or has gone and something below it stands."""
    standing_answers: Counter[int] = Counter()
    for draft in reversed(drafts):  # an answer is written after what it answers
        has_gone = draft.status in (Comment.Status.WITHDRAWN, Comment.Status.REMOVED)
        draft.is_standing = draft.status == Comment.Status.APPROVED or (has_gone and standing_answers[draft.number] > 0)
        if draft.is_standing and draft.parent:
            standing_answers[draft.parent.number] += 1


def settle_folds(drafts: list[Draft]) -> None:
    """Fold the answers of each thread that stand after the first of them."""
    beginnings: dict[str, Draft] = {}
    standing_answers: Counter[str] = Counter()
    for draft in drafts:
        thread = draft.path[:STEP]
        if draft.parent is None:
            beginnings[thread] = draft
        elif draft.is_standing:
            standing_answers[thread] += 1
            if standing_answers[thread] > ANSWERS_SHOWN:
                draft.is_folded = True
                beginning = beginnings[thread]
                beginning.folded_count = (beginning.folded_count or 0) + (draft.status == Comment.Status.APPROVED)
