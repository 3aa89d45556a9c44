"""A form of the admin that came when its session had ended, or with a token of another: nothing of it is lost."""

from django.contrib.auth.models import User
from django.test import Client, TestCase
from django.urls import URLResolver, get_resolver

from blog.models import Page, Post
from tests.factories import make_alice, make_author, make_post
from tests.forms import read_form

ADD = "/admin/blog/post/add/"
OWN = {"sec-fetch-site": "same-origin", "accept-language": "en"}


def views_outside_the_admin(resolver=None, beginning=""):
    """Yield the views of all addresses but those of the admin."""
    for pattern in (resolver or get_resolver()).url_patterns:
        address = f"{beginning}{pattern.pattern}"
        if address.startswith("admin/"):
            continue
        if isinstance(pattern, URLResolver):
            yield from views_outside_the_admin(pattern, address)
        else:
            yield pattern.callback


class ResendingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice = make_alice()
        cls.alice.set_password("un mot de passe")
        cls.alice.save()
        make_author(user=cls.alice)
        cls.post = make_post()

    def setUp(self):
        self.client = Client(enforce_csrf_checks=True)
        self.log_in()

    def log_in(self):
        """Log in as a browser does, which changes the token of all forms that are open."""
        self.client.cookies.pop("sessionid", None)
        page, _buttons = read_form(self.client.get("/admin/login/").content.decode(), "login-form")
        secret = {"username": "alice", "password": "un mot de passe"}
        self.assertEqual(self.client.post("/admin/login/", page | secret).status_code, 302)

    def open(self, address=ADD, form="post_form"):
        return read_form(self.client.get(address).content.decode(), form)[0]

    def written(self):
        return self.open() | {"title": "Écrit longtemps", "body": "<p>Une\nphrase & une autre.</p>", "_save": "1"}

    def again(self, response):
        return read_form(response.content.decode(), "resending_form")[0]

    def test_who_is_logged_out_gets_it_back_and_sends_it_once_logged_in_again(self):
        sent = self.written()
        self.client.cookies.pop("sessionid")
        response = self.client.post(ADD, sent, headers=OWN)
        self.assertContains(response, "You are logged out", status_code=403)
        self.assertContains(response, 'target="_blank"', status_code=403)
        kept = self.again(response)
        self.assertEqual(kept["body"], ["<p>Une\nphrase & une autre.</p>"])
        self.log_in()
        # The token is that of the session before: it comes back once more, with one that holds.
        response = self.client.post(ADD, kept, headers=OWN)
        self.assertContains(response, "You have logged in anew", status_code=403)
        self.assertFalse(Post.objects.filter(title="Écrit longtemps").exists())
        response = self.client.post(ADD, self.again(response), headers=OWN)
        self.assertEqual(response.status_code, 302)
        self.assertEqual(Post.objects.get(title="Écrit longtemps").body, "<p>Une phrase &amp; une autre.</p>")

    def test_a_login_elsewhere_while_writing_costs_one_press_more(self):
        sent = self.written() | {"step": "in_review"}
        self.log_in()
        response = self.client.post(ADD, sent, headers=OWN)
        self.assertEqual(response.status_code, 403)
        self.client.post(ADD, self.again(response), headers=OWN)
        self.assertEqual(Post.objects.get(title="Écrit longtemps").status, "in_review")

    def test_in_both_languages_and_kept_by_no_cache(self):
        sent = self.written()
        self.client.cookies.pop("sessionid")
        for language in ("fr", "en"):
            response = self.client.post(ADD, sent, headers=OWN | {"accept-language": language})
            self.assertContains(response, f'<html lang="{language}"', status_code=403)
            self.assertIn("no-store", response.headers["Cache-Control"])
            self.assertEqual(response.headers["X-Frame-Options"], "DENY")

    def test_what_another_site_made_up_is_never_given_back(self):
        self.log_in()
        for headers in (
            {"sec-fetch-site": "cross-site"},
            {"origin": "https://evil.example"},
            {"sec-fetch-site": "none"},
            {},
        ):
            with self.subTest(headers=headers):
                response = self.client.post(ADD, {"title": "Piégé", "csrfmiddlewaretoken": "x" * 32}, headers=headers)
                self.assertEqual(response.status_code, 403)
                self.assertNotContains(response, "Piégé", status_code=403)

    def test_an_older_browser_says_where_a_form_comes_from_by_its_origin(self):
        sent = self.written()
        self.log_in()
        response = self.client.post(ADD, sent, headers={"origin": "http://testserver"})
        self.assertContains(response, "Écrit longtemps", status_code=403)

    def test_other_forms_that_editors_write_in_are_given_back_too(self):
        sent = self.open("/admin/blog/page/add/", "page_form") | {"title": "À propos", "language": "fr"}
        self.client.cookies.pop("sessionid")
        kept = self.again(self.client.post("/admin/blog/page/add/", sent, headers=OWN))
        self.log_in()
        kept = self.again(self.client.post("/admin/blog/page/add/", kept, headers=OWN))
        self.client.post("/admin/blog/page/add/", kept, headers=OWN)
        self.assertTrue(Page.objects.filter(title="À propos").exists())

    def test_no_password_is_ever_given_back(self):
        User.objects.filter(pk=self.alice.pk).update(is_superuser=True)
        secret = {"password": "TRES-SECRET", "password1": "TRES-SECRET", "old_password": "TRES-SECRET", "username": "x"}
        for address in (
            "/admin/login/",
            "/admin/password_change/",
            "/admin/auth/user/add/",
            f"/admin/auth/user/{self.alice.pk}/password/",
            ADD,
        ):
            with self.subTest(address=address):
                response = self.client.post(address, secret | {"csrfmiddlewaretoken": "x" * 32}, headers=OWN)
                self.assertNotContains(response, "TRES-SECRET", status_code=403)
                self.assertNotContains(response, "csrfmiddlewaretoken=", status_code=403)

    def test_what_is_no_form_leads_to_the_login_as_ever(self):
        sent = self.open() | {"title": "x"}
        self.client.cookies.pop("sessionid")
        for address in (f"/admin/blog/post/{self.post.pk}/delete/", "/admin/blog/post/"):
            response = self.client.post(address, sent, headers=OWN)
            self.assertEqual((response.status_code, response.headers["Location"].split("?")[0]), (302, "/admin/login/"))

    def test_more_than_the_site_takes_is_refused_as_ever(self):
        sent = self.written() | {"body": "x" * 3_000_000}
        self.client.cookies.pop("sessionid")
        self.assertEqual(self.client.post(ADD, sent, headers=OWN).status_code, 413)


