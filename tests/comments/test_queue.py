"""The moderator's queue: what it shows of each comment, and what its buttons do."""

import re

from django.test import TestCase

from comments.admin.queue import CARDS, token_of
from comments.mending import change_text
from comments.models import Comment
from comments.moderation import decide
from tests.factories import make_alice, make_author, make_bob, make_carol, make_comment, make_dora, make_post

QUEUE = "/admin/comments/comment/queue/"
SPAM = f"{QUEUE}?status=spam"
FETCHED = {"x-requested-with": "fetch"}


class QueueTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.carol = make_carol()
        cls.post = make_post()
        cls.first = make_comment(cls.post, status="pending", name="Thierry", text="Une *première* remarque.")
        cls.second = make_comment(cls.post, status="pending", name="Marthe", text="Une deuxième.")

    def setUp(self):
        self.client.force_login(self.carol)

    def press(self, comment, address=QUEUE, *, headers=None, **typed):
        return self.client.post(address, {"comment": token_of(comment), **typed}, headers=headers)

    def tick(self, *comments, decide, address=QUEUE):
        chosen = [token_of(comment) for comment in comments]
        return self.client.post(address, {"chosen": chosen, "decide": decide}, follow=True)

    def status(self, comment):
        return Comment.objects.get(pk=comment.pk).status

    def shown(self, address=QUEUE):
        return [card.comment for card in self.client.get(address).context["cards"]]


class PageTests(QueueTestCase):
    def test_the_longest_wait_stands_first_and_what_is_decided_is_not_there(self):
        make_comment(self.post)
        self.assertEqual(self.shown(), [self.first, self.second])

    def test_spam_is_a_click_away_the_newest_first(self):
        older = make_comment(self.post, status="spam")
        newer = make_comment(self.post, status="spam")
        self.assertContains(self.client.get(QUEUE), f'href="{SPAM}"')
        self.assertEqual(self.shown(SPAM), [newer, older])
        self.assertContains(self.client.get(SPAM), "Mis de côté par le site lui-même", count=2)

    def test_a_text_stands_as_readers_will_see_it(self):
        self.assertContains(self.client.get(QUEUE), "<p>Une <em>première</em> remarque.</p>")

    def test_what_is_lost_in_rendering_is_shown_as_typed(self):
        self.assertNotContains(self.client.get(QUEUE), "Tel qu’il a été tapé")
        address = "https://example.org/" + "a" * 200
        make_comment(self.post, status="pending", text=f"Voyez {address} !")
        self.assertContains(self.client.get(QUEUE), "Tel qu’il a été tapé")

    def test_what_a_stranger_typed_is_never_markup(self):
        evil = "<script>alert(1)</script>"
        parent = make_comment(self.post, name=f"<b>Eve{evil}", text=f"[x](javascript:alert(1)) {evil}")
        make_comment(self.post, status="pending", parent=parent, name=f"<b>Eve{evil}", text=evil, site="http://a.b/<b>")
        response = self.client.get(QUEUE)
        for mark in ("<script>alert", "<b>", 'href="javascript', 'href="http://a.b'):
            self.assertNotContains(response, mark)

    def test_a_comment_is_shown_with_all_that_one_judges_by(self):
        parent = make_comment(self.post, name="Louis", text="La remarque d’avant.")
        comment = make_comment(
            self.post,
            status="pending",
            parent=parent,
            name="Zoé",
            email="zoe@example.org",
            site="https://zoe.example.org/",
            language="en",
        )
        reasons = [{"code": "links", "weight": 3, "details": {"count": 4}}]
        Comment.objects.filter(pk=comment.pk).update(spam_score=3.5, spam_reasons=reasons)
        response = self.client.get(QUEUE)
        for text in ("Zoé", "zoe@example.org", "https://zoe.example.org/", "La remarque d’avant.", "Louis", "3,5"):
            self.assertContains(response, text)
        self.assertContains(response, f'<a href="{self.post.path()}">{self.post.title}</a>')
        self.assertContains(response, 'lang="en"')
        self.assertContains(response, "Liens dans le texte")
        self.assertNotContains(response, 'href="https://zoe.example.org/"')

    def test_what_was_decided_on_the_same_address_is_counted(self):
        for status in ("approved", "approved", "rejected", "spam"):
            make_comment(self.post, status=status, email="Zoe@example.org")
        make_comment(self.post, status="pending", email="zoe@example.org")
        response = self.client.get(QUEUE)
        self.assertContains(response, "2 approuvés auparavant")
        self.assertContains(response, "2 refusés")
        self.assertEqual(self.client.get(SPAM).context["cards"][0].refused, 1)

    def test_a_long_parent_is_folded(self):
        parent = make_comment(self.post, text="Longue histoire. " * 50)
        make_comment(self.post, status="pending", parent=parent)
        self.assertContains(self.client.get(QUEUE), "(long texte)</summary>")

    def test_both_languages(self):
        self.assertContains(self.client.get(QUEUE), "Tout cocher sur cette page")
        self.assertContains(self.client.get(QUEUE, headers={"accept-language": "en"}), "Tick all on this page")

    def test_nothing_waits(self):
        Comment.objects.all().delete()
        self.assertContains(self.client.get(QUEUE), "Rien n’attend.")
        self.assertContains(self.client.get(SPAM), "Rien n’est mis de côté comme indésirable.")

    def test_its_cost_does_not_grow(self):
        def add(count):
            for number in range(count):
                author = make_author(slug=f"auteur-{self.made}")
                post = make_post(slug=f"post-{self.made}")
                parent = make_comment(post, author=author)
                make_comment(post, status="pending", parent=parent, email=f"{number}@example.org")
                self.made += 1

        self.made = 0
        add(3)
        with self.assertNumQueries(9):
            self.assertEqual(len(self.shown()), 5)
        add(15)
        with self.assertNumQueries(9):
            self.assertEqual(len(self.shown()), CARDS)


