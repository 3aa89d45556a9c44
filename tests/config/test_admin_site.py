"""What is true of the whole admin: its policy, its language, its roles, and every page of every model."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import TestCase
from django_tasks_db.models import DBTaskResult
from lxml.html import document_fromstring

from blog.models import OldAddress, Post, Tribune
from config.bench.admin_pages import own_pages
from config.roles import Role
from tests.admin_pages import fill
from tests.factories import (
    make_alice,
    make_author,
    make_bob,
    make_carol,
    make_comment,
    make_event,
    make_image,
    make_page,
    make_post,
    make_tag,
    make_tribune,
    make_user,
)


class RoleTests(TestCase):
    def permissions(self, role):
        pairs = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
        return {".".join(pair) for pair in pairs}

    def test_every_installation_has_them(self):
        self.assertEqual(set(Group.objects.values_list("name", flat=True)), set(Role.values))

    def test_a_moderator_has_comments_and_mentions_elsewhere_only(self):
        others = {name for name in self.permissions("moderator") if not name.startswith("comments.")}
        self.assertEqual(others, {"blog.moderate_mention", "blog.view_mention"})
        self.assertIn("comments.moderate_comment", self.permissions("moderator"))

    def test_a_contributor_publishes_nothing(self):
        contributor = self.permissions("contributor")
        self.assertIn("blog.add_post", contributor)
        self.assertFalse(contributor & {"blog.publish_post", "blog.add_tribune", "comments.moderate_comment"})

    def test_an_editor_has_all_of_the_publication_and_no_accounts(self):
        editor = self.permissions("editor")
        self.assertLess(self.permissions("contributor") | self.permissions("moderator"), editor)
        self.assertEqual({name.split(".")[0] for name in editor}, {"authors", "blog", "comments"})

    def test_migrating_puts_them_right_again_and_leaves_others_alone(self):
        own = Group.objects.create(name="pigistes")
        Group.objects.get(name="editor").permissions.clear()
        Group.objects.get(name="moderator").delete()
        call_command("migrate", verbosity=0)
        self.assertIn("blog.publish_post", self.permissions("editor"))
        self.assertTrue(self.permissions("moderator"))
        self.assertFalse(own.permissions.exists())

    def test_people_see_them_in_their_language(self):
        self.client.force_login(make_user("root", is_superuser=True))
        make_alice()
        response = self.client.get("/admin/auth/user/", headers={"accept-language": "en"})
        self.assertContains(response, "Editor")
        self.assertContains(self.client.get("/admin/auth/group/"), "moderator")


class EveryPageTests(TestCase):
    """Each page of each model, in both languages, with something in it."""

    @classmethod
    def setUpTestData(cls):
        cls.root = make_user("root", is_superuser=True)
        author, image, event = make_author(user=cls.root), make_image(), make_event()
        post = make_post(authors=[author], tags=[make_tag()], cover=image, event=event)
        make_post(slug="b", status="draft", published_at=None)
        make_tribune(post)
        make_page()
        comment = make_comment(post)
        make_comment(post, parent=comment, status="pending")
        OldAddress.objects.create(path="/vieux/", post=post)

    def setUp(self):
        self.client.force_login(self.root)

    def pages(self):
        yield from ("/admin/", "/admin/password_change/", "/admin/blog/", "/admin/blog/post/add/preview/")
        for model in admin.site._registry:
            start = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            yield from (
                start,
                f"{start}?q=x",
                f"{start}?p=99",
                f"{start}?o=1.-2",
                f"{start}?nonsense=1",
                f"{start}add/",
            )
            for key in [*model._default_manager.values_list("pk", flat=True)[:2], 999_999, "x", "9" * 30]:
                yield from (f"{start}{key}/{page}/" for page in ("change", "delete", "history"))

    def test_none_fails_in_either_language(self):
        for language in ("fr", "en"):
            for address in self.pages():
                with self.subTest(address=address, language=language):
                    response = self.client.get(address, headers={"accept-language": language})
                    self.assertIn(response.status_code, (200, 302, 403))
                    if response.status_code == 200:
                        self.assertEqual(response.headers["Content-Language"], language)

    def test_fields_of_our_own_pages_name_help_that_is_there(self):
        fill(1, 1, self.root)
        for address in own_pages(self.root.username):
            response = self.client.get(address)
            if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
                page = document_fromstring(response.content)
                wanted = {name for each in page.xpath("//@aria-describedby") for name in each.split()}
                # The first is of Django's script; it writes the second for a group of radio buttons, which has no id.
                missing = {
                    name
                    for name in wanted - set(page.xpath("//@id"))
                    if not name.endswith("_timezone_warning_helptext") and name != "_helptext"
                }
                with self.subTest(address=address):
                    self.assertEqual(missing, set())

    def test_tables_of_our_own_pages_have_a_title(self):
        fill(1, 1, self.root)
        tribune = Tribune.objects.first()
        pages = [f"/admin/blog/{kind}/change/" for kind in (f"tribune/{tribune.pk}", f"partner/{tribune.partner_id}")]
        for address in (*own_pages(self.root.username), *pages):
            response = self.client.get(address)
            if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
                # Django's lists and rows of a form have none.
                tables = "//table[not(caption)][not(@id='result_list')][not(ancestor::*[contains(@class, 'tabular')])]"
                with self.subTest(address=address):
                    self.assertEqual(document_fromstring(response.content).xpath(tables), [])

    def test_none_is_kept_by_a_cache_or_weakens_the_policy(self):
        for address in self.pages():
            with self.subTest(address=address):
                response = self.client.get(address)
                policy = response.headers["Content-Security-Policy"]
                self.assertTrue(policy.startswith("default-src 'none'; script-src 'self'"))
                self.assertNotIn("unsafe", policy)
                self.assertIn("private", response.headers["Cache-Control"])

    def test_an_empty_form_sent_anywhere_is_no_error_500(self):
        for address in self.pages():
            if address.endswith(("/add/", "/change/")):
                with self.subTest(address=address):
                    self.assertLess(self.client.post(address, {}).status_code, 500)

    def test_nonsense_sent_to_a_list_is_no_error_500(self):
        for model in (model for model in admin.site._registry if model is not DBTaskResult):
            start = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            for keys in (["x"], ["9" * 30], ["-1"], ["\x00"]):
                for action in ("delete_selected", "publish", "approve", "x"):
                    with self.subTest(model=model, keys=keys, action=action):
                        data = {"action": action, "_selected_action": keys, "index": "x"}
                        self.assertLess(self.client.post(start, data).status_code, 500)


class PolicyTests(TestCase):
    def test_nonces_mark_what_django_puts_in_and_change_every_time(self):
        first, second = (self.client.get("/admin/login/") for _time in range(2))
        nonce = first.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
        self.assertContains(first, f'nonce="{nonce}"')
        self.assertNotContains(second, nonce)

    def test_pages_that_do_not_exist_have_it_too(self):
        response = self.client.get("/admin/nothing/")
        self.assertIn("default-src 'none'", response.headers["Content-Security-Policy"])
        self.assertNotIn("unsafe", response.headers["Content-Security-Policy"])

    def test_readers_pages_carry_no_nonce(self):
        self.assertNotIn("nonce", self.client.get("/").headers["Content-Security-Policy"])


class LanguageTests(TestCase):
    def language_of(self, **headers):
        return self.client.get("/admin/login/", headers=headers).headers["Content-Language"]

    def test_it_follows_the_browser(self):
        self.assertEqual(self.language_of(**{"accept-language": "en-GB,en;q=0.8"}), "en")
        self.assertEqual(self.language_of(**{"accept-language": "fr"}), "fr")
        self.assertEqual(self.language_of(**{"accept-language": "de"}), "fr")

    def test_the_switch_goes_before_the_browser(self):
        self.client.post("/admin/language/", {"language": "en", "next": "/admin/"})
        self.assertEqual(self.language_of(**{"accept-language": "fr"}), "en")

    def test_its_cookie_stays_in_the_admin(self):
        response = self.client.post("/admin/language/", {"language": "en", "next": "/admin/"})
        cookie = response.cookies["django_language"]
        self.assertEqual((cookie["path"], cookie["httponly"], cookie["samesite"]), ("/admin/", True, "Lax"))

    def test_it_stands_on_every_page_the_login_included(self):
        self.assertContains(self.client.get("/admin/login/"), 'action="/admin/language/"')
        self.client.force_login(make_alice())
        self.assertContains(self.client.get("/admin/"), 'action="/admin/language/"')

    def test_it_leads_nowhere_else(self):
        response = self.client.post("/admin/language/", {"language": "en", "next": "https://evil.example/"})
        self.assertNotIn("evil", response.headers["Location"])

    def test_it_asks_for_a_token(self):
        self.client.handler.enforce_csrf_checks = True
        self.assertEqual(self.client.post("/admin/language/", {"language": "en"}).status_code, 403)


class DeskTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        make_post(slug="b", status="in_review", published_at=None)
        make_comment(cls.post, status="pending")

    def waiting(self, user):
        self.client.force_login(user)
        return [address for _text, address in self.client.get("/admin/").context["waiting"]]

    def test_each_role_finds_what_it_has_to_do(self):
        comments, reviews = "/admin/comments/comment/queue/", "/admin/blog/post/?status=in_review"
        missing = [f"/admin/blog/post/missing/?language={language}" for language in ("fr", "en")]
        self.assertEqual(self.waiting(make_alice()), [comments, reviews, *missing])
        self.assertEqual(self.waiting(make_carol()), [comments])
        self.assertEqual(self.waiting(make_bob()), [])

    def test_a_contributor_without_a_profile_is_told_so(self):
        bob = make_bob()
        self.client.force_login(bob)
        self.assertTrue(self.client.get("/admin/").context["lacks_profile"])
        make_author(user=bob)
        self.assertTrue(self.client.get("/admin/").context["can_write"])

    def test_the_order_of_use(self):
        self.client.force_login(make_alice())
        apps = self.client.get("/admin/").context["app_list"]
        self.assertEqual([app["app_label"] for app in apps], ["blog", "comments", "authors"])
        self.assertEqual(apps[0]["models"][0]["model"], Post)

    def test_it_bears_the_name_of_the_publication(self):
        self.assertContains(self.client.get("/admin/login/"), settings.SITE_NAME)

    def test_it_leads_to_the_site_in_the_language_of_the_admin(self):
        self.client.force_login(make_alice())
        response = self.client.get("/admin/", headers={"accept-language": "en"})
        self.assertContains(response, '<a href="/en/">')


class LookupTests(TestCase):
    def test_a_number_that_no_column_holds_is_in_none(self):
        post = make_post()
        self.assertEqual(list(Post.objects.filter(pk__in=[post.pk, 10**30, -(10**30)])), [post])
        self.assertFalse(Post.objects.filter(pk__in=[10**30]).exists())
        self.assertTrue(Post.objects.filter(pk__in=Post.objects.values("pk")).exists())
