from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import BigAutoField, CharField, DateTimeField, F
from django.test import TestCase, override_settings, skipUnlessDBFeature
from django.utils import timezone

from authors.models import Author
from blog.models import Listing, Post, Tag
from blog.prepared import ASKED_BEFORE_PREPARING, Prepared, PreparedInsert, Several
from comments.models import Comment
from tests.factories import make_author, make_category, make_comment, make_image, make_post, make_tag

IN_LANGUAGE = Prepared(
    lambda language, now: Post.objects.published(now).in_language(language).newest_first(),
    language=CharField(),
    now=DateTimeField(),
)


class PreparedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        parent = make_category()
        child = make_category(slug="cloud", name_fr="Nuage", name_en="Cloud", parent=parent)
        cls.author = make_author()
        cls.posts = [
            make_post(
                slug=f"post-{n}", category=child, authors=[cls.author], published_at=timezone.now() - timedelta(n)
            )
            for n in range(1, 4)
        ]
        cls.posts[0].cover = make_image()
        cls.posts[0].save()

    def ask(self, **values):
        return IN_LANGUAGE(**{"language": "fr", "now": timezone.now()} | values)

    def test_what_is_always_true_stands_in_the_sql(self):
        standing = Prepared(lambda post: Comment.objects.standing().filter(post=post), post=BigAutoField())
        make_comment(self.posts[0])
        make_comment(self.posts[0], status=Comment.Status.PENDING)
        self.assertEqual(len(list(standing(post=self.posts[0].pk))), 1)
        self.assertNotIn(True, standing.plan.parameters)

    def test_it_finds_what_the_queryset_finds(self):
        self.assertEqual(list(self.ask()), list(Post.objects.published().in_language("fr").newest_first()))
        self.assertEqual(list(self.ask(language="en")), [])
        self.assertEqual(list(self.ask(now=timezone.now() - timedelta(days=2, hours=1))), self.posts[2:])

    def test_each_run_is_one_query(self):
        with self.assertNumQueries(2):
            list(self.ask())
            list(self.ask(language="en"))

    def test_it_is_sliced_and_asked_for_its_first(self):
        self.assertEqual(self.ask()[1:3], self.posts[1:])
        self.assertEqual(self.ask()[:2], self.posts[:2])
        self.assertEqual(self.ask().first(), self.posts[0])
        self.assertIsNone(self.ask(language="en").first())

    def test_related_rows_come_in_the_same_query(self):
        prepared = Prepared(
            lambda slug: Post.objects.filter(slug=slug).select_related("category__parent", "cover", "event"),
            slug=CharField(),
        )
        for slug, cover in (("post-1", self.posts[0].cover), ("post-2", None)):
            with self.assertNumQueries(1):
                post = prepared(slug=slug).first()
                found = post.category.parent.slug, post.cover, post.event
            self.assertEqual(found, ("economie-et-numerique", cover, None))

    def test_values_are_those_that_python_has_for_them(self):
        prepared = Prepared(lambda slug: Post.objects.filter(slug=slug), slug=CharField())
        found, expected = prepared(slug="post-1").first(), Post.objects.get(slug="post-1")
        for field in Post._meta.concrete_fields:
            self.assertEqual(getattr(found, field.attname), getattr(expected, field.attname), field.name)
        self.assertFalse(found._state.adding)
        self.assertEqual(found._state.db, "default")

    def test_columns_left_out_are_fetched_when_asked_for(self):
        prepared = Prepared(lambda slug: Post.objects.filter(slug=slug).only("slug"), slug=CharField())
        post = prepared(slug="post-1").first()
        self.assertEqual(post.get_deferred_fields() & {"title", "slug"}, {"title"})
        self.assertEqual(post.title, self.posts[0].title)

    def test_annotations_and_plain_values_are_read(self):
        annotated = Prepared(
            lambda post: Author.objects.filter(authorships__post=post).annotate(place=F("authorships__position")),
            post=BigAutoField(),
        )
        self.assertEqual(annotated(post=self.posts[0].pk).first().place, 0)
        rows = Prepared(lambda slug: Post.objects.filter(slug=slug).values_list("pk", "slug"), slug=CharField())
        self.assertEqual(list(rows(slug="post-2")), [(self.posts[1].pk, "post-2")])
        keys = Prepared(lambda slug: Post.objects.filter(slug=slug).values_list("pk", flat=True), slug=CharField())
        self.assertEqual(list(keys(slug="post-2")), [self.posts[1].pk])

    def test_several_values_may_be_fewer(self):
        prepared = Prepared(lambda keys: Post.objects.filter(pk__in=keys), keys=Several(BigAutoField(), 5))
        for keys in ([self.posts[0].pk], [post.pk for post in self.posts]):
            self.assertCountEqual([post.pk for post in prepared(keys=keys)], keys)

    def test_more_values_than_it_takes_are_refused_instead_of_left_out(self):
        prepared = Prepared(lambda keys: Post.objects.filter(pk__in=keys), keys=Several(BigAutoField(), 1))
        with self.assertRaisesMessage(ValueError, "2 values for keys, which takes 1"):
            prepared(keys=[post.pk for post in self.posts[:2]])

    def test_through_a_relation(self):
        tag = make_tag()
        self.posts[1].tags.add(tag)
        prepared = Prepared(lambda post: Tag.objects.filter(posts=post).in_order(), post=BigAutoField())
        self.assertEqual(list(prepared(post=self.posts[1].pk)), [tag])
        self.assertEqual(list(prepared(post=self.posts[0].pk)), [])
        listed = Prepared(
            lambda tag, post: Listing.objects.filter(tag=tag).exclude(post=post).select_related("post"),
            tag=BigAutoField(),
            post=BigAutoField(),
        )
        self.assertEqual([row.post for row in listed(tag=tag.pk, post=self.posts[0].pk)], [self.posts[1]])
        self.assertEqual(list(listed(tag=tag.pk, post=self.posts[1].pk)), [])

    @skipUnlessDBFeature("has_select_for_update")
    @override_settings(DATABASE_PREPARES=True)
    def test_postgresql_keeps_what_is_asked_again_prepared(self):
        for _ in range(ASKED_BEFORE_PREPARING + 2):
            self.assertEqual(len(list(self.ask())), 3)
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE '%blog_post%'")
            self.assertGreaterEqual(cursor.fetchone()[0], 1)

    def test_what_it_cannot_do_is_said(self):
        prepared = Prepared(lambda: Post.objects.prefetch_related("authorships"))
        with self.assertRaisesMessage(TypeError, "cannot prefetch"):
            list(prepared())