class PagingTests(QueueTestCase):
    def test_the_next_page_goes_on_where_this_one_ends(self):
        for number in range(CARDS):
            make_comment(self.post, status="pending", text=f"Encore {number}.")
        first = self.client.get(QUEUE).context
        following = first["following"].address
        self.assertEqual(len(first["cards"]), CARDS)
        self.assertEqual([c.text for c in self.shown(following)], [f"Encore {CARDS - 2}.", f"Encore {CARDS - 1}."])
        # Also where all before it was decided on.
        for card in first["cards"]:
            decide(card.comment, "approved", by=self.carol)
        self.assertEqual(len(self.shown(following)), 2)

    def test_all_are_ticked_by_a_link_where_there_is_no_script(self):
        self.assertEqual(self.client.get(QUEUE).content.count(b" checked>"), 0)
        self.assertEqual(self.client.get(f"{QUEUE}?ticked=1").content.count(b" checked>"), 2)

    def test_nonsense_begins_at_the_beginning(self):
        for query in ("after=x", "after=0", "after=999999", f"after={'9' * 30}", "status=x", "after=²"):
            with self.subTest(query=query):
                self.assertEqual(self.shown(f"{QUEUE}?{query}"), [self.first, self.second])


class DecidingTests(QueueTestCase):
    def test_each_button_decides_and_leads_to_the_next_comment(self):
        for status in ("approved", "rejected", "spam"):
            comment = make_comment(self.post, status="pending")
            following = make_comment(self.post, status="pending")
            with self.subTest(status=status):
                response = self.press(comment, decision=status, reason="Parce que.")
                self.assertRedirects(response, f"{QUEUE}#queued-{following.pk}", fetch_redirect_response=False)
                decision = comment.decisions.get(after=status)
                self.assertEqual((self.status(comment), decision.by), (status, self.carol))
                self.assertEqual(decision.reason, "Parce que.")
                self.assertContains(self.client.get(QUEUE), comment.name)

    def test_the_same_page_of_the_list_comes_back(self):
        address = f"{QUEUE}?after={self.first.pk}"
        response = self.press(self.second, address, decision="approved")
        self.assertRedirects(response, address)
        self.assertEqual(self.shown(), [self.first])

    def test_what_came_of_it_is_said(self):
        response = self.client.post(QUEUE, {"comment": token_of(self.second), "decision": "approved"}, follow=True)
        [message] = response.context["messages"]
        self.assertIn("Commentaire de Marthe\N{NO-BREAK SPACE}: approuvé", str(message))
        self.assertIn("Annuler", str(message))

    def test_a_false_positive_is_approved_from_the_spam(self):
        comment = make_comment(self.post, status="spam")
        self.press(comment, SPAM, decision="approved")
        self.assertEqual(self.status(comment), "approved")

    def test_what_somebody_else_decided_stays_and_is_said(self):
        token = token_of(self.first)
        decide(self.first, "rejected", by=make_alice())
        for decision in ("approved", "spam", "rejected"):
            with self.subTest(decision=decision):
                response = self.client.post(QUEUE, {"comment": token, "decision": decision}, follow=True)
                self.assertContains(response, "entre-temps, alice a décidé")
                self.assertEqual(self.status(self.first), "rejected")

    def test_a_text_that_changed_is_read_again(self):
        token = token_of(self.first)
        change_text(self.first, "Tout autre chose.", by=None)
        response = self.client.post(QUEUE, {"comment": token, "decision": "approved"}, follow=True)
        self.assertContains(response, "il a été modifié entre-temps")
        self.assertEqual(self.status(self.first), "pending")

    def test_what_is_no_longer_there_is_said(self):
        token = token_of(self.first)
        self.first.delete()
        response = self.client.post(QUEUE, {"comment": token, "decision": "approved"}, follow=True)
        self.assertContains(response, "n’est plus là")

    def test_the_enter_key_decides_nothing_and_keeps_what_was_typed(self):
        response = self.press(self.first, _stay="1", reason="Un lien", answer="Un début")
        self.assertContains(response, 'value="Un lien"')
        self.assertContains(response, "Un début</textarea>")
        self.assertEqual(self.status(self.first), "pending")

    def test_nonsense_is_no_error(self):
        good = token_of(self.first)
        for typed in (
            {},
            {"comment": "x"},
            {"comment": f"{'9' * 40}-a"},
            {"comment": "999999-a", "decision": "approved"},
            {"comment": "-", "decision": "approved"},
            {"comment": f"{self.first.pk}-\x00", "decision": "approved"},
            {"comment": good},
            {"comment": good, "decision": "removed"},
            {"comment": good, "decision": "\x00"},
            {"comment": good, "_edit": "1", "new_text": "Autre"},
            {"decide": "approved"},
            {"decide": "x", "chosen": good},
            {"decide": "removed", "chosen": good},
            {"decide": "approved", "chosen": ["x", "", "²-a", "999999-a"]},
        ):
            for headers in ({}, FETCHED):
                with self.subTest(typed=typed, headers=headers):
                    response = self.client.post(QUEUE, typed, headers=headers, follow=True)
                    self.assertEqual(response.status_code, 200)
        self.assertEqual(
            (self.status(self.first), Comment.objects.get(pk=self.first.pk).text), ("pending", self.first.text)
        )


