"""What each role can do and cannot, also by requests that no page of ours offers."""

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import TestCase

from authors.models import Author
from blog.models import Category, Image, Partner, Post
from comments.models import Comment
from tests.factories import (
    make_author,
    make_category,
    make_comment,
    make_post,
    make_upload,
    make_user,
)
from tests.forms import FormTestCase, read_form

ROLES = ("contributor", "author", "editor", "moderator", "publisher")
WRITERS = {"contributor", "author", "editor", "publisher"}
EDITORS = {"editor", "publisher"}
POSTS = "/admin/blog/post/"


class RolesTestCase(FormTestCase, TestCase):
    """An account of each role, each with a profile and a draft, and somebody else's texts."""

    @classmethod
    def setUpTestData(cls):
        cls.users = {role: make_user(role, group=role) for role in ROLES}
        cls.category = make_category()
        cls.own = {}
        for role, user in cls.users.items():
            author = make_author(name=role.title(), slug=role, user=user)
            cls.own[role] = cls.draft(f"De {role}", f"de-{role}", author)
        cls.other = make_author(name="Autre", slug="autre", user=make_user("autre", group="editor"))
        cls.their_draft = cls.draft("Brouillon d’un autre", "brouillon-autre", cls.other)
        cls.theirs = make_post(title="Article d’un autre", slug="article-autre", authors=[cls.other])

    @classmethod
    def draft(cls, title: str, slug: str, author: Author) -> Post:
        return make_post(
            title=title, slug=slug, status="draft", published_at=None, authors=[author], category=cls.category
        )

    def who_can(self, act, took_effect) -> set[str]:
        """Return the roles for which ``act(role)`` has an effect; each begins anew, and meets no error of ours."""
        able = set()
        for role in ROLES:
            with self.subTest(role=role):
                self.client.force_login(self.users[role])
                response = act(role)
                self.assertLess(response.status_code, 500)
                if took_effect(role):
                    able.add(role)
                    self.undo()
        return able

    def undo(self):
        """Put the texts back to what they were."""
        for post in (*self.own.values(), self.their_draft, self.theirs):
            post.save()

    def forge(self, post: Post, **fields):
        """Send the form of a post as its author's form would be sent, whoever is logged in."""
        values = {
            "title": post.title, "slug": post.slug, "language": "fr", "standfirst": "", "body": "",
            "disclosure": "none", "category": self.category.pk, "seen": "",
            "comment_policy": "site", "comment_moderation": "site",
            "authorships-TOTAL_FORMS": 0, "authorships-INITIAL_FORMS": 0,
            "tribunes-TOTAL_FORMS": 0, "tribunes-INITIAL_FORMS": 0,
        }  # fmt: skip
        form, _buttons = read_form(self.client.get(f"{POSTS}{post.pk}/change/").content.decode(), "post_form")
        return self.client.post(f"{POSTS}{post.pk}/change/", values | form | fields)

    def status(self, post: Post) -> str:
        return Post.objects.get(pk=post.pk).status


