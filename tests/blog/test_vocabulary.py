"""All JSON-LD of readers' pages against the vocabulary of schema.org.

Of its types and properties those that pages use stand here, as https://schema.org documents them: a name that is
misspelt, or that a type does not have, is found.
"""

import json
import re
from datetime import UTC, date, datetime, timedelta

from django.test import TestCase
from django.utils import timezone
from lxml.html import document_fromstring

from blog.models import Speaker
from tests.factories import (
    make_author,
    make_category,
    make_claim,
    make_comment,
    make_event,
    make_image,
    make_partner,
    make_post,
    make_recording,
    make_tag,
    make_translation,
    make_tribune,
)

SITE = "http://testserver"
POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"

THING = {
    "alternateName",
    "name",
    "description",
    "url",
    "image",
    "sameAs",
    "mainEntityOfPage",
    "subjectOf",
    "identifier",
}
WORK = THING | {
    "about",
    "audio",
    "author",
    "commentCount",
    "creditText",
    "dateCreated",
    "dateModified",
    "datePublished",
    "funder",
    "headline",
    "inLanguage",
    "isBasedOn",
    "isPartOf",
    "keywords",
    "mainEntity",
    "publisher",
    "sponsor",
    "text",
    "thumbnailUrl",
    "translationOfWork",
    "video",
    "workTranslation",
}
MEDIA = WORK | {"embedUrl", "contentUrl", "encodingFormat", "width", "height", "uploadDate", "caption"}
ARTICLE = WORK | {"articleSection", "wordCount"}
PROPERTIES = {
    "AdvertiserContentArticle": ARTICLE,
    "AudioObject": MEDIA,
    "Blog": WORK,
    "BlogPosting": ARTICLE,
    "BreadcrumbList": THING | {"itemListElement"},
    "Claim": WORK | {"appearance", "claimInterpreter", "firstAppearance"},
    "ClaimReview": WORK | {"claimReviewed", "itemReviewed", "reviewAspect", "reviewBody", "reviewRating"},
    "Comment": WORK | {"parentItem"},
    "CreativeWork": WORK,
    "Event": THING
    | {
        "endDate",
        "eventAttendanceMode",
        "eventStatus",
        "inLanguage",
        "location",
        "organizer",
        "performer",
        "recordedIn",
        "startDate",
    },
    "ImageObject": MEDIA,
    "ListItem": THING | {"position", "item"},
    "Organization": THING | {"logo"},
    "Person": THING | {"jobTitle", "worksFor"},
    "Place": THING | {"address"},
    "ProfilePage": WORK,
    "Rating": THING | {"author", "bestRating", "ratingExplanation", "ratingValue", "worstRating"},
    "VideoObject": MEDIA,
    "VirtualLocation": THING,
    "WebPage": WORK,
    "WebSite": WORK,
}
# What stands there as a date, and what as an address.
DATES = {"dateCreated", "dateModified", "datePublished", "startDate", "endDate", "uploadDate"}
NUMBERS = {"ratingValue", "bestRating", "worstRating", "position", "wordCount", "commentCount"}
# What a property of a checked claim may be.
RANGES = {
    "itemReviewed": {"Claim"},
    "reviewRating": {"Rating"},
    "appearance": {"CreativeWork"},
}
# A length has its unit: a number alone is none.
LENGTHS = {"width", "height"}
ADDRESSES = {
    "contentUrl",
    "url",
    "sameAs",
    "thumbnailUrl",
    "embedUrl",
    "item",
    "mainEntityOfPage",
    "eventStatus",
    "eventAttendanceMode",
}
# Without these search engines make nothing of a node.
NEEDED = {
    "AudioObject": {"name", "contentUrl", "encodingFormat"},
    "BlogPosting": {"headline", "datePublished", "author", "publisher", "mainEntityOfPage"},
    "BreadcrumbList": {"itemListElement"},
    "Claim": {"author"},
    "ClaimReview": {"claimReviewed", "itemReviewed", "reviewRating", "author", "url", "datePublished"},
    "Comment": {"text", "dateCreated", "author"},
    "Event": {"name", "startDate", "endDate", "location", "eventStatus", "organizer"},
    "ListItem": {"position", "name", "item"},
    "Rating": {"alternateName"},
    "VideoObject": {"name", "description", "embedUrl", "thumbnailUrl", "uploadDate"},
}


class VocabularyTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author, cls.picture, cls.recording = make_author(), make_image(credit="Photo X"), make_recording()
        cls.author.links.create(network="mastodon", address="https://mastodon.example/@yann")
        video = "https://www.youtube.com/watch?v=abcdefghijk"
        cls.event = make_event(description_fr="Une heure.", recording_url="https://example.org/replay")
        Speaker.objects.create(event=cls.event, name="Ana", role="Éditrice", url="https://ana.example/")
        Speaker.objects.create(event=cls.event, name="Yann", author=cls.author)
        cls.post = make_post(
            authors=[cls.author],
            tags=[make_tag()],
            category=make_category(slug="cloud", parent=make_category()),
            cover=cls.picture,
            updated_at=datetime(2016, 7, 1, tzinfo=UTC),
            event=cls.event,
            disclosure="paid",
            disclosure_with="Acme",
            body=f'<figure data-video="{video}" data-poster="{cls.picture.pk}"><figcaption>Un film</figcaption>'
            f'</figure><figure data-recording="{cls.recording.pk}"></figure>'
            '<figure data-audio="https://example.org/son.mp3"><figcaption>Un "son" & un bruit</figcaption></figure>',
        )
        make_claim(cls.post)
        make_claim(cls.post, claimant_kind="person", verdict="unverifiable", appearance="", claimed_on=None)
        make_translation(cls.post, authors=[cls.author])
        first = make_comment(cls.post, text="Un *avis* & </script>\n\nDeux", site="https://marthe.example/")
        make_comment(cls.post, text="Une réponse", parent=first)
        make_comment(cls.post, text="Attend", status="pending")
        make_tribune(make_post(slug="ailleurs"), make_partner(), content="whole")
        make_tribune(
            make_post(slug="annonce"),
            make_partner(slug="p2"),
            url="https://example.org/2/",
            content="whole",
            content_there="teaser",
            canonical="here",
        )
        make_event(slug="a-venir", place="Brest", join_url="https://example.org/", **cls.hours(), is_cancelled=True)

    @staticmethod
    def hours():
        return {"starts_at": timezone.now() + timedelta(days=1), "ends_at": timezone.now() + timedelta(days=2)}

    def nodes(self, address):
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200, address)
        scripts = document_fromstring(response.content.decode()).xpath("//script[@type='application/ld+json']/text()")
        return [node for script in scripts for node in json.loads(script)["@graph"]]

    def walk(self, node):
        """Yield a node and all that stand in it."""
        if isinstance(node, dict):
            yield node
        for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from self.walk(each)

    def test_every_node_has_what_its_type_has_and_needs(self):
        seen = set()
        for address in (
            "/",
            "/en/",
            POST,
            "/en/blog/2016/06/digital-president-good-idea-webinar/",
            "/blog/2016/06/ailleurs/",
            "/blog/2016/06/annonce/",
            "/blog/",
            "/categorie/economie-et-numerique/cloud/",
            "/sujet/cloud/",
            "/auteurs/yann-gourvennec/",
            "/evenements/webinaire-president-numerique/",
            "/en/events/a-venir/",
            "/evenements/",
        ):
            for node in self.walk(self.nodes(address)):
                types = node.get("@type", [])
                types = [types] if isinstance(types, str) else types
                seen.update(types)
                with self.subTest(address=address, types=types):
                    self.assertTrue(types or set(node) == {"@id"}, node)
                    self.assert_has(node, types)
                    self.assert_within_ranges(node)
        self.assertEqual(set(PROPERTIES), seen)

    def assert_has(self, node, types):
        names = {name for name in node if not name.startswith("@")}
        allowed = set().union(*(PROPERTIES[each] for each in types)) if types else set()
        self.assertLessEqual(names, allowed)
        for each in types:
            # A further word on what another element describes names it, and says nothing twice.
            is_addition = set(node) <= {"@type", "@id", "url", "headline", "inLanguage"}
            is_theirs = node.get("url", "").startswith("https://example.org")
            if not (is_addition or is_theirs):
                self.assertLessEqual(NEEDED.get(each, set()), names)
        for name in names & DATES:
            # A day, or a moment with its time zone.
            is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", node[name])
            self.assertTrue(date.fromisoformat(node[name]) if is_day else datetime.fromisoformat(node[name]).tzinfo)
        for name in names & LENGTHS:
            self.assertRegex(node[name], r"^\d+ px$")
        for name in names & ADDRESSES:
            for value in node[name] if isinstance(node[name], list) else [node[name]]:
                self.assertRegex(value, "^https?://")

    def assert_within_ranges(self, node):
        """See that numbers are numbers, on their scale, and other values of a type that the property may have."""
        for name in node.keys() & NUMBERS:
            self.assertIsInstance(node[name], int)
        for name in node.keys() & RANGES.keys():
            for value in node[name] if isinstance(node[name], list) else [node[name]]:
                self.assertIn(value["@type"], RANGES[name])
        if "ratingValue" in node:
            self.assertTrue(node["worstRating"] <= node["ratingValue"] <= node["bestRating"])

    def test_video(self):
        [post] = [node for node in self.nodes(POST) if "video" in node]
        [video] = post["video"]
        self.assertEqual((video["name"], video["url"]), ("Un film", "https://www.youtube.com/watch?v=abcdefghijk"))
        self.assertEqual(video["thumbnailUrl"], SITE + self.picture.file.url)
        self.assertTrue(video["embedUrl"].startswith("https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1&"))

    def test_sound_of_ours_and_of_others(self):
        [post] = [node for node in self.nodes(POST) if "audio" in node]
        ours, theirs = post["audio"]
        self.assertEqual(ours["contentUrl"], SITE + self.recording.file.url)
        self.assertEqual(ours["name"], self.recording.title)
        self.assertEqual(
            (theirs["name"], theirs["contentUrl"], theirs["encodingFormat"]),
            ("Un «\u00a0son\u00a0» & un bruit", "https://example.org/son.mp3", "audio/mpeg"),
        )

    def test_comments_are_those_that_readers_read(self):
        first, second = [node for node in self.nodes(POST) if node["@type"] == "Comment"]
        self.assertEqual(first["isPartOf"], {"@id": f"{SITE}{POST}#article"})
        self.assertEqual(first["text"], "Un avis & </script>\nDeux")
        self.assertEqual(
            first["author"], {"@type": "Person", "name": "Marthe Le Goff", "url": "https://marthe.example/"}
        )
        self.assertEqual(second["parentItem"], {"@id": first["@id"]})
        self.assertTrue(first["url"].startswith(f"{SITE}/commentaires/"))
        for query in ("?order=newest", f"?thread={1}"):
            response = self.client.get(POST + query)
            self.assertNotContains(response, '"@type":"Comment"')

    def test_event_says_when_where_and_whether(self):
        [past] = [node for node in self.nodes("/evenements/webinaire-president-numerique/") if node["@type"] == "Event"]
        self.assertEqual(
            (past["startDate"], past["endDate"]), ("2016-06-09T11:00:00+02:00", "2016-06-09T12:00:00+02:00")
        )
        self.assertEqual(past["location"]["@type"], "VirtualLocation")
        self.assertEqual(past["recordedIn"]["url"], "https://example.org/replay")
        self.assertEqual([each["name"] for each in past["performer"]], ["Ana", "Yann Gourvennec"])
        [coming] = [node for node in self.nodes("/evenements/a-venir/") if node["@type"] == "Event"]
        self.assertEqual(coming["eventStatus"], "https://schema.org/EventCancelled")
        self.assertEqual(coming["eventAttendanceMode"], "https://schema.org/MixedEventAttendanceMode")
        place, online = coming["location"]
        self.assertEqual(place, {"@type": "Place", "name": "Brest", "address": "Brest"})
        self.assertEqual(online, {"@type": "VirtualLocation", "url": "https://example.org/"})
