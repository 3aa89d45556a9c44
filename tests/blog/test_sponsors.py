"""Sponsors and clients: whose links are sponsored, their pages, and what becomes of the names that posts had before."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import ProtectedError
from django.test import SimpleTestCase, TestCase, TransactionTestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Listing, OldAddress, Post, Sponsor
from blog.sites import clean_sites, is_at, read_sites
from tests.factories import PUBLISHED_AT, make_alice, make_post, make_sponsor, make_translation

BODY = (
    '<p><a href="https://shop.acme.example/pumps?ref=us">Pumps</a>, <a href="https://notacme.example/">others</a>, '
    '<a href="/blog/">ours</a>.</p>'
)

FRENCH_PAGE = "/transparence/acme-fils/"


class SiteTests(SimpleTestCase):
    def test_which_links_lead_to_a_site(self):
        sites = read_sites("acme.example\nvideo.example/acme\nélan.example")
        for address, is_theirs in {
            "https://acme.example": True,
            "http://www.acme.example/a/b?c#d": True,
            "https://shop.acme.example/": True,
            "https://ACME.example.:8443/": True,
            "https://notacme.example/": False,
            "https://acme.example.org/": False,
            "https://acme.example@evil.example/": False,
            "https://video.example/acme": True,
            "https://video.example/acme/1": True,
            "https://video.example/acmetoo": False,
            "https://xn--lan-9la.example/": True,
            "/acme.example/": False,
            "mailto:a@acme.example": False,
            "https://[broken/": False,
            f"https://{'a' * 70}.example/": False,
        }.items():
            with self.subTest(address):
                self.assertEqual(is_at(sites, address), is_theirs)

    def test_what_is_typed_is_kept_in_one_spelling(self):
        typed = " https://www.Acme.example/ \n\nacme.example\nvideo.example/acme/\n"
        self.assertEqual(clean_sites(typed), "acme.example\nvideo.example/acme")

    def test_what_is_no_site_is_named(self):
        for line in ("acme", "two words.example", "ftp://acme.example", "a@b.example"):
            with self.subTest(line), self.assertRaises(ValidationError) as caught:
                clean_sites(f"acme.example\n{line}")
            self.assertIn(line, caught.exception.messages[0])


class SponsoredLinkTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.acme = make_sponsor("Acme", sites="acme.example")

    def rel_of(self, post: Post) -> list[str]:
        post.refresh_from_db()
        return [part.partition('"')[0] for part in post.body_html.split('rel="')[1:]]

    def test_links_to_the_party_say_so(self):
        post = make_post(body=BODY, disclosure="paid", disclosure_with=self.acme)
        self.assertEqual(self.rel_of(post), ["sponsored noopener", "noopener"])

    def test_links_to_them_in_other_posts_do_not(self):
        self.assertEqual(self.rel_of(make_post(body=BODY)), ["noopener", "noopener"])

    def test_affiliate_links_say_so(self):
        shop = make_sponsor("Shop", sites="shop.acme.example")
        post = make_post(body=BODY, disclosure="affiliate", disclosure_with=shop)
        self.assertEqual(self.rel_of(post)[0], "sponsored noopener")

    def test_other_sites_mark_the_links_anew_and_the_text_is_no_other_revision(self):
        post = make_post(body=BODY, disclosure="paid", disclosure_with=self.acme)
        changed_at = post.modified_at
        with self.captureOnCommitCallbacks(execute=True):
            self.acme.sites = "notacme.example"
            self.acme.save()
        self.assertEqual(self.rel_of(post), ["noopener", "sponsored noopener"])
        self.assertEqual((post.revision, post.modified_at), (1, changed_at))

    def test_another_relation_marks_them_anew(self):
        post = make_post(body=BODY, disclosure="paid", disclosure_with=self.acme)
        post.disclosure = Post.Disclosure.NONE
        post.save(update_fields=["disclosure"])
        self.assertEqual(self.rel_of(post), ["noopener", "noopener"])


class SponsorPageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.acme = make_sponsor("Acme & fils")
        cls.post = make_post(title="Payé", disclosure="paid", disclosure_with=cls.acme)
        make_translation(cls.post, title="Paid for", disclosure="paid", disclosure_with=cls.acme)
        make_post(slug="autre", title="Rien à voir")

    def test_it_lists_all_that_is_written_with_them_in_the_language_of_the_page(self):
        page = self.client.get("/en/disclosures/acme-fils/")
        self.assertContains(page, "Acme &amp; fils")
        self.assertContains(page, "Paid for</a>")
        self.assertNotContains(page, "Rien à voir")
        self.assertNotContains(page, ">Payé</a>")
        self.assertContains(page, "Paid collaboration with")

    def test_it_is_found_from_the_post_and_from_cards(self):
        link = 'href="/en/disclosures/acme-fils/"'
        post = "/en/blog/2016/06/digital-president-good-idea-webinar/"
        for address in ("/en/", "/en/blog/", "/en/blog/2016/06/", "/en/disclosures/", post):
            with self.subTest(address):
                self.assertContains(self.client.get(address), link)

    def test_the_list_explains_what_each_kind_means(self):
        page = self.client.get("/en/disclosures/")
        for kind in ("client", "paid", "advertising", "affiliate", "gift"):
            self.assertContains(page, f'<dt id="{kind}">')
        self.assertContains(page, "pays us a share of what is bought there")

    def test_nobody_learns_of_whom_nothing_is_out_with(self):
        secret = make_sponsor("Secret")
        draft = make_post(slug="d", status="draft", published_at=None, disclosure="paid", disclosure_with=secret)
        to_come = timezone.now() + timedelta(days=1)
        make_post(slug="e", published_at=to_come, disclosure="paid", disclosure_with=secret)
        self.assertEqual(self.client.get("/en/disclosures/secret/").status_code, 404)
        self.assertNotContains(self.client.get("/en/disclosures/"), "Secret")
        draft.status, draft.published_at = "published", timezone.now()
        draft.save()
        self.assertEqual(self.client.get("/en/disclosures/secret/").status_code, 200)

    def test_a_post_that_discloses_nothing_any_more_leaves_the_list(self):
        self.post.disclosure, self.post.disclosure_with = "none", None
        self.post.save()
        self.assertEqual(Listing.objects.filter(sponsor=self.acme).count(), 1)

    def test_its_address_is_for_ever(self):
        self.acme.slug = "acme"
        self.acme.save()
        response = self.client.get("/en/disclosures/acme-fils/")
        self.assertEqual((response.status_code, response["Location"]), (301, "/en/disclosures/acme/"))
        self.assertEqual(OldAddress.objects.filter(sponsor=self.acme).count(), 2)

    def test_it_costs_the_same_at_any_depth(self):
        for number in range(60):
            at = PUBLISHED_AT - timedelta(days=number + 1)
            make_post(slug=f"n{number}", published_at=at, disclosure="paid", disclosure_with=self.acme)
        costs = []
        for page in (1, 2, 4):
            with CaptureQueriesContext(connection) as queries:
                self.assertEqual(self.client.get(f"{FRENCH_PAGE}?page={page}").status_code, 200)
            costs.append(len(queries))
        self.assertEqual(set(costs[1:]), {costs[1]})
        self.assertLessEqual(max(costs), 6)


class SponsorRuleTests(TestCase):
    def test_a_name_is_given_once_however_it_is_spelt(self):
        make_sponsor("Acme")
        with self.assertRaises(IntegrityError), transaction.atomic():
            Sponsor.objects.create(name="ACME", slug="other")

    def test_whom_a_post_names_cannot_be_deleted(self):
        acme = make_sponsor("Acme")
        make_post(disclosure="paid", disclosure_with=acme)
        with self.assertRaises(ProtectedError):
            acme.delete()


class SponsorAdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice = make_alice()
        cls.acme = make_sponsor("Acme", sites="acme.example")

    def setUp(self):
        self.client.force_login(self.alice)

    def test_the_address_follows_the_name_and_sites_are_put_right(self):
        sent = {"name": " Élan  Pumps ", "slug": "", "sites": "https://www.elan.example/\r\nelan.example"}
        response = self.client.post("/admin/blog/sponsor/add/", sent)
        self.assertEqual(response.status_code, 302, response.content)
        made = Sponsor.objects.get(slug="elan-pumps")
        self.assertEqual((made.name, made.sites), ("Élan Pumps", "elan.example"))

    def test_what_is_wrong_is_said_at_the_field(self):
        sent = {"name": "acme", "slug": "", "sites": "no site"}
        response = self.client.post("/admin/blog/sponsor/add/", sent)
        errors = response.context["adminform"].form.errors
        self.assertEqual(set(errors), {"sites", "name"})
        self.assertContains(response, "«\u00a0no site\u00a0» n’est pas l’adresse d’un site")

    def test_a_post_offers_them_by_name(self):
        query = "app_label=blog&model_name=post&field_name=disclosure_with&term=acm"
        found = self.client.get(f"/admin/autocomplete/?{query}").json()["results"]
        self.assertEqual(found, [{"id": str(self.acme.pk), "text": "Acme"}])

    def test_those_without_sites_are_found(self):
        nameless = make_sponsor("Passage")
        response = self.client.get("/admin/blog/sponsor/?sites=missing")
        self.assertEqual(list(response.context["cl"].result_list), [nameless])

    def test_whom_a_post_names_is_not_offered_for_deletion(self):
        make_post(disclosure="paid", disclosure_with=self.acme)
        self.assertEqual(self.client.get(f"/admin/blog/sponsor/{self.acme.pk}/delete/").status_code, 403)


class StepByStep(MigrationLoader):
    """What an installation goes through that is older than the squashed migrations: all but these."""

    def load_disk(self):
        super().load_disk()
        self.disk_migrations = {key: step for key, step in self.disk_migrations.items() if not step.replaces}


class CarryingOverTests(TransactionTestCase):
    """The names that posts had as texts become rows, and back."""

    before, after = [("blog", "0013_tribune_content_there")], [("blog", "0014_sponsors")]

    def tearDown(self):
        executor = self.step_by_step()
        executor.migrate(executor.loader.graph.leaf_nodes())

    def step_by_step(self) -> MigrationExecutor:
        executor = MigrationExecutor(connection)
        executor.loader = StepByStep(connection, replace_migrations=False)
        return executor

    def test_each_name_becomes_one_sponsor_and_comes_back(self):
        executor = self.step_by_step()
        executor.migrate(self.before)
        apps = executor.loader.project_state(self.before).apps
        old, category = apps.get_model("blog", "Post"), apps.get_model("blog", "Category")
        shared = {
            "language": "fr",
            "category": category.objects.create(slug="c", path="c", name_fr="C", name_en="C"),
            "status": "published",
            "published_at": PUBLISHED_AT,
        }
        for number, (kind, name) in enumerate(
            [("paid", "Acme"), ("client", " ACME "), ("gift", "Élan & Cie"), ("none", ""), ("none", "left over")]
        ):
            old.objects.create(slug=f"p{number}", title="T", disclosure=kind, disclosure_with=name, **shared)
        executor = self.step_by_step()
        executor.migrate(self.after)
        self.assertEqual(
            list(Sponsor.objects.values_list("name", "slug")), [("Acme", "acme"), ("Élan & Cie", "elan-cie")]
        )
        named = dict(Post.objects.values_list("slug", "disclosure_with__name"))
        self.assertEqual(named, {"p0": "Acme", "p1": "Acme", "p2": "Élan & Cie", "p3": None, "p4": None})
        self.assertEqual(Listing.objects.filter(sponsor__name="Acme").count(), 2)
        executor = self.step_by_step()
        executor.migrate(self.before)
        self.assertEqual(old.objects.get(slug="p1").disclosure_with, "Acme")