class PostsTests(RolesTestCase):
    def test_publish_ones_own(self):
        able = self.who_can(
            lambda role: self.forge(self.own[role], step="published"),
            lambda role: self.status(self.own[role]) == "published",
        )
        self.assertEqual(able, {"author", "editor", "publisher"})

    def test_publish_what_somebody_else_wrote(self):
        able = self.who_can(
            lambda role: self.forge(self.their_draft, step="published"),
            lambda role: self.status(self.their_draft) == "published",
        )
        self.assertEqual(able, EDITORS)

    def test_publish_and_withdraw_from_the_list(self):
        for action, post, before in (
            ("publish", self.their_draft, "published"),
            ("withdraw", self.theirs, "withdrawn"),
        ):
            data = {"action": action, "_selected_action": [post.pk], "index": 0}
            able = self.who_can(
                lambda role, data=data: self.client.post(POSTS, data),
                lambda role, post=post, before=before: self.status(post) == before,
            )
            self.assertEqual(able, EDITORS)

    def test_change_what_somebody_else_wrote(self):
        for post in (self.their_draft, self.theirs):
            able = self.who_can(
                lambda role, post=post: self.forge(post, title="Volé", step="published"),
                lambda role, post=post: Post.objects.get(pk=post.pk).title == "Volé",
            )
            self.assertEqual(able, EDITORS)

    def test_an_author_goes_on_with_what_is_out(self):
        own = self.own["author"]
        Post.objects.filter(pk=own.pk).update(status="published", published_at=self.theirs.published_at)
        self.client.force_login(self.users["author"])
        self.forge(own, title="Relu", step="published")
        self.assertEqual(Post.objects.get(pk=own.pk).title, "Relu")
        self.forge(own, step="withdrawn")
        self.assertEqual(self.status(own), "withdrawn")

    def test_an_author_stays_on_the_byline_of_what_they_publish(self):
        own = self.own["author"]
        self.client.force_login(self.users["author"])
        row = own.authorships.get()
        self.forge(
            own,
            step="published",
            **{"authorships-0-id": row.pk, "authorships-0-author": self.other.pk, "authorships-0-post": own.pk},
        )
        self.assertTrue(Post.objects.get(pk=own.pk).authorships.filter(author__user=self.users["author"]).exists())

    def test_date_what_is_published(self):
        able = self.who_can(
            lambda role: self.forge(self.own[role], published_at_0="01/01/2001", published_at_1="00:00"),
            lambda role: Post.objects.get(pk=self.own[role].pk).published_at is not None,
        )
        self.assertEqual(able, {"author", "editor", "publisher"})

    def test_see_the_drafts_of_others(self):
        able = self.who_can(
            lambda role: self.client.get(f"{POSTS}{self.their_draft.pk}/preview/"),
            lambda role: self.client.get(f"{POSTS}{self.their_draft.pk}/preview/").status_code == 200,
        )
        self.assertEqual(able, EDITORS)

    def test_put_the_drafts_of_others_into_the_bin(self):
        def is_binned(role: str) -> bool:
            found = Post.objects.filter(pk=self.their_draft.pk, binned__isnull=False).exists()
            Post.objects.get(pk=self.their_draft.pk).binned.delete() if found else None
            return found

        able = self.who_can(
            lambda role: self.client.post(f"{POSTS}{self.their_draft.pk}/delete/", {"post": "yes"}), is_binned
        )
        self.assertEqual(able, EDITORS)

    def test_restore_versions_of_others(self):
        self.client.force_login(self.users["editor"])
        self.forge(self.their_draft, title="Version 2")
        self.undo()
        address = f"{POSTS}{self.their_draft.pk}/versions/restore/"
        able = self.who_can(
            lambda role: self.client.post(address, {"number": 2}),
            lambda role: Post.objects.get(pk=self.their_draft.pk).title == "Version 2",
        )
        self.assertEqual(able, EDITORS)


