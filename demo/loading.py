"""Load the demo publication from ``demo/content`` into an empty database."""

import re
import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from authors.models import Author, AuthorLink
from blog.admin.linking import link_own_posts
from blog.models import (
    Authorship,
    Category,
    Event,
    HandOver,
    HandOverNote,
    Image,
    Mention,
    Moderation,
    OldAddress,
    Page,
    Partner,
    Post,
    Recording,
    Series,
    SeriesPart,
    Speaker,
    Sponsor,
    Tag,
    TakenIn,
    Tribune,
)
from blog.models.languages import Language
from blog.models.mentions import digest_addresses
from blog.revising import begin, record
from blog.syndication.intakes import TheirPiece, key_of
from blog.syndication.mentions import show_anew
from blog.syndication.offers import process, receive
from blog.syndication.packaging import make_package
from blog.syndication.private_addresses import renew_address
from blog.syndication.taking_in import find_author
from blog.translating import want_translation
from comments.law.reasons import Because
from comments.locking import lock_thread
from comments.models import Appeal, Comment, Notice, ReplyRequest
from comments.models.notices import REPLY_TERM
from comments.moderation import decide, write_comment
from comments.spam.judging import judge_and_hold
from demo.desk import bin_post, hours_ago, load_reader, merge_tag
from demo.looks import load_look
from demo.printing import draw_all
from pictures.masters import Master, encode
from pictures.reading import read_picture

CONTENT = Path(__file__).resolve().parent / "content"

# A figure names its picture or recording by key; the database by number.
LIBRARY_KEYS = re.compile(r'data-(image|poster|recording)="([a-z][a-z0-9-]*)"(><img alt="">)?')

EVENT_TEXTS = (
    "title_fr",
    "title_en",
    "slug",
    "kind",
    "language",
    "description_fr",
    "description_en",
    "time_zone",
    "place",
    "join_url",
    "recording_url",
    "host_name",
    "host_url",
)

# Those that readers see, and those who left their sight after having stood there.
STOOD_ONCE = (Comment.Status.APPROVED, Comment.Status.WITHDRAWN, Comment.Status.REMOVED)
# Those whose moderators ask what speaks for spam.
LOOKED_AT_FOR_SPAM = (Comment.Status.PENDING, Comment.Status.SPAM)


def load_demo() -> None:
    """Fill an empty database with the demo publication: all of it, or nothing."""
    content = Content()
    files = draw_all(content.pictures())
    with transaction.atomic():
        Loader(content, files).load()


class Content:
    """The files of the demo publication, as they stand."""

    def read(self, name: str) -> dict:
        """Return the content of one file."""
        return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))

    def rows(self, name: str, kind: str) -> list[dict]:
        """Return the tables ``[[kind]]`` of one file."""
        return self.read(name)[kind]

    def pictures(self) -> list[dict]:
        """Return what is to be drawn."""
        return [
            picture for path in sorted(CONTENT.glob("pictures*.toml")) for picture in self.rows(path.name, "picture")
        ]

    def posts(self) -> list[dict]:
        """Return the articles, each with both languages."""
        return [self.read(f"posts/{path.name}") for path in sorted((CONTENT / "posts").glob("*"))]

    def comments(self, key: str) -> list[dict]:
        """Return the discussion of an article, in the order in which it was written."""
        path = CONTENT / "comments" / f"{key}.toml"
        rows = self.rows(f"comments/{key}.toml", "comment") if path.exists() else []
        return sorted(rows, key=lambda row: row["after_minutes"])


