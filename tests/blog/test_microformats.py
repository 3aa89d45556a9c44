"""What other programs read on readers' pages in microformats2 (https://microformats.org/wiki/h-entry), by mf2py."""

import mf2py
from bs4 import BeautifulSoup
from django.test import TestCase

from tests.factories import (
    make_author,
    make_category,
    make_comment,
    make_event,
    make_partner,
    make_post,
    make_tag,
    make_translation,
    make_tribune,
)

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/digital-president-good-idea-webinar/"


class MicroformatsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        shared = {"authors": [make_author(), make_author(name="Camille Ferrand", slug="camille-ferrand")]}
        shared |= {"tags": [make_tag()], "category": make_category(), "event": make_event()}
        cls.post = make_post(**shared, updated_at="2016-06-05T10:00:00Z", disclosure="client", disclosure_with="Orange")
        make_translation(cls.post, **shared)
        cls.tribune = make_tribune(cls.post)
        make_tribune(
            cls.post,
            make_partner(slug="autre", name="Un autre"),
            direction="theirs_here",
            content="whole",
            url="https://autre.example/article/",
        )

    def items(self, address):
        page = BeautifulSoup(self.client.get(address).content.decode(), "lxml")
        return mf2py.parse(doc=page, url=f"http://testserver{address}")["items"]

    def test_post_is_one_entry_and_says_all_of_itself(self):
        for address, title, language in (
            (POST, "Président numérique\u202f: une bonne idée\u202f?", "fr"),
            (ENGLISH_POST, "A digital president: a good idea?", "en"),
        ):
            with self.subTest(address):
                [entry] = self.items(address)
                self.assertEqual(entry["type"], ["h-entry"])
                self.assertEqual(entry["lang"], language)
                said = entry["properties"]
                self.assertEqual([name.replace("\xa0", "\u202f") for name in said["name"]], [title])
                self.assertEqual(said["url"], [f"http://testserver{address}"])
                self.assertEqual(said["uid"], said["url"])
                self.assertEqual(len(said["summary"]), 1)
                self.assertEqual(len(said["content"]), 1)
                self.assertEqual([moment[:10] for moment in said["published"]], ["2016-06-02"])
                self.assertEqual(len(said["category"]), 2)
                authors = [author["properties"] for author in said["author"]]
                self.assertEqual([author["name"] for author in authors], [["Yann Gourvennec"], ["Camille Ferrand"]])
                self.assertTrue(authors[0]["url"][0].endswith("/yann-gourvennec/"))
                self.assertEqual(said["syndication"], [self.tribune.url])

    def test_update_is_said(self):
        [entry] = self.items(POST)
        self.assertEqual([moment[:10] for moment in entry["properties"]["updated"]], ["2016-06-05"])

    def test_comment_is_in_reply_to_the_post_or_to_another_comment(self):
        first = make_comment(self.post, name="Marthe", site="https://marthe.example/", text="Non.")
        second = make_comment(self.post, name="Éva", text="Si.", parent=first)
        make_comment(self.post, text="Publicité", status="removed")
        for address, place in ((POST, "/commentaires"), (ENGLISH_POST, "/en/comments")):
            with self.subTest(address):
                _entry, cited = self.items(address)
                [answer] = cited["properties"]["comment"]
                for item, comment, answered in ((cited, first, address), (answer, second, f"{place}/{first.pk}/")):
                    said = item["properties"]
                    self.assertEqual(item["type"], ["h-cite"])
                    self.assertEqual(said["in-reply-to"], [f"http://testserver{answered}"])
                    self.assertEqual(said["url"], [f"http://testserver{place}/{comment.pk}/"])
                    self.assertEqual(said["author"][0]["properties"]["name"], [comment.name])
                    self.assertEqual(said["content"][0]["value"], comment.text)
                    self.assertEqual(len(said["published"]), 1)
                self.assertEqual(cited["properties"]["author"][0]["properties"]["url"], ["https://marthe.example/"])

    def test_lists_are_feeds_of_entries(self):
        for address, name in {
            "/blog/": "Tous les articles",
            "/en/blog/": "All articles",
            "/blog/2016/": "2016",
            "/blog/2016/06/": "Juin 2016",
            "/categorie/economie-et-numerique/": "Économie et numérique",
            "/sujet/cloud/": "Informatique en nuage",
            "/tribunes/": "Tribunes",
            "/partenaires/blog-du-communicant/": "Blog du communicant",
        }.items():
            with self.subTest(address):
                [feed] = [item for item in self.items(address) if "h-feed" in item["type"]]
                self.assertEqual(feed["properties"]["name"], [name])
                entries = [child for child in feed["children"] if "h-entry" in child["type"]]
                self.assertTrue(entries)
                for entry in entries:
                    self.assertEqual(len(entry["properties"]["name"]), 1)
                    self.assertTrue(entry["properties"]["url"][0].startswith("http://testserver/"))
                    self.assertIn("published", entry["properties"])

    def test_card_in_a_list_names_its_authors(self):
        [feed] = self.items("/blog/")
        [entry] = feed["children"]
        names = [author["properties"]["name"] for author in entry["properties"]["author"]]
        self.assertEqual(names, [["Yann Gourvennec"], ["Camille Ferrand"]])

    def test_front_page_says_whose_site_it_is(self):
        for address in ("/", "/en/"):
            items = self.items(address)
            [card] = [item for item in items if "h-card" in item["type"]]
            self.assertEqual(card["properties"]["name"], ["La Marge"])
            self.assertEqual(card["properties"]["uid"], [f"http://testserver{address}"])
            self.assertTrue([item for item in items if "h-feed" in item["type"]])

    def test_page_of_an_author_is_their_card_and_their_feed(self):
        [feed] = self.items("/auteurs/yann-gourvennec/")
        [author] = feed["properties"]["author"]
        self.assertEqual(author["properties"]["name"], ["Yann Gourvennec"])
        self.assertEqual(author["properties"]["uid"], ["http://testserver/auteurs/yann-gourvennec/"])
        self.assertTrue(feed["children"])

    def test_event_says_when_and_where_on_its_page_alone(self):
        address = "/evenements/webinaire-president-numerique/"
        [event] = [item for item in self.items(address) if "h-event" in item["type"]]
        said = event["properties"]
        # mf2py writes an offset without its colon.
        self.assertEqual((said["start"], said["end"]), (["2016-06-09T11:00:00+0200"], ["2016-06-09T12:00:00+0200"]))
        self.assertEqual(said["location"], ["En ligne"])
        self.assertEqual(said["url"], [f"http://testserver{address}"])
        [entry] = self.items(POST)
        self.assertFalse({"start", "end", "location"} & entry["properties"].keys())

    def test_days_of_an_event_are_days(self):
        hours = {"starts_at": "2026-10-24T22:00:00Z", "ends_at": "2026-10-26T23:00:00Z"}
        make_event(slug="trois-jours", place="Brest", **hours)
        [event] = self.items("/evenements/trois-jours/")
        said = event["properties"]
        self.assertEqual((said["start"], said["end"], said["location"]), (["2026-10-25"], ["2026-10-26"], ["Brest"]))

    def test_only_tribunes_of_ours_are_copies_of_a_post(self):
        [feed] = self.items("/tribunes/")
        found = [entry["properties"].get("syndication", []) for entry in feed["children"]]
        self.assertCountEqual(found, [[self.tribune.url], []])