class RestTests(RolesTestCase):
    def test_pictures(self):
        def add(role: str):
            # The same file is not taken twice.
            file = make_upload(size=(400, 300 + ROLES.index(role)))
            data = {"title": role, "alt_fr": "Un essai", "file": file}
            return self.client.post("/admin/blog/image/library.json", data)

        able = self.who_can(add, lambda role: Image.objects.filter(title=role).exists())
        self.assertEqual(able, WRITERS)

    def test_categories_and_partners(self):
        able = self.who_can(
            lambda role: self.fill_or_post(
                "/admin/blog/category/add/", {"slug": role, "name_fr": role, "name_en": role}
            ),
            lambda role: Category.objects.filter(slug=role).exists(),
        )
        self.assertEqual(able, EDITORS)
        able = self.who_can(
            lambda role: self.client.post("/admin/blog/partner/add/", {"name": role, "site": "https://x.example/"}),
            lambda role: Partner.objects.filter(name=role).exists(),
        )
        self.assertLessEqual(able, EDITORS)

    def fill_or_post(self, address: str, fields: dict):
        form, _buttons = read_form(self.client.get(address).content.decode(), "category_form")
        return self.client.post(address, form | fields)

    def test_comments(self):
        comments = {role: make_comment(self.theirs, status="pending") for role in ROLES}

        def approve(role: str):
            data = {"action": "approve", "_selected_action": [comments[role].pk], "index": 0}
            return self.client.post("/admin/comments/comment/", data)

        able = self.who_can(approve, lambda role: Comment.objects.get(pk=comments[role].pk).status == "approved")
        self.assertEqual(able, {"moderator", "editor", "publisher"})

    def test_accounts(self):
        fields = {"username": "", "password1": "Quatre-vents-87-hiver", "password2": "Quatre-vents-87-hiver"}
        able = self.who_can(
            lambda role: self.client.post(
                "/admin/auth/user/add/", fields | {"username": f"nouveau-{role}", "usable_password": "true"}
            ),
            lambda role: User.objects.filter(username=f"nouveau-{role}").exists(),
        )
        self.assertEqual(able, {"publisher"})

    def test_nobody_makes_themselves_more_than_a_role(self):
        group = Group.objects.create(name="tout")
        for role in ROLES:
            user = self.users[role]
            self.client.force_login(user)
            self.client.post(
                f"/admin/auth/user/{user.pk}/change/",
                {
                    "username": role, "is_active": "on", "is_staff": "on",
                    "is_superuser": "on", "user_permissions": [1],
                    "groups": [group.pk], "date_joined_0": "01/01/2020", "date_joined_1": "00:00",
                },
            )  # fmt: skip
            user = User.objects.get(pk=user.pk)
            self.assertFalse(user.is_superuser or user.user_permissions.exists())
            self.assertFalse(user.groups.filter(pk=group.pk).exists())

    def test_a_publisher_gives_roles(self):
        bob = make_user("bob", group="contributor")
        self.client.force_login(self.users["publisher"])
        author = Group.objects.get(name="author")
        self.fill(f"/admin/auth/user/{bob.pk}/change/", "user_form", {"groups": [author.pk]})
        self.assertEqual(list(bob.groups.all()), [author])

    def test_nobody_changes_accounts_above_them(self):
        above = make_user("operator", is_superuser=True)
        for role in ROLES:
            self.client.force_login(self.users[role])
            for address in (f"/admin/auth/user/{above.pk}/change/", f"/admin/auth/user/{above.pk}/password/"):
                data = {"username": "pris", "password1": "Une-phrase-longue-9", "password2": "Une-phrase-longue-9"}
                self.assertEqual(self.client.post(address, data).status_code, 403)


class LogTests(RolesTestCase):
    def setUp(self):
        self.client.force_login(self.users["editor"])
        self.forge(self.their_draft, title="Retouché")
        self.entry = LogEntry.objects.get()

    def test_it_says_who_did_what(self):
        self.client.force_login(self.users["publisher"])
        response = self.client.get("/admin/admin/logentry/")
        self.assertContains(response, "editor")
        self.assertContains(response, "Modification de Titre")
        self.assertContains(response, f"{POSTS}{self.their_draft.pk}/change/")

    def test_nobody_changes_it_not_even_a_superuser(self):
        for user in (*self.users.values(), make_user("operator", is_superuser=True)):
            self.client.force_login(user)
            for address in (f"{self.entry.pk}/change/", f"{self.entry.pk}/delete/", "add/", ""):
                data = {
                    "post": "yes",
                    "action": "delete_selected",
                    "_selected_action": [self.entry.pk],
                    "object_repr": "x",
                }
                self.assertLess(self.client.post(f"/admin/admin/logentry/{address}", data).status_code, 500)
            self.assertEqual(LogEntry.objects.get(pk=self.entry.pk).object_repr, self.entry.object_repr)

    def test_only_publishers_read_it(self):
        for role in ROLES:
            self.client.force_login(self.users[role])
            answer = self.client.get("/admin/admin/logentry/").status_code
            self.assertEqual(answer == 200, role == "publisher")

    def test_an_account_that_has_done_something_is_not_deleted_with_its_log(self):
        operator = make_user("operator", is_superuser=True)
        self.client.force_login(operator)
        self.client.post(f"/admin/auth/user/{self.users['editor'].pk}/delete/", {"post": "yes"})
        data = {"action": "delete_selected", "_selected_action": [self.users["editor"].pk], "post": "yes"}
        self.client.post("/admin/auth/user/", data)
        self.assertTrue(LogEntry.objects.filter(pk=self.entry.pk).exists())
