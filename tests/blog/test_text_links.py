"""Dead links for editors: before a publication, on the first page, in a list, and on the page of a post."""

from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.test import override_settings

from blog.models import Claim, LinkedAddress, Post, Revision, TextLink
from blog.publishing import move
from blog.relinking import replace_link
from blog.revising import begin, content_of, keep_apart
from blog.text_links import read_link, replace_in, replace_in_claims
from blog.translating import start_translation
from tests.blog.test_admin_claims import CLAIM, rows
from tests.blog.test_admin_posts import LIST, PostAdminTestCase, change
from tests.blog.test_checklist import ChecklistTestCase
from tests.factories import make_post

LINKS = "/admin/blog/textlink/"
OLD, NEW = "https://example.org/avant?a=1&b=2", "https://example.org/apres?a=1&b=2"
BODY = '<p>Voir <a href="https://example.org/avant?a=1&amp;b=2#ici">cela</a>.</p>'
SEEN = {"looked_at": datetime(2026, 3, 1, tzinfo=UTC), "since": datetime(2026, 2, 1, tzinfo=UTC), "tries": 2}
DEAD = SEEN | {"state": "dead", "kind": "gone", "facts": {"status": 404}}
UNSURE = SEEN | {"state": "unsure", "kind": "refused", "facts": {"status": 403}}
MOVED = SEEN | {"state": "moved", "moved_to": NEW}


def page_of(post: Post) -> str:
    return f"/admin/blog/post/{post.pk}/links/"


class PublicationTests(ChecklistTestCase):
    def setUp(self):
        super().setUp()
        self.draft.body = BODY
        self.draft.save()

    def found(self, **values):
        LinkedAddress.objects.update(**values)

    def test_a_dead_link_stops_it_in_both_languages(self):
        self.found(**DEAD)
        response = self.publish()
        self.assertIn("404", " ".join(self.errors_of(response)["body"]))
        self.assertEqual(self.draft.status, "draft")
        response = self.client.get(change(self.draft), headers={"accept-language": "en"})
        self.assertContains(
            response, f"A link is dead: {OLD} (The page is gone: their server answers 404.)".replace("&", "&amp;")
        )
        response = self.client.post(
            LIST, {"action": "publish", "_selected_action": [self.draft.pk], "index": 0}, follow=True
        )
        self.draft.refresh_from_db()
        self.assertEqual(self.draft.status, "draft")

    def test_what_an_editor_says_that_works_stops_nothing_and_is_kept_with_who_and_when(self):
        self.found(**DEAD)
        link = TextLink.objects.get()
        response = self.client.post(page_of(self.draft), {"act": "trust", "link": link.pk}, follow=True)
        self.assertContains(response, self.alices.name)
        row = LinkedAddress.objects.get()
        self.assertEqual((row.trusted_by, row.trusted_by_name, row.state), (self.alice, self.alices.name, "dead"))
        self.publish()
        self.assertEqual(self.draft.status, "published")

    def test_what_nobody_knows_warns_and_stops_nothing(self):
        for values, words in ((UNSURE, "Look whether this link works"), ({}, "A link has not been looked at yet")):
            LinkedAddress.objects.update(state="new", kind="", facts={})
            self.found(**values)
            response = self.client.get(change(self.draft), headers={"accept-language": "en"})
            self.assertContains(response, words)
        self.publish()
        self.assertEqual(self.draft.status, "published")

    def test_where_nobody_looks_nobody_is_told_that_nobody_did(self):
        with override_settings(LINKS_PER_HOUR=0):
            response = self.client.get(change(self.draft), headers={"accept-language": "en"})
        self.assertNotContains(response, "looked at yet")

    def test_a_link_that_is_typed_and_not_saved_is_known_by_its_address(self):
        self.found(**DEAD)
        other = make_post(slug="autre", status="draft", published_at=None, authors=[self.alices])
        self.draft = other
        response = self.publish(body=BODY)
        self.assertIn("404", " ".join(self.errors_of(response)["body"]))

    def test_a_link_within_the_site_is_looked_up_at_once(self):
        response = self.publish(body='<p>Voir <a href="http://testserver/blog/2016/06/rien/">cela</a>.</p>')
        self.assertIn("/blog/2016/06/rien/", " ".join(self.errors_of(response)["body"]))
        hidden = self.bobs_draft
        response = self.publish(body=f'<p>Voir <a href="/blog/2016/06/{hidden.slug}/">cela</a>.</p>')
        self.assertIn("Brouillon", " ".join(self.errors_of(response)["body"]))
        self.publish(body=f'<p>Voir <a href="{self.post.path()}#comments">cela</a>.</p>')
        self.assertEqual(self.draft.status, "published")

    def test_places_in_the_text_and_addresses_of_mail(self):
        good = (
            '<h2>Le bilan</h2><p>A <a href="#section-le-bilan">b</a> <a href="mailto:a@example.org?subject=x">c</a></p>'
        )
        Post.objects.filter(pk=self.draft.pk).update(body=good)
        english = {"headers": {"accept-language": "en"}}
        response = self.client.get(change(self.draft), **english)
        self.assertNotContains(response, "that this text does not have")
        self.assertNotContains(response, "no e-mail address")
        bad = '<p>A <a href="#section-rien">b</a> <a href="mailto:rien">c</a></p>'
        Post.objects.filter(pk=self.draft.pk).update(body=bad)
        response = self.client.get(change(self.draft), **english)
        self.assertContains(response, "that this text does not have: “#section-rien”")
        self.assertContains(response, "no e-mail address: “mailto:rien”")


