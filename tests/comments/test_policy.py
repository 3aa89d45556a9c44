"""When a comment appears: by the rules of the site, of its post, and by who wrote it."""

from datetime import timedelta
from unittest import mock

from django.core.cache import cache
from django.test import TestCase, override_settings
from django.utils import timezone

from blog.models import DiscussionRules, Post
from comments.forms import make_stamp
from comments.mending import mend
from comments.models import BlockedTerm, Comment, SpamToken
from comments.moderation import decide
from tests.factories import make_alice, make_bob, make_carol, make_comment, make_post, make_translation
from tests.forms import FormTestCase

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
RULES = "/admin/comments/commentrules/1/change/"


def set_rules(**rules) -> None:
    DiscussionRules(**rules).save()


class PolicyTestCase(FormTestCase, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.carol = make_carol()
        cls.post = make_post()

    def send(self, text="Une remarque.", *, client=None, address="", **changes):
        data = {"name": "Marthe", "email": "marthe@example.org", "text": text, "stamp": make_stamp(self.post.pk)}
        address = address or f"/commentaires/sur/{self.post.pk}/"
        return (client or self.client).post(address, data | changes)

    def sent(self, text="Une remarque.", **kwargs):
        self.send(text, **kwargs)
        return Comment.objects.get(text=text)


class WhenTests(PolicyTestCase):
    def test_everything_waits_until_somebody_sets_other_rules(self):
        self.assertEqual(self.sent().status, "pending")
        self.assertContains(self.client.get(POST), "Une personne lit les commentaires avant")

    def test_after_publication_it_stands_at_once_where_its_writer_is_led(self):
        set_rules(moderation="after")
        response = self.send()
        comment = Comment.objects.get()
        self.assertRedirects(response, f"{POST}#comment-{comment.pk}", fetch_redirect_response=False)
        self.assertContains(self.client.get(POST), "Une remarque.")
        self.assertContains(self.client.get(POST), "Les commentaires paraissent aussitôt")
        self.assertEqual(Post.objects.get().comment_count, 1)

    def test_publication_by_rule_is_recorded_and_teaches_nothing(self):
        set_rules(moderation="after")
        decision = self.sent().decisions.get()
        self.assertEqual((decision.after, decision.by), ("approved", None))
        self.assertIn("paraissent aussitôt", decision.reason)
        self.assertFalse(SpamToken.objects.exists())

    def test_what_looks_like_spam_is_never_shown(self):
        set_rules(moderation="after", links_held=None)
        spam = "Casino viagra [url=https://casino.xyz]bonus[/url] https://casino.top https://bet.click"
        self.assertEqual(self.sent(spam).status, "spam")

    def test_blocked_term_holds_whatever_speaks_for_it(self):
        set_rules(moderation="after")
        BlockedTerm.objects.create(kind=BlockedTerm.Kind.WORD, value="remarque")
        with mock.patch("comments.spam.judging.HELD_AT", 50):
            self.assertEqual(self.sent().status, "pending")

    def test_links_hold_a_comment(self):
        set_rules(moderation="after", links_held=2)
        one = "Je ne suis pas d’accord, voyez https://fr.wikipedia.org/wiki/Cloud"
        self.assertEqual(self.sent(one).status, "approved")
        self.assertEqual(self.sent(f"{one} et https://fr.wikipedia.org/wiki/Blog").status, "pending")

    def test_post_may_say_otherwise_and_its_translation_follows(self):
        Post.objects.update(comment_moderation="after")
        english = make_translation(self.post)
        data = {"name": "Owen", "text": "A remark", "stamp": make_stamp(english.pk)}
        self.client.post(f"/en/comments/on/{english.pk}/", data)
        self.assertEqual(Comment.objects.get().status, "approved")
        self.assertContains(self.client.get(english.path()), "Comments appear at once")

    def test_killed_before_it_judged_the_task_publishes(self):
        set_rules(moderation="after")
        with mock.patch("comments.accepting.judge_at_once"):
            self.assertEqual(self.sent().status, "approved")

    def test_changed_text_is_judged_anew_and_appears_again(self):
        set_rules(moderation="after")
        self.send()
        comment = Comment.objects.get()
        mine = self.client.get("/commentaires/les-miens/").content.decode()
        own = mine.split('<p class="comment-foot"><a href="')[1].split('"')[0]
        self.assertNotContains(self.client.get(own), "relu par une personne")
        self.client.post(own, {"text": "Une meilleure remarque."})
        comment.refresh_from_db()
        self.assertEqual((comment.text, comment.status), ("Une meilleure remarque.", "approved"))

    def test_what_a_moderator_decided_on_no_program_publishes(self):
        set_rules(moderation="after")
        comment = self.sent()
        decide(comment, "removed", by=self.carol)
        decide(comment, "approved", by=self.carol)
        mend(comment, "Tout autre chose.")
        comment.refresh_from_db()
        self.assertEqual(comment.status, "pending")


class KnownTests(PolicyTestCase):
    def setUp(self):
        set_rules(moderation="first")
        self.first = self.sent("La première.")

    def test_first_comment_waits_the_next_one_passes(self):
        self.assertEqual(self.first.status, "pending")
        decide(self.first, "approved", by=self.carol)
        second = self.sent("La deuxième.")
        self.assertEqual(second.status, "approved")
        answer = self.sent("Une réponse.", address=f"/commentaires/sur/{self.post.pk}/{self.first.pk}/")
        self.assertEqual((answer.status, answer.parent), ("approved", self.first))

    def test_nobody_passes_on_a_comment_that_nobody_has_read(self):
        self.assertEqual(self.sent("La deuxième.").status, "pending")

    def test_address_of_a_known_commenter_proves_nothing(self):
        decide(self.first, "approved", by=self.carol)
        self.assertEqual(self.sent("Une autre.", client=self.client_class()).status, "pending")

    def test_known_browser_passes_under_its_own_name_only(self):
        decide(self.first, "approved", by=self.carol)
        self.assertEqual(self.sent("A.", name="Yann Gourvennec").status, "pending")
        self.assertEqual(self.sent("B.", email="yann@example.org").status, "pending")
        self.assertEqual(self.sent("C.", email="").status, "pending")

    def test_who_was_refused_since_waits_again(self):
        decide(self.first, "approved", by=self.carol)
        decide(self.sent("La deuxième."), "removed", by=self.carol)
        self.assertEqual(self.sent("La troisième.").status, "pending")

    def test_cookie_goes_to_no_page(self):
        cookies = [cookie for name, cookie in self.client.cookies.items() if name.startswith("known-")]
        self.assertEqual({cookie["path"] for cookie in cookies}, {"/commentaires/sur/", "/en/comments/on/"})
        self.assertTrue(all(cookie["httponly"] and cookie["samesite"] == "Strict" for cookie in cookies))

    def test_forged_cookie_is_nothing(self):
        decide(self.first, "approved", by=self.carol)
        other = self.client_class()
        other.cookies["known-fr"] = str([self.first.pk])
        self.assertEqual(self.sent("Une autre.", client=other).status, "pending")

    def test_no_such_cookie_where_the_rules_do_not_ask_for_it(self):
        set_rules(moderation="after")
        response = self.send("Une autre.", client=self.client_class())
        self.assertFalse([name for name in response.cookies if name.startswith("known-")])

    def test_form_of_an_answer_goes_where_the_cookie_goes(self):
        decide(self.first, "approved", by=self.carol)
        page = self.client.get(f"/commentaires/{self.first.pk}/repondre/")
        self.assertContains(page, f'action="/commentaires/sur/{self.post.pk}/{self.first.pk}/#comment-form"')
        self.assertContains(page, "Un premier commentaire est lu par une personne")


class ClosingTests(PolicyTestCase):
    def test_posts_close_as_the_site_says_unless_they_say_otherwise(self):
        set_rules(comment_days=10)
        self.assertFalse(Post.objects.get().takes_comments())
        self.assertContains(self.client.get(POST), "Les commentaires de cet article sont fermés.")
        Post.objects.update(comment_policy="open")
        self.assertContains(self.client.get(POST), "comment-form")

    def test_one_that_is_new_is_open(self):
        set_rules(comment_days=10)
        new = make_post(slug="nouveau", published_at=timezone.now() - timedelta(days=9))
        self.assertTrue(new.takes_comments())

    @override_settings(PAGE_CACHE=True)
    def test_kept_pages_do_not_outlive_the_rules(self):
        cache.clear()
        self.assertContains(self.client.get(POST), "Une personne lit les commentaires avant")
        with self.captureOnCommitCallbacks(execute=True):
            set_rules(moderation="after")
        self.assertContains(self.client.get(POST), "paraissent aussitôt")


class RulesAdminTests(PolicyTestCase):
    def test_moderators_and_editors_set_the_rules(self):
        for user in (self.carol, make_alice()):
            with self.subTest(user=user):
                self.client.force_login(user)
                self.assertRedirects(self.client.get("/admin/comments/commentrules/"), RULES)
                self.fill(RULES, "commentrules_form", {"moderation": "first", "links_held": "3", "comment_days": ""})
                self.assertEqual(DiscussionRules.objects.practice(), ("first", 3, None))

    def test_contributors_do_not(self):
        self.client.force_login(make_bob())
        self.assertEqual(self.client.get(RULES).status_code, 403)

    def test_what_is_wrong_is_said_beside_the_field(self):
        self.client.force_login(self.carol)
        response = self.fill(RULES, "commentrules_form", {"links_held": "0", "comment_days": "-1"})
        self.assertEqual(set(response.context["adminform"].form.errors), {"links_held", "comment_days"})
        self.assertFalse(DiscussionRules.objects.exists())

    def test_open_posts_take_the_rule_of_the_site_when_asked_to(self):
        Post.objects.update(comment_policy="open")
        make_post(slug="ferme", comment_policy="closed")
        self.client.force_login(self.carol)
        self.fill(RULES, "commentrules_form", {"comment_days": "30", "for_open_posts": "on"})
        self.assertEqual(set(Post.objects.values_list("comment_policy", flat=True)), {"site", "closed"})

    def test_there_is_one_row(self):
        self.client.force_login(self.carol)
        self.assertEqual(self.client.get("/admin/comments/commentrules/add/").status_code, 403)
        self.assertEqual(self.client.get("/admin/comments/commentrules/2/change/").status_code, 302)

    def test_choice_of_a_post_is_on_its_form_but_not_on_its_translation_s(self):
        self.client.force_login(make_alice())
        self.assertContains(self.client.get(f"/admin/blog/post/{self.post.pk}/change/"), 'name="comment_moderation"')
        english = make_translation(self.post)
        page = self.client.get(f"/admin/blog/post/{english.pk}/change/")
        self.assertNotContains(page, 'name="comment_moderation"')


class AnsweringTests(PolicyTestCase):
    def test_second_click_leads_to_the_one_that_stands(self):
        set_rules(moderation="after")
        stamp = make_stamp(self.post.pk)
        self.assertEqual(self.send(stamp=stamp)["Location"], self.send(stamp=stamp)["Location"])
        self.assertEqual(Comment.objects.count(), 1)

    def test_rules_cost_the_page_of_a_post_no_query(self):
        make_comment(self.post)
        self.client.get("/")
        with self.assertNumQueries(7):
            self.client.get(POST)
        set_rules(moderation="first", comment_days=30_000)
        with self.assertNumQueries(7):
            self.client.get(POST)