class FetchedTests(QueueTestCase):
    """What the script of the page is told, which sends the same forms."""

    def outcome(self, comment, **typed):
        response = self.press(comment, headers=FETCHED, **typed)
        return re.search(r'data-outcome="(\w+)"', response.text)[1], response

    def test_what_came_of_it_is_said_at_once(self):
        outcome, response = self.outcome(self.second, decision="approved")
        self.assertEqual((outcome, self.status(self.second)), ("decided", "approved"))
        self.assertContains(response, "Commentaire de Marthe")
        self.assertNotContains(response, "<html")
        self.assertEqual([*self.client.get(QUEUE).context["messages"]], [])

    def test_what_was_decided_meanwhile_is_said(self):
        seen = Comment.objects.get(pk=self.first.pk)
        decide(self.first, "spam", by=None)
        outcome, response = self.outcome(seen, decision="approved")
        self.assertEqual((outcome, self.status(self.first)), ("left", "spam"))
        self.assertContains(response, "le site a décidé")

    def test_what_is_wrong_comes_back_with_what_was_typed(self):
        outcome, response = self.outcome(self.first, decision="rejected", answer="Merci !")
        self.assertEqual((outcome, self.status(self.first)), ("wrong", "pending"))
        self.assertContains(response, "Merci !</textarea>")
        self.assertContains(response, "errorlist")