class Loader:
    """Makes the rows, and remembers by key what it made."""

    def __init__(self, content: Content, files: dict[str, Master]) -> None:
        self.content = content
        self.files = files
        self.images: dict[str, Image] = {}
        self.recordings: dict[str, Recording] = {}
        self.authors: dict[str, Author] = {}
        self.categories: dict[str, Category] = {}
        self.tags: dict[str, Tag] = {}
        self.partners: dict[str, Partner] = {}
        self.sponsors: dict[str, Sponsor] = {}
        self.events: dict[str, Event] = {}
        self.posts: dict[tuple[str, str], Post] = {}
        self.comments: dict[tuple[str, str], Comment] = {}

    def load(self) -> None:
        """Load everything, each after what it points at."""
        self.load_images()
        self.load_recordings()
        self.load_authors()
        self.load_taxonomy()
        self.load_partners()
        self.load_sponsors()
        self.load_events()
        self.load_pages()
        for row in self.content.posts():
            self.load_post(row)
        self.merge_tags()
        self.load_series()
        self.let_links_follow()
        self.load_readers()
        self.load_offers()
        self.load_cases()
        self.load_mentions()
        self.load_old_addresses()

    def load_images(self) -> None:
        for row in self.content.pictures():
            if row["kind"] == "portrait":
                continue
            texts = {name: row.get(name, "") for name in ("alt_fr", "alt_en", "caption_fr", "caption_en", "credit")}
            title = row["key"].replace("-", " ").capitalize()
            image = Image(title=title, licence="MIT", **texts)
            image.file.save("drawing.jpg", self.files[row["key"]], save=False)
            image.save()
            self.images[row["key"]] = image
        self.load_unused()

    def load_unused(self) -> None:
        """Add to the library what no library is without: the same picture once more, smaller, and nobody's."""
        first = next(iter(self.images.values()))
        with first.file.open() as file:
            small = read_picture(file, longest_side=640)
        image = Image(title=f"{first.title} (2)", alt_fr=first.alt_fr, alt_en=first.alt_en)
        image.file.save("copy.jpg", encode(small), save=False)
        image.save()

    def load_recordings(self) -> None:
        for row in self.content.rows("recordings.toml", "recording"):
            texts = {name: words for name, words in row.items() if name not in {"key", "file", "chapters"}}
            with (CONTENT / "recordings" / row["file"]).open("rb") as file:
                recording = self.recordings[row["key"]] = Recording.objects.create(file=File(file), **texts)
            for chapter in row["chapters"]:
                recording.chapters.create(**chapter)

    def load_authors(self) -> None:
        for row in self.content.rows("authors.toml", "author"):
            names = ("name", "role_fr", "role_en", "biography_fr", "biography_en", "email")
            author = Author(slug=row["key"], **{name: row.get(name, "") for name in names})
            if row.get("portrait"):
                author.portrait.save("portrait.jpg", self.files[row["portrait"]], save=False)
            author.save()
            for position, link in enumerate(row.get("link", ())):
                AuthorLink.objects.create(author=author, position=position, **link)
            self.authors[row["key"]] = author

    def load_taxonomy(self) -> None:
        rows = self.content.rows("categories.toml", "category")
        names = ("slug", "name_fr", "name_en", "description_fr", "description_en")
        for position, row in enumerate(sorted(rows, key=lambda row: bool(row.get("parent")))):
            self.categories[row["key"]] = Category.objects.create(
                parent=self.categories.get(row.get("parent")),
                position=position,
                **{name: row.get(name, "") for name in names},
            )
        for row in self.content.rows("tags.toml", "tag"):
            french, english = row.get("name_fr", row.get("name")), row.get("name_en", row.get("name"))
            self.tags[row["key"]] = Tag.objects.create(slug=row["key"], name_fr=french, name_en=english)

    def merge_tags(self) -> None:
        for row in self.content.rows("tags.toml", "merged"):
            merge_tag(self.tags[row["into"]], [self.posts[key, "fr"] for key in row["posts"]], row)

    def load_partners(self) -> None:
        names = ("name", "slug", "keeper", "language", "site", "feed", "takes", "note_fr", "note_en")
        for row in self.content.rows("partners.toml", "partner"):
            partner = self.partners[row["key"]] = Partner.objects.create(
                logo=self.images.get(row.get("logo")), **{name: row.get(name, "") for name in names}
            )
            for position, headline in enumerate(row.get("headline", ())):
                partner.headlines.create(position=position, **headline)

    def load_offers(self) -> None:
        """Have a partner hand a text over, as its program would."""
        for row in self.content.rows("offers.toml", "offer"):
            offer = receive(self.partners[row["partner"]], row["properties"])
            process(offer.pk)
        # As for all of the demo: nobody is asked for it.
        Tribune.objects.filter(is_watched=True).update(is_watched=False)

    def load_sponsors(self) -> None:
        for row in self.content.rows("sponsors.toml", "sponsor"):
            sites = "\n".join(row.get("sites", ()))
            self.sponsors[row["key"]] = Sponsor.objects.create(slug=row["key"], name=row["name"], sites=sites)

    def load_events(self) -> None:
        for row in self.content.rows("events.toml", "event"):
            starts_at, ends_at = event_hours(row)
            event = Event.objects.create(
                starts_at=starts_at,
                ends_at=ends_at,
                is_cancelled=row.get("is_cancelled", False),
                **{name: row.get(name, "") for name in EVENT_TEXTS},
            )
            for position, speaker in enumerate(row.get("speaker", ())):
                author = self.authors.get(speaker.get("author"))
                texts = {name: speaker.get(name, "") for name in ("name", "role", "url")}
                Speaker.objects.create(event=event, position=position, author=author, **texts)
            self.events[row["key"]] = event

    def load_pages(self) -> None:
        for position, row in enumerate(self.content.rows("pages.toml", "page")):
            original = None
            for language in ("fr", "en"):
                page = Page.objects.create(
                    language=language, position=position, translation_of=original, **row[language]
                )
                original = original or page

    def load_post(self, row: dict) -> None:
        original = None
        posts = {}
        for language in ("fr", "en"):
            if language in row:
                texts = row | {language: row[language] | row.get("before", {})} if original is None else row
                posts[language] = self.posts[row["key"], language] = self.load_version(texts, language, original)
                original = original or posts[language]
        if "before" in row:
            self.change_since(original, row)
        if row.get("is_translation_wanted"):
            want_translation(original, is_wanted=True)
        for tribune in row.get("tribune", ()):
            self.load_tribune(tribune, posts)
        self.load_comments(row["key"], original, self.content.comments(row["key"]))
        if "binned_by" in row:
            bin_post(original, row["binned_by"])

    def change_since(self, original: Post, row: dict) -> None:
        """Let an original say what it says now, of which its translation knows only what was before."""
        begin(original)
        for name in row["before"]:
            setattr(original, name, row[original.language][name])
        original.save()
        record(original)

    def load_version(self, row: dict, language: str, original: Post | None) -> Post:
        texts = {name: self.with_numbers(text) for name, text in row[language].items() if name != "claims"}
        post = Post.objects.create(
            language=language,
            status=row.get("status", Post.Status.PUBLISHED),
            published_at=moment(row, "published_at", "publishes_in_days"),
            updated_at=row.get("updated_at"),
            category=self.categories[row["category"]],
            cover=self.images.get(row.get("cover")),
            event=self.events.get(row.get("event")),
            disclosure=row["disclosure"],
            disclosure_with=self.sponsors.get(row.get("disclosure_with")),
            comment_policy=row.get("comments", Post.CommentPolicy.SITE),
            comment_moderation=row.get("moderation", Moderation.SITE),
            translation_of=original,
            translated_revision=original.revision if original else None,
            **texts,
        )
        post.categories.set(self.categories[key] for key in row.get("categories", ()))
        post.tags.set(self.tags[key] for key in row.get("tags", ()))
        for position, key in enumerate(row["authors"]):
            Authorship.objects.create(post=post, author=self.authors[key], position=position)
        for position, claim in enumerate(row[language].get("claims", ())):
            post.claims.create(position=position, **claim)
        return post

    def load_series(self) -> None:
        names = ("slug", "title_fr", "title_en", "description_fr", "description_en")
        for row in self.content.rows("series.toml", "series"):
            series = Series.objects.create(**{name: row[name] for name in names})
            for position, key in enumerate(row["parts"]):
                post = self.posts.get((key, "fr")) or self.posts[key, "en"]
                SeriesPart.objects.create(series=series, post=post.original, position=position)

    def with_numbers(self, text: str) -> str:
        """Return a body in which figures name what they show as the database does, and show it in the editor."""

        def name(match: re.Match) -> str:
            if match[1] == "recording":
                return f'data-recording="{self.recordings[match[2]].pk}"'
            image = self.images[match[2]]
            shown = f'><img src="{image.file.url}" alt="">' if match[3] else ""
            return f'data-{match[1]}="{image.pk}"{shown}'

        return LIBRARY_KEYS.sub(name, text)

    def let_links_follow(self) -> None:
        """Let links from text to text name the post they lead to, as the editor does; now all of them are there."""
        for post in Post.objects.filter(body__contains='href="/').order_by("pk"):
            body = link_own_posts(post.body)
            if body != post.body:
                # No other revision: nothing is read that was not there before.
                Post.objects.filter(pk=post.pk).update(body=body)
                Post.objects.render_anew(post.pk)

    def load_tribune(self, row: dict, posts: dict[str, Post]) -> None:
        row = dict(row)
        post = posts[row.pop("language", next(iter(posts)))]
        row["published_at"] = row.get("published_at") or None
        look, by, notes = row.pop("look", None), row.pop("handed_over_by", ""), row.pop("note", ())
        taken_in_by = row.pop("taken_in_by", "")
        # Their partners are invented: to ask for their pages would be to ask strangers.
        tribune = Tribune.objects.create(post=post, partner=self.partners[row.pop("partner")], is_watched=False, **row)
        if taken_in_by:
            self.note_taken_in(tribune, taken_in_by, posts)
        if look:
            load_look(tribune, look)
        if by:
            hand_over(tribune, by, notes)

    def note_taken_in(self, tribune: Tribune, by_name: str, posts: dict[str, Post]) -> None:
        """Sign all versions of a text as its partner's, before whoever translated it, and note where it came from."""
        author, post = find_author(tribune.partner, tribune.partner.keeper), tribune.post
        for version in posts.values():
            if version == post:
                version.authorships.all().delete()
            version.authorships.update(position=F("position") + 1)
            Authorship.objects.create(post=version, author=author, position=0)
        TakenIn.objects.create(
            tribune=tribune,
            key=key_of(tribune.partner, TheirPiece(address=tribune.url)),
            way=TakenIn.Way.FEED,
            address=tribune.url,
            taken_at=tribune.published_at,
            by_name=by_name,
            said={"title": tribune.title, "authors": [author.name], "language": post.language},
            body=post.body,
        )

    def load_readers(self) -> None:
        """Load who reads articles before they appear, and what they say."""
        for row in self.content.rows("reviews.toml", "reader"):
            load_reader(self.posts[row["post"], row.get("article_language", "fr")], row)

    def load_old_addresses(self) -> None:
        for row in self.content.rows("addresses.toml", "address"):
            OldAddress.objects.create(
                path=row["path"],
                post=self.posts.get((row.get("post"), row.get("language", "fr"))),
                category=self.categories.get(row.get("category")),
            )

    def load_mentions(self) -> None:
        """Load what other sites say, as if their pages had been looked at: nobody is asked for them."""
        for row in self.content.rows("mentions.toml", "mention"):
            post = self.posts[row["article"], row["language"]]
            target = settings.SITE_URL + post.path()
            said_at = min(post.published_at + timedelta(minutes=row["after_minutes"]), timezone.now())
            Mention.objects.create(
                post=post,
                source=row["source"],
                target=target,
                pair=digest_addresses(row["source"], target),
                host=urlsplit(row["source"]).netloc,
                state=Mention.State.VERIFIED,
                status=row["status"],
                kind=row["kind"],
                author_name=row["name"],
                title=row.get("title", ""),
                text=row.get("text", ""),
                language=row["said_in"],
                said_at=said_at,
                received_at=said_at,
                looked_at=said_at,
                due_at=None,
                tribune=Tribune.objects.filter(partner__slug=row.get("tribune", ""), post=post).first(),
            )
        for discussion in {post.discussion_id for post in self.posts.values() if post.mentions.exists()}:
            show_anew(discussion)

    def load_cases(self) -> None:
        """Load what was reported, contested and asked for. The rows are made as they are, so that nobody is mailed."""
        for row in self.content.rows("cases.toml", "notice"):
            comment = self.comments[row["article"], row["comment"]]
            texts = {name: row[name] for name in ("category", "name", "email", "language", "explanation")}
            decision = {"state": row["state"], "outcome": row["outcome"]} if "state" in row else {}
            notice = Notice.objects.create(
                comment=comment,
                reported_text=comment.text,
                created_at=hours_ago(row),
                decided_at=timezone.now() if decision else None,
                **texts,
                **decision,
            )
            if decision:
                because = {"ground": row["category"], "facts": row["outcome"], "provision": row.get("provision", "")}
                comment.statements.update(notice=notice, **because)
        for row in self.content.rows("cases.toml", "contestation"):
            statement = self.comments[row["article"], row["comment"]].statements.get()
            Appeal.objects.create(
                statement=statement, text=row["text"], language=row["language"], created_at=hours_ago(row)
            )
        for row in self.content.rows("cases.toml", "reply"):
            texts = {name: row[name] for name in ("name", "email", "language", "passage", "text")}
            received_at = hours_ago(row)
            ReplyRequest.objects.create(
                post=self.posts[row["article"], row["language"]],
                received_at=received_at,
                due_at=received_at + REPLY_TERM,
                **texts,
            )

    def load_comments(self, key: str, post: Post, rows: list[dict]) -> None:
        written: dict[str, Comment] = {}
        for row in rows:
            author = self.authors.get(row.get("author"))
            comment = write_comment(
                post=post,
                parent=written.get(row.get("parent")),
                name=row["name"],
                email=row.get("email", ""),
                site=row.get("site", ""),
                text=row["text"].strip(),
                language=row["language"],
                author=author,
            )
            written_at = post.published_at + timedelta(minutes=row["after_minutes"])
            Comment.objects.filter(pk=comment.pk).update(created_at=min(written_at, timezone.now()))
            status = row.get("status", Comment.Status.APPROVED)
            if status in LOOKED_AT_FOR_SPAM:
                # So that moderators see why; what the site puts aside by itself is decided on with that.
                judge_and_hold(comment)
            if status in STOOD_ONCE:
                decide(comment, Comment.Status.APPROVED, by=None)
            written[row["id"]] = self.comments[key, row["id"]] = comment
        # What has gone was answered before.
        for row in rows:
            status = row.get("status", Comment.Status.APPROVED)
            decide(written[row["id"]], status, by=None, because=Because(is_mailed=False))
            if "locked" in row:
                lock_thread(written[row["id"]], by=None, reason=row["locked"])