class ClaimTests(ChecklistTestCase):
    """The places where claims were made are links of the text that checks them."""

    def setUp(self):
        super().setUp()
        self.send(self.draft, rows(CLAIM | {"appearance": f"{OLD}#ici"}))

    def links_of(self, post: Post) -> list[str]:
        return list(TextLink.objects.filter(post=post).values_list("target__address", flat=True))

    def test_one_is_noted_with_its_claim_and_looked_at_with_the_text(self):
        self.assertEqual(self.links_of(self.draft), [OLD])
        self.assertContains(self.client.get(page_of(self.draft)), "avant?a=1")
        self.assertIsNone(LinkedAddress.objects.get().due_at)
        self.send(self.draft, button="step=in_review")
        self.assertIsNotNone(LinkedAddress.objects.get().due_at)
        self.send(self.draft, {"claims-0-DELETE": "on"})
        self.assertEqual(self.links_of(self.draft), [])

    def test_one_that_is_dead_stops_the_publication_at_its_field_until_it_is_mended(self):
        LinkedAddress.objects.update(**DEAD)
        english = {"headers": {"accept-language": "en"}}
        self.assertContains(self.client.get(change(self.draft)), "Un lien est mort")
        response = self.send(self.draft, button="step=published", **english)
        [formset] = [each.formset for each in response.context["inline_admin_formsets"] if each.formset.model is Claim]
        self.assertIn("A link is dead: https://example.org/avant", formset.forms[0].errors["appearance"][0])
        self.assertEqual(self.draft.status, "draft")
        with self.assertRaises(ValidationError):
            move(Post.objects.get(pk=self.draft.pk), "published")
        self.publish(**{"claims-0-appearance": "https://archives.example/"})
        self.assertEqual(self.draft.status, "published")
        self.assertEqual(self.links_of(self.draft), ["https://archives.example/"])

    def test_a_claim_that_is_taken_out_stops_nothing_nor_does_a_draft(self):
        LinkedAddress.objects.update(**DEAD)
        self.send(self.draft, {"title": "Brouillon"})
        self.assertEqual(self.draft.title, "Brouillon")
        self.publish(**{"claims-0-DELETE": "on"})
        self.assertEqual(self.draft.status, "published")

    def test_its_new_address_is_put_in_for_readers_and_in_the_working_copy(self):
        self.publish()
        self.send(self.draft, {"claims-0-verdict": "true", "title": "Pas encore"}, button="_save")
        LinkedAddress.objects.update(**MOVED)
        link = TextLink.objects.get(post=self.draft)
        self.client.post(page_of(self.draft), {"act": "replace", "link": link.pk, "new": NEW})
        [claim] = self.draft.claims.all()
        self.assertEqual((claim.appearance, claim.verdict), (f"{NEW}#ici", "mostly_false"))
        waiting = Revision.objects.waiting_for(self.draft).content
        self.assertEqual(waiting["title"], "Pas encore")
        self.assertEqual((waiting["claims"][0]["appearance"], waiting["claims"][0]["verdict"]), (f"{NEW}#ici", "true"))
        self.assertEqual(self.links_of(self.draft), [NEW])

    def test_one_in_the_working_copy_alone(self):
        self.publish()
        self.send(self.draft, {"claims-0-appearance": "https://example.org/autre"}, button="_save")
        self.assertEqual(set(self.links_of(self.draft)), {OLD, "https://example.org/autre"})
        self.assertTrue(replace_link(self.draft, "https://example.org/autre", NEW))
        self.assertEqual(self.draft.claims.get().appearance, f"{OLD}#ici")
        self.assertEqual(Revision.objects.waiting_for(self.draft).content["claims"][0]["appearance"], NEW)

    @override_settings(SITE_URL="https://la-marge.example")
    def test_an_address_of_ours_is_put_in_whole_and_one_that_does_not_fit_not_at_all(self):
        for old, new, expected in (
            ("https://example.com/a", "https://example.com/" + "b" * 500, "https://example.com/a"),
            ("https://la-marge.example/avant/", "/apres/", "https://la-marge.example/apres/"),
        ):
            with self.subTest(new=new):
                [replaced] = replace_in_claims([{"appearance": old}], read_link(old), new)
                self.assertEqual(replaced["appearance"], expected)

    def test_one_comes_with_a_translation(self):
        self.publish()
        translation = start_translation(self.draft)
        self.assertEqual(self.links_of(translation), [OLD])


