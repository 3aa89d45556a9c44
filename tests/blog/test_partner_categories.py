"""What our categories are called at a partner's: said by an editor, sent with every text."""

from django.test import TestCase

from blog.models import PartnerCategory
from blog.syndication.packaging import make_package
from tests.blog.syndication.test_packaging import make_draft
from tests.blog.test_admin_library import EditorTestCase
from tests.factories import make_category, make_partner, make_post


class NamesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.partner = make_partner()
        cls.vote = make_category(slug="vote", name_fr="Vote", name_en="Voting")
        cls.city = make_category(slug="ville", name_fr="Ville", name_en="City")
        cls.post = make_post(category=cls.vote)
        cls.post.categories.add(cls.city)
        cls.tribune = make_draft(cls.post, cls.partner)

    def call(self, category, name, partner=None):
        PartnerCategory.objects.create(partner=partner or self.partner, category=category, name=name)

    def sent(self):
        return make_package(self.tribune).categories

    def test_without_a_line_each_goes_by_its_own_name_in_the_language_of_the_text(self):
        self.assertEqual(self.sent(), ["Vote", "Ville"])

    def test_line_says_what_it_is_called_there(self):
        self.call(self.vote, "Politique")
        self.call(self.vote, "Élections", make_partner(slug="other"))
        self.assertEqual(self.sent(), ["Politique", "Ville"])

    def test_line_without_a_name_leaves_it_out(self):
        self.call(self.city, "")
        self.assertEqual(self.sent(), ["Vote"])

    def test_line_for_all_others(self):
        self.call(self.vote, "Politique")
        self.call(None, "Tribunes")
        self.assertEqual(self.sent(), ["Politique", "Tribunes"])

    def test_two_that_are_one_there_are_named_once(self):
        self.call(self.vote, "Société")
        self.call(self.city, "Société")
        self.assertEqual(self.sent(), ["Société"])


class EditingTests(EditorTestCase):
    def setUp(self):
        super().setUp()
        self.partner = make_partner(categories_there=["Politique", "Économie & social"])
        self.category = make_category()
        self.address = f"/admin/blog/partner/{self.partner.pk}/change/"

    def send(self, *lines):
        values = {"category_names-TOTAL_FORMS": len(lines)}
        for number, (category, name) in enumerate(lines):
            values |= {f"category_names-{number}-category": category, f"category_names-{number}-name": name}
        return self.fill(self.address, "partner_form", values)

    def test_names_that_they_have_are_offered(self):
        self.assertContains(self.client.get(self.address), '<option value="Économie &amp; social"></option>')

    def test_editor_says_what_ours_are_called(self):
        self.send((self.category.pk, "Politique"), ("", "Tribunes"))
        lines = PartnerCategory.objects.values_list("category", "name")
        self.assertCountEqual(lines, [(self.category.pk, "Politique"), (None, "Tribunes")])

    def test_one_category_with_two_names_is_refused_and_nothing_is_lost(self):
        page = self.send((self.category.pk, "Politique"), (self.category.pk, "Société"))
        self.assertContains(page, 'value="Société"')
        self.assertContains(page, "errorlist")
        self.assertFalse(PartnerCategory.objects.exists())

    def test_two_lines_for_all_others_are_refused_and_nothing_is_lost(self):
        page = self.send(("", "Tribunes"), ("", "Opinions"))
        self.assertContains(page, 'value="Opinions"')
        self.assertContains(page, "errorlist")
        self.assertFalse(PartnerCategory.objects.exists())
