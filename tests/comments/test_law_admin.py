"""What moderators do with notices, contestations and rights of reply."""

from datetime import timedelta

from django.core import mail
from django.test import TestCase
from django.utils import timezone

from blog.models import Post
from comments.models import Appeal, Notice, ReplyRequest, StatementOfReasons
from comments.moderation import decide
from comments.reporting import ask_for_reply, contest, report
from tests.factories import make_alice, make_bob, make_carol, make_comment, make_post
from tests.forms import FormTestCase

NOTICES = "/admin/comments/notice/"
APPEALS = "/admin/comments/appeal/"
REPLIES = "/admin/comments/replyrequest/"


class LawAdminTests(FormTestCase, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.carol, cls.bob = make_carol(), make_bob()
        cls.post = make_post()
        cls.comment = make_comment(cls.post, text="Odieux.", email="lea@example.org")
        cls.notice = report(cls.comment, category="hate", explanation="Voyez.", name="Paul", email="paul@example.org")

    def setUp(self):
        self.client.force_login(self.carol)

    def test_queue_begins_with_what_is_open(self):
        self.assertContains(self.client.get(NOTICES), self.notice.reference)
        self.assertNotContains(self.client.get(f"{NOTICES}?state=decided"), self.notice.reference)
        self.assertContains(self.client.get("/admin/"), f'href="{NOTICES}"')

    def test_upholding_removes_the_comment(self):
        page = f"{NOTICES}{self.notice.pk}/change/"
        self.assertContains(self.client.get(page), "Odieux.")
        self.fill(page, "notice_form", {"decision": "upheld", "reasons": "Interdit.", "provision": "loi"})
        self.comment.refresh_from_db()
        self.notice.refresh_from_db()
        self.assertEqual((self.comment.status, self.notice.state), ("removed", "upheld"))
        self.assertEqual(self.notice.decided_by, self.carol)
        self.assertEqual(StatementOfReasons.objects.get().provision, "loi")

    def test_dismissing_needs_reasons(self):
        page = f"{NOTICES}{self.notice.pk}/change/"
        self.fill(page, "notice_form", {"decision": "dismissed"})
        self.assertTrue(Notice.objects.open().exists())
        self.fill(page, "notice_form", {"decision": "dismissed", "reasons": "Licite."})
        self.assertFalse(Notice.objects.open().exists())

    def test_what_is_decided_can_only_be_read(self):
        page = f"{NOTICES}{self.notice.pk}/change/"
        self.fill(page, "notice_form", {"decision": "dismissed", "reasons": "Licite."})
        self.assertContains(self.client.get(page), "Licite.")
        self.assertEqual(self.client.post(page, {"decision": "upheld", "reasons": "Non."}).status_code, 403)

    def test_restoring_brings_the_comment_back(self):
        decide(self.comment, "removed", by=self.carol)
        appeal = contest(StatementOfReasons.objects.get(), text="Ironie.")
        page = f"{APPEALS}{appeal.pk}/change/"
        self.assertContains(self.client.get(page), "Ironie.")
        self.fill(page, "appeal_form", {"decision": "restored", "reasons": "Soit."})
        self.comment.refresh_from_db()
        self.assertTrue(self.comment.is_readable())

    def test_what_its_writer_withdrew_is_not_restored(self):
        decide(self.comment, "removed", by=self.carol)
        appeal = contest(StatementOfReasons.objects.get(), text="Ironie.")
        decide(self.comment, "withdrawn", by=None)
        self.fill(f"{APPEALS}{appeal.pk}/change/", "appeal_form", {"decision": "restored", "reasons": "Soit."})
        self.assertTrue(Appeal.objects.open().exists())

    def test_reasons_typed_with_a_decision_reach_the_writer(self):
        changes = {"ground": "privacy", "provision": "art. 9", "facts": "Une adresse."}
        page = f"/admin/comments/comment/{self.comment.pk}/change/"
        self.fill(page, "comment_form", changes, button="decision=removed")
        self.assertIn("Une adresse.", mail.outbox[-1].body)
        self.assertEqual(StatementOfReasons.objects.get().ground, "privacy")

    def test_late_request_has_no_term(self):
        asked = ask_for_reply(self.post, passage="Un", text="Deux", name="Ève", email="eve@example.org")
        ReplyRequest.objects.filter(pk=asked.pk).update(due_at=timezone.now() - timedelta(hours=1))
        page = self.client.get(REPLIES, headers={"accept-language": "en"})
        self.assertContains(page, "The law does not bind you to publish it.")
        self.assertNotContains(page, "overdue")
        page = self.client.get(f"{REPLIES}{asked.pk}/change/", headers={"accept-language": "fr"})
        self.assertContains(page, "La loi ne vous oblige pas à publier la réponse.")

    def test_overdue_reply_is_marked(self):
        Post.objects.update(published_at=timezone.now() - timedelta(days=10))
        self.post.refresh_from_db()
        asked = ask_for_reply(self.post, passage="Un", text="Deux", name="Ève", email="eve@example.org")
        self.assertNotContains(self.client.get(REPLIES, headers={"accept-language": "en"}), "overdue")
        ReplyRequest.objects.filter(pk=asked.pk).update(due_at=timezone.now() - timedelta(hours=1))
        self.assertContains(self.client.get(REPLIES, headers={"accept-language": "en"}), "overdue")
        self.fill(f"{REPLIES}{asked.pk}/change/", "replyrequest_form", {"decision": "published", "reasons": "Fait."})
        self.assertFalse(ReplyRequest.objects.open().exists())

    def test_who_does_not_moderate_sees_nothing(self):
        self.client.force_login(self.bob)
        for address in (NOTICES, APPEALS, REPLIES, f"{NOTICES}register/", "/admin/comments/statementofreasons/"):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 403)

    def test_editors_see_the_pages_too(self):
        self.client.force_login(make_alice())
        for address in (NOTICES, APPEALS, REPLIES, f"{NOTICES}register/", "/admin/comments/statementofreasons/"):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 200)
