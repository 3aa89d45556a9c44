"""Archived feeds (RFC 5005, section 4), followed as a reader does who wants all there is."""

import feedparser
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "http://testserver"


class FollowsFeeds:
    """What a test case takes to read feeds from the newest to the oldest."""

    def read(self, address):
        """Return the parsed document of an address, and its links by their relation."""
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200, address)
        if "json" in address:
            feed = response.json()
            return feed, {"prev-archive": feed.get("next_url"), "self": feed["feed_url"]}
        tree = etree.fromstring(response.content)
        links = tree.findall(f".//channel/{ATOM}link") or tree.findall(f"{ATOM}link")
        return tree, {link.get("rel"): link.get("href") for link in links}

    def follow(self, address, relation="prev-archive"):
        """Return all documents from one on."""
        documents = []
        while address:
            tree, links = self.read(address.removeprefix(SITE))
            documents.append((tree, links))
            address = links.get(relation)
            self.assertLess(len(documents), 20)
        return documents

    def names(self, document):
        """Return what the items of a document are called by, for ever."""
        if isinstance(document, dict):
            return [item["id"] for item in document["items"]]
        return [entry.id for entry in feedparser.parse(etree.tostring(document)).entries]

    def parts(self, address):
        """Return what each part of the archive that a feed leads to names, by the address of the part."""
        return {links["self"]: self.names(document) for document, links in self.follow(address)[1:]}

    def assert_gets_all(self, address, wanted):
        """Assert that a reader gets each of these items, and none twice from the archive."""
        newest = self.names(self.read(address)[0])
        archived = [name for names in self.parts(address).values() for name in names]
        self.assertEqual(len(archived), len(set(archived)), address)
        self.assertEqual(len(newest), len(set(newest)), address)
        self.assertEqual({*newest, *archived}, set(wanted), address)