class RefusedTests(TestCase):
    def test_form_without_a_token_is_refused_in_one_language(self):
        for language, words, of_cookies in (
            ("fr", "Ce formulaire a été refusé", "autorisez les cookies"),
            ("en", "This form was refused", "allow cookies"),
        ):
            with self.subTest(language=language):
                client = Client(enforce_csrf_checks=True, headers={"accept-language": language})
                response = client.post("/admin/login/", {"username": "alice"})
                self.assertContains(response, words, status_code=403)
                self.assertContains(response, of_cookies, status_code=403)
                self.assertContains(response, f'<html lang="{language}"', status_code=403)
                self.assertIn("no-store", response.headers["Cache-Control"])

    def test_no_page_of_readers_asks_for_a_token(self):
        # It would come with a cookie, and be refused with a page of the admin.
        for view in views_outside_the_admin():
            self.assertTrue(getattr(view, "csrf_exempt", False), view)


class TokenTests(TestCase):
    def test_it_is_given_to_who_is_logged_in(self):
        alice = make_alice()
        self.assertEqual(self.client.get("/admin/token/").status_code, 401)
        self.assertEqual(self.client.get("/admin/token/").json(), {"writer": None})
        self.client.force_login(alice)
        response = self.client.get("/admin/token/")
        self.assertEqual(response.json()["writer"], alice.pk)
        self.assertTrue(response.json()["token"])
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertEqual(response.headers["Cross-Origin-Resource-Policy"], "same-origin")
        self.assertEqual(self.client.post("/admin/token/").status_code, 405)