def hand_over(tribune: Tribune, by: str, notes: list[dict]) -> None:
    """Make the record of a text that was handed over, with its notes and its private page, as if it had been mailed."""
    package = make_package(tribune)
    sent_at = timezone.now() - timedelta(days=5)
    record = HandOver.objects.create(
        tribune=tribune,
        way=tribune.partner.takes,
        by_name=by,
        language=Language.FRENCH,
        made_at=sent_at,
        package=package.as_data(),
        digest=package.digest,
        state=HandOver.State.SENT,
        sent_at=sent_at,
    )
    renew_address(tribune)
    for number, row in enumerate(notes):
        HandOverNote.objects.create(
            tribune=tribune,
            hand_over=record,
            is_from_partner=row["is_from_partner"],
            by_name="" if row["is_from_partner"] else by,
            text=row["text"],
            once=str(number),
            written_at=hours_ago(row),
            state=HandOverNote.State.SENT,
            sent_at=hours_ago(row),
        )


def event_hours(row: dict) -> tuple[datetime, datetime]:
    """Return start and end of an event; those to come are given in days from today."""
    if "starts_at" in row:
        return row["starts_at"], row["ends_at"]
    zone = ZoneInfo(row["time_zone"])
    today = timezone.now().astimezone(zone).date()
    first = today + timedelta(days=row["starts_in_days"])
    last = today + timedelta(days=row.get("ends_in_days", row["starts_in_days"]))
    return at(first, row["starts_time"], zone), at(last, row["ends_time"], zone)


def at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """Return the moment of an hour on the clocks of a place."""
    return datetime.combine(day, hour, tzinfo=zone)


def moment(row: dict, name: str, days: str) -> datetime | None:
    """Return a moment that is given as such, or in days from now; None where it is neither."""
    if days in row:
        return timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=row[days])
    return row.get(name)
