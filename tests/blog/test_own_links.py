"""Links from a text to posts of this site, which follow them."""

from datetime import timedelta
from io import StringIO
from unittest import mock

from django.core.management import call_command
from django.db import connection
from django.test import TestCase
from django.utils import timezone

from blog import own_links
from blog.admin.editor import BodyField, BodyWidget
from blog.admin.linking import MOST_WORDS, POSTS_FOUND, find_posts
from blog.models import OldAddress, Page, Post
from tests.factories import make_alice, make_author, make_bob, make_carol, make_page, make_post

FIND = "/admin/blog/post/posts.json"


def linking(post: Post, fragment: str = "") -> str:
    return f'<p>Voir <a href="/blog/old/{fragment}" data-post="{post.pk}">cet article</a>.</p>'


class FollowingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.target = make_post()
        cls.post = make_post(slug="autre", body=linking(cls.target, "#section-a"))
        cls.page = make_page(body=linking(cls.target))

    def shown(self) -> list[str]:
        return [Post.objects.get(pk=self.post.pk).body_html, Page.objects.get(pk=self.page.pk).body_html]

    def test_link_leads_to_the_address_of_the_post(self):
        post, page = self.shown()
        self.assertIn(f'<a href="{self.target.path()}#section-a">cet article</a>', post)
        self.assertIn(f'<a href="{self.target.path()}">cet article</a>', page)

    def test_link_follows_when_the_address_changes(self):
        before = Post.objects.values_list("modified_at", flat=True).get(pk=self.post.pk)
        self.target.slug = "ailleurs"
        self.target.save()
        for html in self.shown():
            self.assertIn("/ailleurs/", html)
        after = Post.objects.get(pk=self.post.pk)
        self.assertEqual((after.revision, after.modified_at), (1, before))

    def test_link_becomes_words_when_the_post_is_withdrawn_and_a_link_again(self):
        self.target.status = Post.Status.WITHDRAWN
        self.target.save()
        for html in self.shown():
            self.assertEqual(html, "<p>Voir cet article.</p>")
        self.target.status = Post.Status.PUBLISHED
        self.target.save()
        for html in self.shown():
            self.assertIn(self.target.path(), html)

    def test_link_becomes_words_when_the_post_is_deleted(self):
        Post.objects.get(pk=self.target.pk).delete()
        own_links.render_texts([self.post.pk], [self.page.pk])
        for html in self.shown():
            self.assertEqual(html, "<p>Voir cet article.</p>")

    def test_deleting_has_the_texts_rendered_anew(self):
        with mock.patch("blog.tasks.render_texts") as task:
            Post.objects.get(pk=self.target.pk).delete()
        self.assertEqual(
            [call.kwargs for call in task.enqueue.call_args_list],
            [{"posts": [self.post.pk], "pages": []}, {"posts": [], "pages": [self.page.pk]}],
        )

    def test_another_change_of_the_post_renders_nothing(self):
        self.target.title = "Un autre titre"
        with mock.patch("blog.tasks.render_texts") as task:
            self.target.save()
        task.enqueue.assert_not_called()

    def test_many_texts_are_rendered_some_at_a_time(self):
        with (
            mock.patch.object(own_links, "keys_of_linking", return_value=(list(range(250)), [])),
            mock.patch("blog.tasks.render_texts") as task,
        ):
            own_links.follow_now(self.target.pk)
        self.assertEqual([len(call.kwargs["posts"]) for call in task.enqueue.call_args_list], [100, 100, 50])

    def test_to_know_that_nobody_links_costs_two_narrow_queries(self):
        with self.assertNumQueries(2):
            own_links.follow_now(self.post.pk)

    def test_link_to_a_scheduled_post_appears_with_it(self):
        hour = timezone.now() + timedelta(days=2)
        with mock.patch("blog.tasks.follow_scheduled") as task:
            self.target.published_at = hour
            self.target.save()
        task.using.assert_called_once_with(run_after=hour)
        task.using.return_value.enqueue.assert_called_once_with(post_id=self.target.pk)

    def test_a_key_that_is_none_does_no_harm(self):
        post = make_post(slug="x", body='<p><a href="/a" data-post="999999999999999999">a</a></p>')
        self.assertEqual(post.body_html, "<p>a</p>")


class RenderingTests(TestCase):
    def test_command_makes_all_texts_anew_and_leaves_their_dates(self):
        post, page = make_post(body="<p>Oui !</p>"), make_page(body="<p>Non !</p>")
        before = Post.objects.get(pk=post.pk)
        for model in (Post, Page):
            model.objects.update(body_html="of old")
        with self.captureOnCommitCallbacks(execute=True):
            call_command("render_texts", verbosity=0, stdout=StringIO())
        for row in (post, page):
            row.refresh_from_db()
        self.assertEqual((post.body_html, page.body_html), ("<p>Oui\u202f!</p>", "<p>Non\u202f!</p>"))
        self.assertEqual((post.modified_at, post.revision), (before.modified_at, before.revision))


class PastedAddressTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.target = make_post()
        OldAddress.objects.create(path="/2016/ancienne/", post=cls.target)

    def cleaned(self, address: str) -> str:
        return BodyField().clean(f'<p><a href="{address}">a</a></p>')

    def test_address_of_a_post_becomes_a_link_that_follows(self):
        path = self.target.path()
        for address in (path, f"http://testserver{path}", f"https://testserver{path}"):
            with self.subTest(address):
                self.assertEqual(self.cleaned(address), f'<p><a href="{path}" data-post="{self.target.pk}">a</a></p>')
        self.assertIn(f'href="{path}#section-x" data-post=', self.cleaned(f"{path}#section-x"))
        self.assertIn(f'data-post="{self.target.pk}"', self.cleaned("/2016/ancienne/"))

    def test_other_addresses_stay_what_they_are(self):
        for address in (
            "/blog/",
            "/blog/2016/07/president-numerique-bonne-idee-webinaire/",
            f"{self.target.path()}?comments=2",
            f"https://example.org{self.target.path()}",
            "/blog/2016/06/rien/",
            "mailto:a@b.fr",
        ):
            with self.subTest(address):
                self.assertEqual(self.cleaned(address), f'<p><a href="{address}">a</a></p>')

    def test_many_links_cost_two_queries(self):
        path = self.target.path()
        source = "".join(f'<p><a href="{path}">a</a> <a href="/b-{n}/">b</a></p>' for n in range(50))
        with self.assertNumQueries(2):
            self.assertEqual(BodyField().clean(source).count("data-post"), 50)

    def test_a_text_without_such_links_costs_none(self):
        with self.assertNumQueries(0):
            self.cleaned("https://example.org/")


class FindingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice, cls.bob, cls.carol = make_alice(), make_bob(), make_carol()
        cls.published = make_post(title="Élection : la donnée", slug="election-la-donnee")
        cls.draft = make_post(
            title="L’élection, suite", slug="election-suite", status=Post.Status.DRAFT, published_at=None
        )
        cls.own = make_post(
            title="Mon élection",
            slug="mon-election",
            status=Post.Status.DRAFT,
            published_at=None,
            authors=[make_author(user=cls.bob, slug="bob-auteur")],
        )

    def find(self, words: str) -> list[str]:
        return [post["title"] for post in self.client.get(FIND, {"q": words}).json()["posts"]]

    def test_an_editor_finds_all_by_words_of_the_title(self):
        self.client.force_login(self.alice)
        self.assertEqual(self.find("Élection donnée"), ["Élection : la donnée"])
        self.assertEqual(self.find("election donnee"), ["Élection : la donnée"])
        self.assertEqual(len(self.find("élection")), 3)
        self.assertEqual(self.find("rien de tel"), [])
        self.assertEqual(self.find(" "), [])

    def test_a_contributor_finds_what_is_out_and_what_is_theirs(self):
        self.client.force_login(self.bob)
        self.assertEqual(set(self.find("élection")), {"Élection : la donnée", "Mon élection"})

    def test_a_post_says_where_it_is_and_whether_readers_see_it(self):
        self.client.force_login(self.alice)
        found = {post["title"]: post for post in self.client.get(FIND, {"q": "élection"}).json()["posts"]}
        published = found["Élection : la donnée"]
        self.assertEqual((published["address"], published["isPublic"]), (self.published.path(), True))
        self.assertIs(found["Mon élection"]["isPublic"], False)

    def test_who_has_nothing_to_do_with_posts_is_refused(self):
        self.client.force_login(self.carol)
        self.assertEqual(self.client.get(FIND, {"q": "a"}).status_code, 403)
        self.client.logout()
        self.assertEqual(self.client.get(FIND, {"q": "a"}).status_code, 302)

    def test_nonsense_finds_nothing_and_harms_nothing(self):
        self.client.force_login(self.alice)
        for words in ("%", "'", "x" * 8000, "x " * (MOST_WORDS * 3), "…"):
            with self.subTest(words[:10]):
                self.assertEqual(self.client.get(FIND, {"q": words}).status_code, 200)
        self.assertEqual(self.client.post(FIND).status_code, 405)

    def test_a_search_costs_one_query_and_shows_few(self):
        Post.objects.bulk_create(
            Post(language="fr", title=f"Beaucoup {n}", slug=f"beaucoup-{n}") for n in range(POSTS_FOUND + 5)
        )
        self.client.force_login(self.alice)
        with self.assertNumQueries(5):  # session, user, two of permissions, posts
            self.assertEqual(len(self.find("beaucoup")), POSTS_FOUND)

    def test_words_of_titles_are_looked_for_in_a_narrow_index(self):
        if connection.vendor != "sqlite":
            self.skipTest("PostgreSQL plans by what it counted, and there is little here.")
        plan = find_posts("election donnee").explain()
        self.assertIn("USING COVERING INDEX post_in_a_line", plan)

    def test_the_editor_marks_links_that_readers_do_not_get_and_names_no_title(self):
        given = BodyWidget().given_to_script(linking(self.draft) + linking(self.published))["posts"]
        self.assertIs(given[str(self.draft.pk)]["isPublic"], False)
        self.assertIs(given[str(self.published.pk)]["isPublic"], True)
        self.assertNotIn("suite", str(given))
