"""What a page says before something is deleted, however much hangs on it."""

from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from authors.deleting import EXAMPLES
from blog.models import Category, EditorMail, Post, Tag
from tests.factories import make_alice, make_author, make_category, make_partner, make_post, make_tag, make_tribune


class DeletionTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author = make_author()
        cls.tag, cls.category, cls.partner = make_tag(), make_category(), make_partner()

    def setUp(self):
        self.client.force_login(make_alice())

    def write(self, first: int, last: int) -> None:
        for number in range(first, last):
            post = make_post(
                slug=f"article-{number}",
                title=f"Article {number}",
                authors=[self.author],
                tags=[self.tag],
                category=self.category,
            )
            make_tribune(post, self.partner)

    def count_queries(self, address: str) -> int:
        self.client.get(address)
        with CaptureQueriesContext(connection) as queries:
            self.assertEqual(self.client.get(address).status_code, 200)
        return len(queries)

    def addresses(self) -> list[str]:
        rows = (self.author, self.tag, self.category, self.partner)
        return [f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/delete/" for row in rows]

    def test_page_costs_the_same_with_much_as_with_little(self):
        self.write(0, EXAMPLES + 1)
        few = [self.count_queries(address) for address in self.addresses()]
        self.write(EXAMPLES + 1, 3 * EXAMPLES)
        self.assertEqual([self.count_queries(address) for address in self.addresses()], few)
        self.assertLess(max(few), 30)

    def test_what_stands_in_the_way_is_named_and_the_rest_of_it_counted(self):
        self.write(0, EXAMPLES + 4)
        page = self.client.get(f"/admin/blog/category/{self.category.pk}/delete/")
        last = Post.objects.order_by("-pk").first()
        self.assertContains(page, f'<a href="/admin/blog/post/{last.pk}/change/">{last.title}</a>')
        self.assertContains(page, "<li>Article\u00a0: ", count=EXAMPLES)
        self.assertContains(page, "<li>et 4 autres</li>")
        self.client.post(page.request["PATH_INFO"], {"post": "yes"})
        self.assertTrue(Category.objects.filter(pk=self.category.pk).exists())

    def test_what_goes_with_it_is_counted(self):
        self.write(0, 3)
        page = self.client.get(f"/admin/blog/tag/{self.tag.pk}/delete/")
        counts = dict(page.context["model_count"])
        self.assertEqual(counts[Tag._meta.verbose_name_plural], 1)
        self.assertEqual(counts[Post.tags.through._meta.verbose_name_plural], 3)
        self.client.post(page.request["PATH_INFO"], {"post": "yes"})
        self.assertFalse(Tag.objects.filter(pk=self.tag.pk).exists())
        self.assertEqual(Post.objects.count(), 3)

    def test_several_at_once_say_the_same(self):
        self.write(0, 3)
        other = make_tag(slug="autre", name_fr="Autre", name_en="Other")
        form = {"action": "delete_selected", "_selected_action": [self.tag.pk, other.pk]}
        page = self.client.post("/admin/blog/tag/", form)
        self.assertContains(page, f'<a href="/admin/blog/tag/{other.pk}/change/">Autre</a>')
        self.client.post("/admin/blog/tag/", form | {"post": "yes"})
        self.assertEqual(Tag.objects.count(), 0)

    def test_who_may_not_delete_what_goes_with_it_is_told(self):
        leaving = User.objects.create_user("leaving", is_staff=True)
        EditorMail.objects.create(user=leaving)
        clerk = User.objects.create_user("clerk", is_staff=True)
        clerk.user_permissions.add(*Permission.objects.filter(codename__in=["delete_user", "view_user"]))
        self.client.force_login(clerk)
        address = f"/admin/auth/user/{leaving.pk}/delete/"
        page = self.client.get(address)
        self.assertIn(EditorMail._meta.verbose_name, page.context["perms_lacking"])
        self.assertEqual(self.client.post(address, {"post": "yes"}).status_code, 403)
        self.assertTrue(User.objects.filter(pk=leaving.pk).exists())
