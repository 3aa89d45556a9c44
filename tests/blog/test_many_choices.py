"""No form or filter of the admin lists thousands of names: what is many is suggested while somebody types."""

from html.parser import HTMLParser

from django.contrib import admin
from django.contrib.auth.models import User
from django.test import TestCase

from authors.models import Author
from blog.models import Category, Partner
from tests.factories import (
    make_event,
    make_image,
    make_partner,
    make_post,
    make_sponsor,
    make_tag,
    make_tribune,
    make_user,
)

MANY = 130
MOST = 110
# What the program or the world has, as many as there are, and the lines of a list themselves.
FIXED = {"time_zone", "_selected_action", "permissions", "user_permissions"}


class Choices(HTMLParser):
    """Counts what can be chosen in each field of a page, and the links of each filter."""

    def __init__(self):
        super().__init__()
        self.found, self.name = {}, ""

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "select":
            self.name = attrs.get("name", "")
        elif tag == "details" and "data-filter-title" in attrs:
            self.name = f"filter {attrs['data-filter-title']}"
        elif tag == "option" or (tag == "a" and self.name.startswith("filter")):
            self.found[self.name] = self.found.get(self.name, 0) + 1
        elif (
            tag == "input"
            and attrs.get("type") in ("checkbox", "radio")
            and "action-select" not in attrs.get("class", "")
        ):
            name = attrs.get("name", "")
            self.found[name] = self.found.get(name, 0) + 1

    def handle_endtag(self, tag):
        if tag in ("select", "details"):
            self.name = ""


def copies(row, **changing):
    """Return many rows like one, unsaved."""
    fields = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    model = type(row)
    return [
        model(**fields | {name: value.format(number) for name, value in changing.items()}) for number in range(MANY)
    ]


class ManyChoicesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.chief = make_user("chief", is_superuser=True)
        post = make_post()
        Author.objects.bulk_create(Author(name=f"Auteur {number}", slug=f"a-{number}") for number in range(MANY))
        User.objects.bulk_create(User(username=f"u{number}") for number in range(MANY))
        Category.objects.bulk_create(
            Category(slug=f"c{number}", path=f"c{number}", name_fr=f"C{number}", name_en=f"C{number}")
            for number in range(MANY)
        )
        for row, changing in (
            (make_tag(), {"slug": "t-{}"}),
            (make_partner(), {"slug": "p-{}", "name": "P {}"}),
            (make_sponsor(), {"slug": "s-{}", "name": "S {}"}),
            (make_event(), {"slug": "e-{}"}),
            (make_image(), {"title": "I {}", "upload_digest": "{}"}),
            (post, {"slug": "texte-{}"}),
        ):
            type(row).objects.bulk_create(copies(row, **changing))
        make_tribune(post, Partner.objects.first(), state="draft")

    def setUp(self):
        self.client.force_login(self.chief)

    def check(self, address):
        response = self.client.get(address, follow=True)
        if response.status_code == 403:
            return
        self.assertEqual(response.status_code, 200, address)
        counted = Choices()
        counted.feed(response.content.decode())
        for name, count in counted.found.items():
            if name.rpartition("-")[2] not in FIXED:
                self.assertLessEqual(count, MOST, f"{address}: {name}")

    def test_forms_and_lists(self):
        for model in admin.site._registry:
            start = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            with self.subTest(start):
                self.check(start)
                self.check(f"{start}add/")
                row = model._default_manager.first()
                if row is not None:
                    self.check(f"{start}{row.pk}/change/")

    def test_pages_of_many_posts(self):
        for place in ("bulkchange/replace/", "post/refile/", "tag/merge/", "category/merge/", "post/import/"):
            self.check(f"/admin/blog/{place}")

    def test_category_beyond_the_hundredth_can_be_chosen(self):
        last = Category.objects.in_order().last()
        found = self.client.get(
            f"/admin/autocomplete/?term={last.slug}&app_label=blog&model_name=post&field_name=category"
        )
        self.assertContains(found, f'"{last.pk}"')
        self.assertContains(self.client.get(f"/admin/blog/post/?category={last.pk}"), f"?category={last.pk}")