class AnsweringTests(QueueTestCase):
    def test_an_answer_approves_and_stands_signed_by_the_author(self):
        author = make_author(user=self.carol)
        self.press(self.first, _answer="1", answer="Merci de cela.")
        answer = self.first.answers.get()
        self.assertEqual((answer.author, answer.status, answer.text), (author, "approved", "Merci de cela."))
        self.assertEqual(self.status(self.first), "approved")

    def test_an_answer_that_was_not_sent_is_not_lost_by_a_decision(self):
        make_author(user=self.carol)
        response = self.press(self.first, decision="approved", answer="Merci de cela.")
        self.assertContains(response, "Merci de cela.</textarea>")
        self.assertEqual(self.status(self.first), "pending")

    def test_an_empty_answer_is_asked_for(self):
        make_author(user=self.carol)
        self.assertContains(self.press(self.first, _answer="1"), "errorlist")
        self.assertFalse(self.first.answers.exists())

    def test_who_has_no_profile_is_told_before_typing(self):
        self.assertContains(self.client.get(QUEUE), "n’a pas de fiche d’auteur")
        self.assertNotContains(self.client.get(QUEUE), "<textarea")
        self.assertContains(self.press(self.first, _answer="1", answer="Merci."), "Merci.</textarea>")
        self.assertFalse(self.first.answers.exists())

    def test_spam_is_not_answered(self):
        make_author(user=self.carol)
        spam = make_comment(self.post, status="spam")
        self.assertNotContains(self.client.get(SPAM), "<textarea")
        self.assertContains(self.press(spam, SPAM, _answer="1", answer="Merci."), "errorlist")


class ManyAtOnceTests(QueueTestCase):
    def test_all_that_are_ticked_are_decided_on(self):
        left = make_comment(self.post, status="pending")
        response = self.tick(self.first, self.second, decide="spam")
        self.assertEqual([self.status(c) for c in (self.first, self.second, left)], ["spam", "spam", "pending"])
        self.assertContains(response, "2 commentaires")
        self.assertEqual(self.first.decisions.get(after="spam").by, self.carol)

    def test_those_decided_on_or_changed_meanwhile_stay(self):
        third = make_comment(self.post, status="pending")
        seen = [Comment.objects.get(pk=each.pk) for each in (self.first, self.second, third)]
        decide(self.first, "rejected", by=None)
        change_text(self.second, "Autre.", by=None)
        response = self.tick(*seen, decide="spam")
        self.assertEqual([self.status(c) for c in seen], ["rejected", "pending", "spam"])
        self.assertContains(response, "2 commentaires ont été modifiés ou tranchés entre-temps")

    def test_nothing_is_ticked(self):
        self.assertContains(self.tick(decide="spam"), "Cochez d’abord")

    def test_it_leads_back_to_the_same_page(self):
        address = f"{QUEUE}?after={self.first.pk}"
        response = self.client.post(address, {"chosen": token_of(self.second), "decide": "approved"})
        self.assertRedirects(response, address)


class AccessTests(QueueTestCase):
    def test_who_moderates_may_and_nobody_else(self):
        for make_user, code in ((make_alice, 200), (make_bob, 403), (make_dora, 302)):
            self.client.force_login(make_user())
            with self.subTest(user=make_user.__name__):
                self.assertEqual(self.client.get(QUEUE).status_code, code)
                if code != 200:
                    self.assertEqual(self.press(self.first, decision="spam").status_code, code)
                    self.assertEqual(self.status(self.first), "pending")

    def test_other_methods_show_the_page(self):
        self.assertEqual(self.client.head(QUEUE).status_code, 200)

    def test_it_is_reached_from_everywhere(self):
        for address in ("/admin/", "/admin/comments/", "/admin/comments/comment/", "/admin/comments/notice/"):
            with self.subTest(address=address):
                self.assertContains(self.client.get(address), f'href="{QUEUE}"')
        self.client.force_login(make_bob())
        self.assertNotContains(self.client.get("/admin/"), QUEUE)

    def test_the_first_page_says_how_many_wait(self):
        self.assertContains(self.client.get("/admin/"), f'<a href="{QUEUE}">2 commentaires attendent</a>')


class ContextTests(QueueTestCase):
    def test_the_page_of_a_comment_shows_the_whole_thread_above_it_and_the_post(self):
        start = make_comment(self.post, text="Au début. " + "mot " * 200)
        middle = make_comment(self.post, parent=start, text="Au milieu. " + "mot " * 200)
        parent = make_comment(self.post, parent=middle, text="Juste avant. " + "mot " * 200 + "fin")
        comment = make_comment(self.post, status="pending", parent=parent)
        response = self.client.get(f"/admin/comments/comment/{comment.pk}/change/")
        self.assertEqual(list(comment.above()), [start, middle, parent])
        for each in (start, middle, parent):
            self.assertContains(response, each.text.strip(), count=1)
        self.assertContains(response, "2 commentaires plus haut dans le fil")
        self.assertContains(response, f'<a href="{self.post.path()}">{self.post.title}</a>')
