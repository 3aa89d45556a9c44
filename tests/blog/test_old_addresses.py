"""What was once an address leads to where the thing stands now, or says that it is gone."""

from django.test import TestCase
from django.utils.timezone import now

from blog.models import OldAddress, Post
from tests.factories import make_author, make_category, make_post, make_tag, make_translation

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"


class OldAddressTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def assert_leads(self, address, to):
        response = self.client.get(address)
        self.assertEqual((response.status_code, response.get("Location")), (301, to))

    def test_moved_post(self):
        self.post.slug = "ailleurs"
        self.post.save()
        self.assert_leads(POST, "/blog/2016/06/ailleurs/")

    def test_post_moved_twice_takes_one_step(self):
        for slug in ("deux", "trois"):
            self.post.slug = slug
            self.post.save()
        self.assert_leads(POST, "/blog/2016/06/trois/")

    def test_withdrawn_post_is_gone(self):
        OldAddress.objects.create(path="/vieux/", post=self.post)
        Post.objects.update(status="withdrawn")
        self.assertEqual(self.client.get("/vieux/").status_code, 410)

    def test_withdrawn_post_is_gone_from_its_own_address_until_it_is_back(self):
        for status, answer in (("withdrawn", 410), ("published", 200)):
            self.post.status = status
            self.post.save()
            self.assertEqual(self.client.get(POST).status_code, answer)

    def test_draft_is_not_said_to_be_gone(self):
        draft = make_post(slug="ebauche", status="draft")
        draft.save()
        self.assertEqual(self.client.get(draft.path()).status_code, 404)

    def test_deleted_post_is_gone(self):
        self.post.delete()
        response = self.client.get(POST)
        self.assertContains(response, 'lang="fr"', status_code=410)

    def test_short_address_of_wordpress(self):
        OldAddress.objects.create(path="/?p=123", post=self.post)
        self.assert_leads("/?p=123", POST)
        self.assertEqual(self.client.get("/?p=124").status_code, 404)

    def test_address_with_a_tracker_behind_it(self):
        OldAddress.objects.create(path="/vieux/", post=self.post)
        self.assert_leads("/vieux/?utm_source=lettre", POST)

    def test_lists_of_wordpress(self):
        top = make_category()
        make_category(slug="cloud", name_fr="Nuage", name_en="Cloud", parent=top)
        make_tag()
        make_author()
        self.assert_leads("/category/economie-et-numerique/", "/categorie/economie-et-numerique/")
        self.assert_leads("/category/cloud/", "/categorie/economie-et-numerique/cloud/")
        self.assert_leads("/tag/cloud/", "/sujet/cloud/")
        self.assert_leads("/author/yann-gourvennec/", "/auteurs/yann-gourvennec/")

    def test_further_pages_of_wordpress_lead_to_the_list(self):
        make_category()
        make_tag()
        make_author()
        make_translation(self.post)
        self.assert_leads("/category/economie-et-numerique/page/3/", "/categorie/economie-et-numerique/")
        self.assert_leads("/en/category/economie-et-numerique/page/3/", "/en/category/economie-et-numerique/")
        self.assert_leads("/tag/cloud/page/2", "/sujet/cloud/")
        self.assert_leads("/en/tag/cloud/page/2/", "/en/tag/cloud/")
        self.assert_leads("/author/yann-gourvennec/page/12/", "/auteurs/yann-gourvennec/")
        self.assert_leads("/search/vent/page/2/", "/recherche/?q=vent")
        for place in ("/page/2/", "/blog/page/40/", "/blog/page/40"):
            self.assert_leads(place, "/blog/")
        self.assert_leads("/en/page/2/", "/en/blog/")
        for place in ("/2016/06/", "/2016/06/page/2/", "/blog/2016/06/page/2/"):
            self.assert_leads(place, "/blog/2016/06/")
        self.assert_leads("/en/2016/06/", "/en/blog/2016/06/")
        for place in ("/2016/07/", "/category/jamais/page/2/", "/tag/jamais/page/2/", "/jamais/page/2/"):
            self.assertEqual(self.client.get(place).status_code, 404)

    def test_page_of_comments_of_wordpress_leads_to_the_post(self):
        for place in (f"{POST}comment-page-2/", f"{POST}comment-page-2", POST.replace("06", "07") + "comment-page-1/"):
            self.assert_leads(place, POST)
        self.post.slug = "ailleurs"
        self.post.save()
        self.assert_leads(f"{POST}comment-page-2/", "/blog/2016/06/ailleurs/")
        self.post.delete()
        self.assertEqual(self.client.get(f"{POST}comment-page-2/").status_code, 410)
        self.assertEqual(self.client.get("/blog/2016/06/jamais/comment-page-2/").status_code, 404)

    def test_feed_of_a_numbered_post_is_that_of_its_comments(self):
        OldAddress.objects.create(path="/?p=123", post=self.post)
        OldAddress.objects.create(path="/?p=125")
        self.assert_leads("/?feed=rss2&p=123", f"{POST}feed/")
        self.assert_leads("/?p=123&feed=comments-atom", f"{POST}feed/atom/")
        for number, status in ((124, 404), (125, 410)):
            self.assertEqual(self.client.get(f"/?feed=rss2&p={number}").status_code, status)

    def test_feed_without_its_last_slash_takes_one_step(self):
        for prefix in ("", "/en"):
            for name, below in (("feed", ""), ("feed/atom", "atom/"), ("feed/rss2", "")):
                self.assert_leads(f"{prefix}/{name}", f"{prefix}/blog/feed/{below}")

    def test_feed_of_a_month_of_wordpress(self):
        for place in ("/2016/06/feed/", "/blog/2016/06/feed/", "/blog/2016/06/feed/rss2/"):
            self.assert_leads(place, "/blog/feed/2016/06/1/")
        self.assert_leads("/blog/2016/06/feed/atom/", "/blog/feed/atom/2016/06/1/")
        self.assertContains(self.client.get("/blog/feed/2016/06/1/"), self.post.path())
        self.assertEqual(self.client.get("/blog/2016/07/feed/").status_code, 404)
        self.assertEqual(self.client.get("/en/blog/2016/06/feed/").status_code, 404)
        self.assertEqual(self.client.get("/blog/2016/13/feed/").status_code, 404)

    def test_feed_of_this_month_of_wordpress(self):
        response = self.client.get(f"/blog/{now():%Y/%m}/feed/")
        self.assertEqual((response.status_code, response["Location"]), (302, "/blog/feed/"))

    def test_post_that_is_called_feed_has_its_address(self):
        called = make_post(slug="feed")
        self.assertContains(self.client.get(called.path()), "Une question revient.")
        self.assert_leads("/blog/2011/01/feed/", called.path())

    def test_answer_link_of_wordpress_shows_the_post(self):
        self.assertEqual(self.client.get(f"{POST}?replytocom=7").status_code, 200)

    def test_address_that_never_was_is_not_found(self):
        self.assertEqual(self.client.get("/jamais/").status_code, 404)
