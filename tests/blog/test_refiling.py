"""Many posts filed otherwise at once, looked at first and taken back."""

from unittest.mock import patch

from blog import bulk_changing
from blog.models import BulkChange, ChangedPost, Listing, Post, Revision
from tests.blog.test_admin_posts import LIST, PostAdminTestCase
from tests.factories import make_author, make_category, make_claim, make_event, make_post, make_tag, make_user
from tests.forms import read_form

REFILE = f"{LIST}refile/"


def page_of(change, act="change") -> str:
    return f"/admin/blog/bulkchange/{change.pk}/{act}/"


class BulkTestCase(PostAdminTestCase):
    """Two more posts beside that of Alice, and what it takes to press the buttons."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.second = make_post(slug="deux", title="Deuxième", authors=[cls.bobs])
        cls.third = make_post(slug="trois", title="Troisième", language="en", authors=[cls.bobs])

    def start(self, change=None, changes=None):
        change = change or BulkChange.objects.latest("pk")
        address = page_of(change, "choose")
        response = self.fill(page_of(change), "choose_form", changes or {}, button="_start", to=address, follow=True)
        change.refresh_from_db()
        return response

    def undo(self, change=None):
        change = change or BulkChange.objects.latest("pk")
        address = page_of(change, "undo")
        response = self.fill(page_of(change), "undo_form", {}, button="", to=address, follow=True)
        change.refresh_from_db()
        return response

    def states(self, change=None):
        change = change or BulkChange.objects.latest("pk")
        return dict(change.posts.values_list("post", "state"))


class RefilingTests(BulkTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.tag, cls.old_tag = make_tag(), make_tag(slug="vieux", name_fr="Vieux", name_en="Old")
        cls.web = make_category(slug="web", name_fr="Web", name_en="The web")
        for post in (cls.post, cls.second):
            post.tags.set([cls.old_tag])

    def ask(self, changes, *, posts=None, query="", follow=True):
        keys = ",".join(str(post.pk) for post in posts or [self.post, self.second])
        address = f"{REFILE}?keys={keys}&filter={query}"
        return self.fill(address, "refile_form", changes, button="", follow=follow)

    def test_from_the_list_to_the_change_and_back(self):
        response = self.client.post(
            f"{LIST}?status=published",
            {"action": "refile", "_selected_action": [self.post.pk, self.second.pk]},
            follow=True,
        )
        self.assertContains(response, "refile_form")
        self.assertEqual(
            [value for value, _label in response.context["form"].fields["scope"].choices], ["chosen", "all"]
        )
        self.ask({"add_tags": [self.tag.pk], "remove_tags": [self.old_tag.pk], "main": self.web.pk})
        self.post.refresh_from_db()
        self.assertEqual(self.post.category, self.category)
        self.start()
        for post in (self.post, self.second):
            post.refresh_from_db()
            self.assertEqual((list(post.tags.all()), post.category), ([self.tag], self.web))
        self.assertContains(self.client.get("/sujet/cloud/"), self.post.path())
        self.assertTrue(Listing.objects.filter(post=self.post, category=self.web).exists())
        self.undo()
        self.post.refresh_from_db()
        self.assertEqual((list(self.post.tags.all()), self.post.category), ([self.old_tag], self.category))

    def test_what_would_be_changed_is_shown(self):
        response = self.ask({"main": self.web.pk})
        self.assertContains(response, f"<del>{self.category.name_fr}</del>")
        self.assertContains(response, "<ins>Web</ins>")
        self.assertContains(response, "Deuxième")

    def test_all_that_the_list_is_narrowed_to(self):
        self.ask({"add_tags": [self.tag.pk], "scope": "all"}, query="language__exact%3Den")
        self.assertEqual(set(self.states()), {self.third.pk})

    def test_one_is_left_out(self):
        self.ask({"main": self.web.pk})
        change = BulkChange.objects.get()
        items = {item.post_id: str(item.pk) for item in change.posts.all()}
        self.start(change, {"chosen": [items[self.second.pk]]})
        self.assertEqual(self.states(), {self.post.pk: "left_out", self.second.pk: "done"})
        self.post.refresh_from_db()
        self.assertEqual(self.post.category, self.category)

    def test_each_gets_a_version_with_a_note(self):
        self.ask({"main": self.web.pk})
        self.start()
        revision = Revision.objects.of(self.post).first()
        self.assertIn("Web", revision.note)
        self.assertEqual((revision.made_by, revision.content["category"]["name"]), (self.alice, "Web"))

    def test_authors_and_event(self):
        event, other = make_event(), make_author(name="Zoé", slug="zoe")
        self.ask({"add_authors": [other.pk], "remove_authors": [self.alices.pk], "event": event.pk})
        self.start()
        self.post.refresh_from_db()
        self.assertEqual((self.post.byline, self.post.event), ([other], event))
        self.undo()
        post = Post.objects.get(pk=self.post.pk)
        self.assertEqual((post.byline, post.event), ([self.alices], None))

    def test_nobody_is_left_without_author_or_main_category(self):
        self.ask({"remove_authors": [self.alices.pk]}, posts=[self.post])
        response = self.start()
        self.assertEqual(self.states(), {self.post.pk: "skipped"})
        self.assertContains(response, "bulk-note")
        self.ask({"remove_categories": [self.category.pk]}, posts=[self.post])
        self.start()
        self.assertEqual(self.states(), {self.post.pk: "skipped"})

    def test_working_copy_is_changed_too(self):
        self.send(self.post, {"title": "Retouché"}, button="_save")
        self.ask({"main": self.web.pk})
        self.start()
        waiting = Revision.objects.waiting_for(self.post)
        self.assertEqual((waiting.content["title"], waiting.content["category"]["id"]), ("Retouché", self.web.pk))
        self.post.refresh_from_db()
        self.assertEqual((self.post.title.startswith("Président"), self.post.category), (True, self.web))
        self.undo()
        waiting = Revision.objects.waiting_for(self.post)
        self.assertEqual((waiting.content["title"], waiting.content["category"]["id"]), ("Retouché", self.category.pk))

    def test_claims_that_were_written_since_stay_when_it_is_taken_back(self):
        self.ask({"add_tags": [self.tag.pk]})
        self.start()
        make_claim(self.post)
        self.undo()
        self.assertEqual((set(self.post.tags.all()), self.post.claims.count()), ({self.old_tag}, 1))

    def test_taking_back_leaves_what_was_done_since(self):
        self.ask({"add_tags": [self.tag.pk], "main": self.web.pk}, posts=[self.post])
        self.start()
        other = make_category(slug="autre", name_fr="Autre", name_en="Other")
        third = make_tag(slug="trois", name_fr="Trois", name_en="Three")
        self.post.refresh_from_db()
        self.post.category = other
        self.post.save()
        self.post.tags.add(third)
        response = self.undo()
        self.post.refresh_from_db()
        self.assertEqual(self.post.category, other)
        self.assertEqual(set(self.post.tags.all()), {self.old_tag, third})
        self.assertEqual(self.states(), {self.post.pk: "kept"})
        self.assertContains(response, "bulk-note")

    def test_nothing_said_or_both_at_once(self):
        response = self.ask({})
        self.assertContains(response, "errorlist")
        response = self.ask({"add_tags": [self.tag.pk], "remove_tags": [self.tag.pk]})
        self.assertContains(response, "errorlist")
        self.assertFalse(BulkChange.objects.exists())

    def test_nonsense_in_the_address(self):
        for query in ("", "?keys=abc,99999999999999999999", "?filter=status%3Dwrong", "?filter=p%3Dabc"):
            self.assertEqual(self.client.get(f"{REFILE}{query}").status_code, 200, query)
        self.assertEqual(self.client.get(f"{REFILE}?filter=nonsense__x%3D1").status_code, 302)

    def test_others_may_not(self):
        change = bulk_changing.prepare(BulkChange.Kind.REFILE, {"in": "fr", "note": ""}, [self.post.pk], summary="x")
        page = page_of(change)
        for user in (self.bob, self.carol, make_user("ada", group="author")):
            self.client.force_login(user)
            self.assertEqual(self.client.get(REFILE).status_code, 403)
            self.assertEqual(self.client.post(REFILE, {"main": self.web.pk, "scope": "all"}).status_code, 403)
            for act in ("choose", "undo", "go-on"):
                self.assertEqual(self.client.post(page_of(change, act), {"_start": "1"}).status_code, 403)
            self.assertEqual(self.client.get(page).status_code, 403)
            self.client.post(LIST, {"action": "refile", "_selected_action": [self.post.pk]})
        self.assertEqual(BulkChange.objects.get().state, "found")


class ManyPostsTests(BulkTestCase):
    """What is too much for a request goes on in the background, and does nothing twice."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.tag = make_tag()
        cls.posts = [cls.post, cls.second, cls.third]

    def prepared(self):
        asked = {"add_tags": [{"id": self.tag.pk, "name": "Nuage"}], "note": "rangé", "in": "fr"}
        return bulk_changing.prepare(
            BulkChange.Kind.REFILE, asked, [post.pk for post in self.posts], summary="x", by=self.alice
        )

    def test_it_goes_on_by_itself(self):
        with patch.multiple(bulk_changing, POSTS_IN_A_REQUEST=1, POSTS_IN_A_TASK=1):
            change = self.prepared()
            bulk_changing.start(change)
            while bulk_changing.work(change.pk, 1):
                pass
        change.refresh_from_db()
        self.assertEqual(change.state, "done")
        self.assertEqual(set(self.states(change).values()), {"done"})

    def test_killed_in_the_middle_it_does_nothing_twice(self):
        change = self.prepared()
        BulkChange.objects.update(state="running")
        with patch.object(bulk_changing, "record", side_effect=KeyboardInterrupt), self.assertRaises(KeyboardInterrupt):
            bulk_changing.work(change.pk, 2)
        self.assertFalse(self.post.tags.exists())
        bulk_changing.work(change.pk, 2)
        bulk_changing.work(change.pk, 2)
        bulk_changing.work(change.pk, 2)
        self.assertEqual(Revision.objects.filter(post=self.post, note="rangé").count(), 1)
        change.refresh_from_db()
        self.assertEqual(change.state, "done")

    def test_begun_twice(self):
        change = self.prepared()
        self.assertTrue(bulk_changing.start(change))
        self.assertFalse(bulk_changing.start(change))

    def test_housekeeping_takes_up_what_was_lost(self):
        change = self.prepared()
        BulkChange.objects.update(state="running")
        bulk_changing.resume()
        change.refresh_from_db()
        self.assertIn(change.state, ("done", "running"))

    def test_progress_is_shown(self):
        change = self.prepared()
        BulkChange.objects.update(state="running")
        response = self.client.get(page_of(change))
        self.assertContains(response, 'http-equiv="refresh"')
        fields, _buttons = read_form(response.content.decode(), "go_on_form")
        self.client.post(page_of(change, "go-on"), fields)
        change.refresh_from_db()
        self.assertEqual(change.state, "done")

    def test_a_post_in_the_bin_is_skipped(self):
        from blog.binning import put_in_bin

        change = self.prepared()
        Post.objects.filter(pk=self.third.pk).update(status="draft")
        put_in_bin(Post.objects.get(pk=self.third.pk))
        bulk_changing.start(change)
        self.assertEqual(ChangedPost.objects.get(post=self.third).state, "skipped")