class FirstPageTests(PostAdminTestCase):
    def test_dead_links_are_counted_and_lead_to_the_list(self):
        make_post(slug="mort", title="Avec un lien", body=BODY)
        LinkedAddress.objects.update(**DEAD)
        response = self.client.get("/admin/", headers={"accept-language": "en"})
        self.assertContains(response, f'<a href="{LINKS}">1 dead link</a>', html=True)
        response = self.client.get(LINKS)
        self.assertContains(response, "Avec un lien")
        LinkedAddress.objects.update(trusted_at=SEEN["since"])
        self.assertNotContains(self.client.get("/admin/", headers={"accept-language": "en"}), "dead link")
        self.client.force_login(self.bob)
        self.assertNotContains(self.client.get("/admin/"), LINKS)


class ListTests(PostAdminTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.dead = make_post(slug="mort", title="Mort", body=BODY)
        cls.moved = make_post(slug="parti", title="Parti", body='<p><a href="https://autre.example/">x</a></p>')
        LinkedAddress.objects.filter(host="example.org").update(**DEAD)
        LinkedAddress.objects.filter(host="autre.example").update(**MOVED)

    def test_it_is_narrowed(self):
        for query, titles in {
            "": {"Mort"},
            "?state=moved": {"Parti"},
            "?state=works": set(),
            "?state=all": {"Mort", "Parti"},
            "?state=all&host=autre.example": {"Parti"},
            f"?state=all&post={self.dead.pk}": {"Mort"},
            "?state=all&q=autre": {"Parti"},
            "?state=nonsense&host=x&post=x": set(),
            "?state=unsure&post=999999999999999999999": set(),
            "?state=trusted": set(),
        }.items():
            for language in ("fr", "en"):
                with self.subTest(query=query, language=language):
                    response = self.client.get(LINKS + query, headers={"accept-language": language}, follow=True)
                    shown = {row.post.title for row in response.context["cl"].result_list}
                    self.assertEqual(shown, titles)

    def test_many_are_settled_at_once(self):
        links = {link.post_id: link.pk for link in TextLink.objects.all()}
        data = {"index": 0, "_selected_action": [links[self.dead.pk]]}
        self.client.post(LINKS, data | {"action": "trust"})
        self.assertTrue(LinkedAddress.objects.get(host="example.org").is_trusted())
        data = {"index": 0, "_selected_action": list(links.values())}
        self.client.post(f"{LINKS}?state=all", data | {"action": "replace"})
        self.moved.refresh_from_db()
        self.assertIn("https://example.org/apres?a=1&amp;b=2", self.moved.body)

    def test_who_may_not_publish_all_sees_no_list_and_no_links_of_others(self):
        self.client.force_login(self.bob)
        self.assertEqual(self.client.get(LINKS).status_code, 403)
        self.assertEqual(self.client.get(page_of(self.dead)).status_code, 404)
        self.assertEqual(self.client.post(page_of(self.dead), {"act": "look"}).status_code, 404)

    def test_what_is_in_the_bin_is_in_no_list(self):
        LinkedAddress.objects.update(**DEAD)
        Post.objects.filter(pk=self.moved.pk).update(status="withdrawn")
        response = self.client.get(f"{LINKS}?state=all")
        self.assertNotContains(response, "Parti")

    def test_its_cost_does_not_grow(self):
        with self.assertNumQueries(7):
            self.client.get(f"{LINKS}?state=all")
        for number in range(20):
            make_post(slug=f"p-{number}", body=f'<p><a href="https://h{number}.example/">x</a></p>')
        with self.assertNumQueries(7):
            self.client.get(f"{LINKS}?state=all")


class PostPageTests(PostAdminTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.linking = make_post(slug="parti", title="Parti", body=BODY, authors=[cls.alices])
        LinkedAddress.objects.update(**MOVED)
        cls.link = TextLink.objects.get()

    def press(self, act="replace", **data):
        data = {"act": act, "link": self.link.pk, "new": NEW} | data
        response = self.client.post(page_of(self.linking), data, follow=True)
        self.linking.refresh_from_db()
        return response

    def test_one_click_puts_the_new_address_in_as_a_version(self):
        self.assertContains(self.client.get(page_of(self.linking)), "Parti")
        self.press()
        self.assertIn('href="https://example.org/apres?a=1&amp;b=2#ici"', self.linking.body)
        self.assertIn("apres?a=1&amp;b=2#ici", self.linking.body_html)
        versions = Revision.objects.of(self.linking)
        self.assertEqual([version.content["body"] for version in versions], [self.linking.body, BODY])
        self.assertEqual(versions[0].made_by, self.alice)

    def test_what_waits_in_the_working_copy_goes_on_waiting(self):
        begin(self.linking)
        keep_apart(self.linking, content_of(self.linking) | {"title": "Pas encore"}, by=self.alice)
        self.press()
        self.assertEqual(self.linking.title, "Parti")
        self.assertIn("apres", self.linking.body)
        waiting = Revision.objects.waiting_for(self.linking)
        self.assertEqual(waiting, Revision.objects.of(self.linking).first())
        self.assertEqual(waiting.content["title"], "Pas encore")
        self.assertIn("apres", waiting.content["body"])

    def test_a_link_that_is_in_the_working_copy_alone(self):
        begin(self.linking)
        body = '<p><a href="https://example.org/nouveau">n</a></p>'
        keep_apart(self.linking, content_of(self.linking) | {"body": body}, by=self.alice)
        addresses = set(TextLink.objects.filter(post=self.linking).values_list("target__address", flat=True))
        self.assertEqual(addresses, {OLD, "https://example.org/nouveau"})
        self.assertTrue(replace_link(self.linking, "https://example.org/nouveau", NEW))
        self.assertIn("apres", Revision.objects.waiting_for(self.linking).content["body"])
        self.linking.refresh_from_db()
        self.assertEqual(self.linking.body, BODY)

    def test_a_link_of_a_working_copy_goes_with_it(self):
        for act in ("set aside", "published without it"):
            with self.subTest(act=act):
                self.send(self.linking, {"body": '<p><a href="https://example.org/x">x</a></p>'}, button="_save")
                self.assertEqual(TextLink.objects.filter(post=self.linking).count(), 2)
                if act == "set aside":
                    self.client.post(f"{LIST}{self.linking.pk}/versions/set-aside/")
                else:
                    self.send(self.linking, {"body": BODY}, button="step=published")
                self.assertEqual([str(link) for link in TextLink.objects.filter(post=self.linking)], [OLD])

    def test_what_has_changed_meanwhile_is_not_replaced(self):
        self.press(new="https://example.org/evil")
        self.press(link=10**9)
        self.press(link="x")
        self.press(act="x")
        self.press(act="replace", link="")
        self.assertEqual(self.linking.body, BODY)
        LinkedAddress.objects.update(moved_to="javascript:alert(1)")
        self.press(new="javascript:alert(1)")
        self.assertEqual(self.linking.body, BODY)

    def test_only_who_may_publish_says_that_it_works(self):
        LinkedAddress.objects.update(**DEAD, moved_to="")
        draft = self.bobs_draft
        draft.body = BODY
        draft.save()
        self.client.force_login(self.bob)
        link = TextLink.objects.get(post=draft)
        response = self.client.get(page_of(draft))
        self.assertNotContains(response, 'value="trust"')
        self.assertEqual(self.client.post(page_of(draft), {"act": "trust", "link": link.pk}).status_code, 403)
        self.assertFalse(LinkedAddress.objects.get().is_trusted())
        self.client.force_login(self.alice)
        self.assertContains(self.client.get(page_of(draft)), 'value="trust"')

    def test_it_speaks_both_languages(self):
        for values in (DEAD, UNSURE, MOVED, DEAD | {"trusted_at": SEEN["since"], "trusted_by_name": "Zoé"}):
            LinkedAddress.objects.update(**values)
            for language in ("fr", "en"):
                response = self.client.get(page_of(self.linking), headers={"accept-language": language})
                self.assertEqual(response.status_code, 200)
        self.assertContains(response, "as Zoé says")
        self.assertContains(response, "Links of this text")

    def test_wrong_methods_and_posts(self):
        self.assertEqual(self.client.put(page_of(self.linking)).status_code, 405)
        self.assertEqual(self.client.get("/admin/blog/post/999999/links/").status_code, 404)


class ReplacingTests(PostAdminTestCase):
    def test_nothing_else_is_touched(self):
        source = (
            '<p title="https://example.org/a">https://example.org/a <a href="https://example.org/a">https://example.org/a'
            '</a> <a href="https://example.org/ab">x</a> <a data-post="3" href="https://example.org/a">y</a> '
            '<a href="https://example.org/a#z" title="t">z</a></p>'
        )
        expected = source.replace(
            '<a href="https://example.org/a">', '<a href="https://n.example/?a=1&amp;b">'
        ).replace("https://example.org/a#z", "https://n.example/?a=1&amp;b#z")
        self.assertEqual(replace_in(source, "https://example.org/a", "https://n.example/?a=1&b"), expected)
