"""A decision is taken back: all is as it was, and that is on record."""

import re
from datetime import timedelta

from django.core import mail
from django.core.cache import cache
from django.test import TestCase, override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from blog.models import Post
from comments.law.reasons import statement_about
from comments.models import Comment, Decision, Following, Notice, Notification, SpamToken
from comments.moderation import decide
from comments.reporting import uphold
from tests.comments.test_following import QUEUED, make_follower, run_tasks
from tests.factories import make_alice, make_author, make_bob, make_carol, make_comment, make_post
from tests.forms import FormTestCase

LIST = "/admin/comments/comment/"
UNDO = f"{LIST}undo/"
POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"


class UndoTestCase(FormTestCase, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.carol = make_carol()
        cls.post = make_post()
        cls.waiting = make_comment(cls.post, status="pending", text="Première.", email="thierry@example.org")
        cls.standing = make_comment(cls.post, text="Deuxième.")

    def setUp(self):
        self.client.force_login(self.carol)

    def press(self, comment, status):
        """Decide on a comment, and return the page that follows."""
        address = f"{LIST}{comment.pk}/change/"
        return self.fill(address, "comment_form", {}, button=f"decision={status}", follow=True)

    def undo(self, page):
        """Press the button of the message on a page, as it stands there."""
        html = page.content.decode()
        form = re.search(r'<form class="undo" method="post" action="([^"]+)">(.*?)</form>', html, re.DOTALL)
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
        return self.client.post(form[1], fields, follow=True)

    def status_of(self, comment):
        return Comment.objects.get(pk=comment.pk).status


class UndoingTests(UndoTestCase):
    def test_each_decision_is_taken_back_by_the_button_of_its_message(self):
        for status in ("approved", "rejected", "spam"):
            comment = make_comment(self.post, status="pending", text=f"Pour {status}.")
            with self.subTest(status=status):
                done = self.undo(self.press(comment, status))
                self.assertContains(done, "1 décision annulée")
                self.assertEqual(self.status_of(comment), "pending")

    def test_it_is_on_record_and_the_decision_too(self):
        self.undo(self.press(self.waiting, "spam"))
        rows = list(self.waiting.decisions.values_list("before", "after", "by"))
        self.assertEqual(rows, [("spam", "pending", self.carol.pk), ("pending", "spam", self.carol.pk)])
        undone = self.waiting.decisions.last()
        self.assertEqual(undone.undone_by, self.waiting.decisions.first())

    def test_comment_that_was_deleted_since_is_said_to_be_gone(self):
        page = self.press(self.waiting, "spam")
        self.waiting.delete()
        done = self.undo(page)
        self.assertEqual(done.status_code, 200)
        self.assertContains(done, '<li class="error">')
        self.assertFalse(Decision.objects.exclude(undoes=None).exists())

    def test_count_and_place_are_as_before(self):
        make_comment(self.post, parent=self.standing, text="Une réponse.")
        page = self.press(self.standing, "removed")
        self.assertEqual(Post.objects.get().comment_count, 1)
        self.undo(page)
        self.standing.refresh_from_db()
        self.assertTrue(self.standing.is_standing and self.standing.is_readable())
        self.assertEqual(Post.objects.get().comment_count, 2)

    @override_settings(PAGE_CACHE=True)
    def test_kept_pages_show_it(self):
        page = self.press(self.waiting, "approved")
        cache.clear()
        self.assertContains(self.client.get(POST), "Première.")
        with self.captureOnCommitCallbacks(execute=True):
            self.undo(page)
        self.assertNotContains(self.client.get(POST), "Première.")

    def test_what_was_learnt_is_unlearnt(self):
        page = self.press(self.waiting, "spam")
        self.assertTrue(SpamToken.objects.filter(spam__gt=0).exists())
        self.undo(page)
        self.assertFalse(SpamToken.objects.filter(spam__gt=0).exists())

    def test_earlier_decision_is_in_force_again_and_learnt_again(self):
        decide(self.waiting, "spam", by=self.carol)
        self.undo(self.press(self.waiting, "approved"))
        self.waiting.refresh_from_db()
        self.assertEqual((self.waiting.status, self.waiting.decided_by), ("spam", self.carol))
        self.assertTrue(SpamToken.objects.filter(spam__gt=0, ham=0).exists())

    def test_many_at_once_are_taken_back_at_once(self):
        other = make_comment(self.post, status="pending", text="Autre.")
        data = {"action": "mark_as_spam", "_selected_action": [self.waiting.pk, other.pk]}
        page = self.client.post(f"{LIST}?status=pending", data, follow=True)
        self.assertEqual(self.status_of(other), "spam")
        done = self.undo(page)
        self.assertContains(done, "2 décisions annulées")
        self.assertEqual(done.redirect_chain[-1][0], f"{LIST}?status=pending")
        self.assertEqual((self.status_of(self.waiting), self.status_of(other)), ("pending", "pending"))

    def test_answer_is_taken_back_with_the_approval_that_came_with_it(self):
        make_author(user=self.carol)
        address = f"{LIST}{self.waiting.pk}/change/"
        page = self.fill(address, "comment_form", {"answer": "Merci."}, button="_answer", follow=True)
        self.assertContains(self.undo(page), "2 décisions annulées")
        self.assertEqual(self.status_of(self.waiting), "pending")
        self.assertEqual(self.waiting.answers.get().status, "pending")

    def test_hours_later_the_page_of_the_comment_has_the_button(self):
        self.press(self.waiting, "rejected")
        Decision.objects.filter(comment=self.waiting).update(made_at=timezone.now() - timedelta(hours=20))
        button = f"decisions={self.waiting.decisions.get().pk}"
        self.fill(f"{LIST}{self.waiting.pk}/change/", "comment_form", {}, button=button, to=UNDO)
        self.assertEqual(self.status_of(self.waiting), "pending")

    def test_after_a_day_it_is_decided_anew(self):
        page = self.press(self.waiting, "rejected")
        Decision.objects.filter(comment=self.waiting).update(made_at=timezone.now() - timedelta(hours=25))
        self.assertContains(self.undo(page), "plus d’un jour")
        self.assertEqual(self.status_of(self.waiting), "rejected")


class RefusedTests(UndoTestCase):
    def test_somebody_has_decided_since(self):
        page = self.press(self.waiting, "rejected")
        decide(self.waiting, "spam", by=make_alice())
        self.assertContains(self.undo(page), "quelqu’un en a décidé")
        self.assertEqual(self.status_of(self.waiting), "spam")

    def test_second_press_changes_nothing(self):
        page = self.press(self.waiting, "rejected")
        self.undo(page)
        self.assertContains(self.undo(page), "déjà annulée")
        self.assertEqual(self.waiting.decisions.count(), 2)

    def test_what_was_answered_keeps_its_place(self):
        page = self.press(self.waiting, "approved")
        make_comment(self.post, parent=Comment.objects.get(pk=self.waiting.pk))
        self.assertContains(self.undo(page), "On y a répondu")
        self.assertEqual(self.status_of(self.waiting), "approved")

    def test_what_a_reporter_was_told_stands(self):
        notice = Notice.objects.create(comment=self.standing, category="rules", explanation="x", language="fr")
        uphold(notice, by=self.carol, outcome="Oui.")
        self.client.post(UNDO, {"decisions": self.standing.decisions.first().pk})
        self.assertEqual(self.status_of(self.standing), "removed")

    def test_link_undoes_nothing(self):
        self.press(self.waiting, "rejected")
        key = self.waiting.decisions.first().pk
        self.assertEqual(self.client.get(f"{UNDO}?decisions={key}").status_code, 405)

    def test_outsiders_undo_nothing(self):
        self.press(self.waiting, "rejected")
        self.client.force_login(make_bob())
        response = self.client.post(UNDO, {"decisions": self.waiting.decisions.first().pk})
        self.assertEqual(response.status_code, 403)
        self.assertEqual(self.status_of(self.waiting), "rejected")

    def test_nonsense_is_nothing(self):
        for keys in ("", "x", "9" * 40, "\x00", "-1", "²"):
            with self.subTest(keys=keys):
                self.assertEqual(self.client.post(UNDO, {"decisions": keys}).status_code, 302)

    def test_way_back_stays_here(self):
        response = self.client.post(UNDO, {"decisions": "", "back": "https://evil.example/"})
        self.assertEqual(response["Location"], LIST)


@override_settings(TASKS=QUEUED)
class MailTests(UndoTestCase):
    def run_all(self):
        """Do what is due by now, and what would be due some minutes later."""
        run_tasks()
        DBTaskResult.objects.update(run_after=timezone.now())

    def test_mail_of_an_approval_waits_and_does_not_leave_once_it_is_undone(self):
        Following.objects.create(follower=make_follower(), post=self.post)
        page = self.press(self.waiting, "approved")
        run_tasks()
        self.assertEqual(mail.outbox, [])
        self.undo(page)
        Notification.objects.update(due_at=timezone.now())
        self.run_all()
        run_tasks()
        self.assertEqual(mail.outbox, [])

    def test_mail_of_an_approval_leaves_after_a_while(self):
        Following.objects.create(follower=make_follower(), post=self.post)
        self.press(self.waiting, "approved")
        run_tasks()
        Notification.objects.update(due_at=timezone.now())
        self.run_all()
        run_tasks()
        self.assertEqual(len(mail.outbox), 1)

    def test_statement_that_has_not_left_is_withdrawn(self):
        page = self.press(self.waiting, "rejected")
        self.run_all()
        self.undo(page)
        run_tasks()
        self.assertEqual(mail.outbox, [])
        self.assertIsNotNone(self.waiting.statements.get().withdrawn_at)

    def test_who_was_mailed_the_statement_is_mailed_that_it_no_longer_holds(self):
        page = self.press(self.waiting, "rejected")
        self.run_all()
        run_tasks()
        self.assertEqual(len(mail.outbox), 1)
        self.undo(page)
        run_tasks()
        self.assertIn("La décision sur votre commentaire a été annulée", mail.outbox[-1].subject)

    def test_statement_of_an_earlier_decision_holds_again(self):
        decide(self.waiting, "rejected", by=self.carol)
        first = self.waiting.statements.get()
        self.undo(self.press(self.waiting, "approved"))
        self.assertEqual(statement_about(Comment.objects.get(pk=self.waiting.pk)), first)
