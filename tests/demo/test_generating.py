"""The made-up publication is what the real functions would have made, only faster."""

from random import Random
from unittest.mock import patch

from django.db import transaction
from django.test import TestCase
from django.utils import timezone

from blog.models import Category, Listing, Month, Post
from blog.models.listings import rows_of
from blog.models.posts import RENDERED_FIELDS
from comments.models import Comment, Decision
from comments.moderation import decide, write_comment
from demo.generating import FEW_COMMENTS, MANY_COMMENTS, MEASURED_SLUGS, discussion_sizes, generate
from tests.factories import make_post

POSTS, COMMENTS = 60, 3400


class GeneratedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        generate(posts=POSTS, comments=COMMENTS)

    def test_it_makes_as_many_as_were_asked_for(self):
        self.assertEqual(Post.objects.count(), POSTS)
        self.assertEqual(Comment.objects.count(), COMMENTS)

    def test_half_of_the_originals_are_translated(self):
        translations = Post.objects.exclude(translation_of=None)
        self.assertEqual(translations.count(), POSTS // 3)
        for post in translations.select_related("translation_of"):
            self.assertNotEqual(post.language, post.translation_of.language)
            self.assertEqual(post.comment_count, post.translation_of.comment_count)

    def test_measured_posts_differ_in_their_comments_only(self):
        few, many, endless = (Post.objects.get(slug=slug, language="fr") for slug in MEASURED_SLUGS)
        self.assertEqual(few.comment_count, FEW_COMMENTS)
        self.assertEqual(many.comment_count, MANY_COMMENTS)
        self.assertEqual(endless.comment_count, COMMENTS // 4)
        self.assertEqual(few.body_html, many.body_html)
        self.assertEqual(few.body_html, endless.body_html)
        self.assertEqual(few.tags.count(), many.tags.count())
        self.assertTrue(few.takes_comments() and many.takes_comments())

    def test_lists_are_those_that_saving_makes(self):
        def described(rows):
            return sorted(
                (row.category_id or 0, row.tag_id or 0, row.author_id or 0, row.language, row.published_at)
                for row in rows
            )

        for post in Post.objects.all():
            with self.subTest(post=post.slug):
                self.assertEqual(described(post.listings.all()), described(rows_of(post)))
        self.assertEqual(Listing.objects.exclude(post__status=Post.Status.PUBLISHED).count(), 0)

    def test_months_are_counted(self):
        made = set(Month.objects.values_list("language", "year", "month", "posts"))
        Month.objects.recount_all()
        self.assertEqual(made, set(Month.objects.values_list("language", "year", "month", "posts")))
        self.assertEqual(sum(posts for *_, posts in made), Post.objects.filter(status=Post.Status.PUBLISHED).count())

    def test_texts_are_rendered_as_saving_renders_them(self):
        for post in Post.objects.order_by("pk")[:6]:
            stored = {name: getattr(post, name) for name in RENDERED_FIELDS}
            pictures = post.render()
            self.assertEqual(stored, {name: getattr(post, name) for name in RENDERED_FIELDS})
            self.assertCountEqual(post.pictures.all(), pictures)

    def test_drafts_have_neither_date_nor_comments(self):
        drafts = Post.objects.filter(status__in=[Post.Status.DRAFT, Post.Status.IN_REVIEW])
        self.assertFalse(drafts.exclude(published_at=None).exists())
        self.assertFalse(Comment.objects.filter(post__in=drafts).exists())

    def test_keys_go_on_after_those_that_were_given(self):
        category = Category.objects.create(slug="apres", name_fr="Après", name_en="After")
        post = make_post(category=category)
        comment = write_comment(post=post, parent=None, name="Alice", text="Après.", language="fr")
        self.assertEqual(comment.number, 1)

    def test_it_is_out_in_the_past(self):
        self.assertFalse(Post.objects.scheduled(timezone.now()).exists())


class DiscussionTests(TestCase):
    """Every fate of a comment, with and without answers below it."""

    @classmethod
    def setUpTestData(cls):
        # Such short threads are folded that some are.
        for module in ("comments.folding", "demo.generating"):
            cls.enterClassContext(patch(f"{module}.ANSWERS_SHOWN", 5))
        # Three posts are the ones that are measured; the fourth has all the rest.
        generate(posts=6, comments=2400)
        cls.busiest = Post.objects.get(pk=Comment.objects.exclude(status="approved").first().post_id)
        cls.made = list(cls.busiest.comments.order_by("number").select_related("parent"))

    def test_it_has_every_fate_and_every_level(self):
        self.assertEqual({comment.status for comment in self.made}, set(Comment.Status.values))
        self.assertEqual({comment.depth for comment in self.made}, set(range(6)))
        self.assertTrue(any(comment.is_folded for comment in self.made))

    def test_it_is_what_writing_and_deciding_make(self):
        copy = make_post(category=self.busiest.category)
        written = {}
        decisions = Decision.objects.filter(comment__in=self.made).order_by("pk").select_related("comment")
        stood_once = {decision.comment_id for decision in decisions if decision.after == "approved"}
        for comment in self.made:
            answered = written.get(comment.parent.number) if comment.parent else None
            written[comment.number] = write_comment(
                post=copy, parent=answered, name=comment.name, text=comment.text, language=comment.language
            )
            if comment.pk in stood_once:
                # What has gone was answered before.
                decide(written[comment.number], "approved", by=None)
        for decision in decisions:
            decide(written[decision.comment.number], decision.after, by=None)

        self.assertEqual(described(copy), described(self.busiest))
        copy.refresh_from_db()
        self.assertEqual(copy.comment_count, self.busiest.comment_count)


class SameAgainTests(TestCase):
    def test_the_same_numbers_make_the_same_publication(self):
        self.assertEqual(self.made_and_undone(), self.made_and_undone())

    def made_and_undone(self) -> list:
        with transaction.atomic():
            generate(posts=9, comments=90)
            posts = Post.objects.values_list("slug", "title", "published_at", "body_html", "comment_count")
            comments = Comment.objects.values_list("path", "name", "text", "status", "created_at")
            found = [*posts.order_by("language", "slug"), *comments.order_by("post", "path")]
            transaction.set_rollback(True)
        return found


class SizesTests(TestCase):
    def test_no_comment_is_lost_whatever_the_numbers(self):
        for posts, comments in [(1, 0), (1, 7), (2, 9), (3, 10), (50, 0), (2000, 30_000)]:
            with self.subTest(posts=posts, comments=comments):
                sizes = discussion_sizes(Random(1), posts, comments)
                self.assertEqual((len(sizes), sum(sizes)), (posts, comments))

    def test_most_posts_have_few_and_some_have_hundreds(self):
        sizes = sorted(discussion_sizes(Random(1), 5000, 75_000))
        self.assertLess(sizes[2500], 5)
        self.assertGreater(sizes[-20], 300)


def described(post: Post) -> list:
    """Return what the thread of a post is made of, but for keys and times."""
    return list(
        post.comments.order_by("number").values_list(
            *("number", "path", "depth", "parent__number", "name", "text", "html", "language"),
            *("status", "is_standing", "is_folded", "folded_count"),
        )
    )