class PreparedInsertTests(TestCase):
    def draft(self) -> Comment:
        author = self.author
        reasons = [{"code": "links", "weight": 2.5, "details": {"é": "«\u00a0oui\u00a0»"}}]
        return Comment(
            post=self.post, author=author, name="Marthe", text="100 % d'accord\n\\o/", language="fr", path="0001",
            number=1, depth=0, network="2001:db8::1", spam_score=1.5, spam_reasons=reasons, is_known=True,
            created_at=self.now,
        )  # fmt: skip

    def setUp(self):
        self.now, self.author, self.post = timezone.now(), make_author(), make_post()

    def test_row_is_what_saving_writes(self):
        rows = []
        for write in (Comment.save, PreparedInsert(Comment)):
            comment = self.draft()
            write(comment)
            rows.append(Comment.objects.filter(pk=comment.pk).values().get())
            self.assertFalse(comment._state.adding)
            comment.name = "Marthe L."
            comment.save()
            self.assertEqual(Comment.objects.get().name, "Marthe L.")
            Comment.objects.all().delete()
        saved, inserted = ({**row, "id": None} for row in rows)
        self.assertEqual(inserted, saved)

    def test_what_the_database_refuses_is_refused(self):
        insert = PreparedInsert(Comment)
        insert(self.draft())
        with self.assertRaises(IntegrityError), transaction.atomic():
            insert(self.draft())
        self.assertEqual(Comment.objects.count(), 1)

    @skipUnlessDBFeature("has_select_for_update")
    @override_settings(DATABASE_PREPARES=True)
    def test_postgresql_keeps_it_prepared(self):
        insert = PreparedInsert(Comment)
        for number in range(ASKED_BEFORE_PREPARING + 2):
            comment = self.draft()
            comment.number, comment.path = number, f"000{number}"
            insert(comment)
        self.assertEqual(Comment.objects.count(), number + 1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT%'")
            self.assertGreaterEqual(cursor.fetchone()[0], 1)
