"""What somebody decided, changed or took back while another was still reading: it is never decided over, nor lost."""

from unittest.mock import patch

from django.test import TestCase
from django.utils import timezone

from comments import accepting
from comments.alerts.deciding import DecidedMeanwhileError, decide_as_seen, digest_seen
from comments.forms import make_stamp
from comments.locking import GoneError
from comments.mending import change_text, mend, withdraw
from comments.models import Appeal, Comment, Decision, Edit, Notice
from comments.moderation import answer_comment, decide
from comments.reporting import contest, report
from comments.spam import judging
from comments.spam.judging import Verdict, judge_and_hold
from comments.spam.reasons import Reason
from tests.factories import make_author, make_carol, make_comment, make_post
from tests.forms import FormTestCase

Status = Comment.Status


def before(module, name, act):
    """Return a patch that lets something happen just before a function is called, once."""
    real, waiting = getattr(module, name), [act]

    def call(*args, **kwargs):
        if waiting:
            waiting.pop()()
        return real(*args, **kwargs)

    return patch.object(module, name, call)


class MeanwhileTestCase(FormTestCase, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.carol = make_carol()
        cls.post = make_post()
        cls.comment = make_comment(cls.post, text="Une remarque.", email="lea@example.org", status=Status.PENDING)

    def status(self):
        return Comment.objects.get(pk=self.comment.pk).status


class StaleDecisionTests(MeanwhileTestCase):
    def test_what_its_writer_took_back_is_not_published(self):
        stale = Comment.objects.get(pk=self.comment.pk)
        withdraw(self.comment)
        self.assertIsNone(decide(stale, Status.APPROVED, by=self.carol))
        self.assertEqual(self.status(), Status.WITHDRAWN)
        self.assertFalse(Decision.objects.filter(by=self.carol).exists())

    def test_link_of_a_mail_says_that_it_decided_nothing(self):
        withdraw(self.comment)
        seen = digest_seen(self.comment)
        with self.assertRaises(DecidedMeanwhileError):
            decide_as_seen(self.comment, Status.APPROVED, expected=Status.WITHDRAWN, seen=seen, by=self.carol)

    def test_nobody_answers_what_was_taken_back(self):
        stale = Comment.objects.get(pk=self.comment.pk)
        withdraw(self.comment)
        with self.assertRaises(GoneError):
            answer_comment(stale, author=make_author(), text="Merci !", by=self.carol)
        self.assertEqual(Comment.objects.count(), 1)


class StaleCaseTests(MeanwhileTestCase):
    def setUp(self):
        self.client.force_login(self.carol)

    def test_upholding_leaves_what_its_writer_took_back(self):
        decide(self.comment, Status.APPROVED, by=self.carol)
        report(self.comment, category="hate", explanation="Voyez.", name="Paul", email="")
        notice = Notice.objects.select_related("comment").get()
        withdraw(self.comment)
        with patch("comments.admin.law.NoticeAdmin.get_object", return_value=notice):
            self.client.post(
                f"/admin/comments/notice/{notice.pk}/change/", {"decision": "upheld", "reasons": "Interdit."}
            )
        self.assertEqual(self.status(), Status.WITHDRAWN)
        self.assertFalse(self.comment.statements.exists())

    def test_second_moderator_is_told_that_nothing_was_done(self):
        notice = report(self.comment, category="hate", explanation="Voyez.", name="Paul", email="")
        page = f"/admin/comments/notice/{notice.pk}/change/"
        stale = Notice.objects.get()
        Notice.objects.update(state="dismissed", decided_at=timezone.now())
        with patch("comments.admin.law.NoticeAdmin.get_object", return_value=stale):
            response = self.client.post(page, {"decision": "upheld", "reasons": "Interdit."}, follow=True)
        self.assertContains(response, '<li class="warning">')
        self.assertNotContains(response, '<li class="success">')

    def test_appeal_restores_nothing_that_cannot_come_back(self):
        decide(self.comment, Status.REJECTED, by=self.carol)
        appeal = contest(self.comment.statements.get(), text="Pourquoi ?")
        page = f"/admin/comments/appeal/{appeal.pk}/change/"
        stale = Appeal.objects.select_related("statement__comment").get()
        decide(self.comment, Status.WITHDRAWN, by=None)
        with patch("comments.admin.law.AppealAdmin.get_object", return_value=stale):
            response = self.client.post(page, {"decision": "restored", "reasons": "Soit."}, follow=True)
        self.assertContains(response, '<li class="warning">')
        self.assertEqual(self.status(), Status.WITHDRAWN)
        self.assertTrue(Appeal.objects.open().exists())


class StaleEditTests(MeanwhileTestCase):
    def test_text_that_was_mended_meanwhile_is_kept_as_the_former_one(self):
        stale = Comment.objects.get(pk=self.comment.pk)
        mend(self.comment, "Une autre remarque.")
        change_text(stale, "[…]", by=self.carol)
        self.assertEqual(Edit.objects.get(by=self.carol).text, "Une autre remarque.")


class StaleVerdictTests(MeanwhileTestCase):
    def test_verdict_on_a_former_text_changes_nothing(self):
        stale = Comment.objects.get(pk=self.comment.pk)
        mend(self.comment, "Une tout autre remarque.")
        with patch.object(judging, "judge", return_value=Verdict((Reason("links", 9.0),))):
            judge_and_hold(stale)
        self.assertEqual(self.status(), Status.PENDING)
        self.assertLess(Comment.objects.get(pk=self.comment.pk).spam_score, 0)


class AnswerTests(MeanwhileTestCase):
    def test_answer_to_what_goes_while_it_is_saved_comes_back_with_its_text(self):
        parent = make_comment(self.post, text="Un secret.")
        data = {"name": "Paul", "text": "Ma réponse.", "website": "", "stamp": make_stamp(self.post.pk)}
        with before(accepting, "find_twin", lambda: withdraw(parent)):
            response = self.client.post(f"/commentaires/{parent.pk}/repondre/", data)
        self.assertContains(response, "Ma réponse.", status_code=422)
        self.assertContains(response, "a disparu entre-temps", status_code=422)
        self.assertNotContains(response, "Un secret.", status_code=422)
        self.assertFalse(parent.answers.exists())

    def test_form_shows_nothing_of_what_has_gone_or_nobody_has_read(self):
        gone = make_comment(self.post, text="Un secret.")
        withdraw(gone)
        data = {"name": "Paul", "text": "Ma réponse.", "website": "", "stamp": make_stamp(self.post.pk)}
        response = self.client.post(f"/commentaires/{gone.pk}/repondre/", data)
        self.assertNotContains(response, "Un secret.", status_code=422)
        response = self.client.post(f"/commentaires/{self.comment.pk}/repondre/", data)
        self.assertNotContains(response, "Une remarque.", status_code=422)
        self.assertNotContains(response, self.comment.name, status_code=422)
