"""A commenter copies or erases all they wrote, by proving that they hold the address."""

import re
from datetime import timedelta
from unittest import mock

from django.core import mail, signing
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from comments.forms import make_stamp
from comments.law.limits import OWN_DATA
from comments.models import Comment, Edit, Follower, Following
from tests.factories import make_comment, make_post

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
REQUEST = "/en/comments/my-data/"


class OwnDataTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.answered = make_comment(cls.post, email="Lea@example.org", name="Léa", text="Un souvenir.")
        cls.answer = make_comment(cls.post, parent=cls.answered, text="Une réponse.", name="Paul")
        cls.waiting = make_comment(cls.post, email="lea@example.org", name="Léa", text="Autre.", status="pending")

    def ask(self, **changes):
        data = {"email": "lea@example.org", "stamp": make_stamp("own data")}
        return self.client.post(REQUEST, data | changes)

    def link(self):
        self.ask()
        return re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]

    def erase(self, **changes):
        link = self.link()
        stamp = re.search(r'name="stamp" value="([^"]+)"', self.client.get(link).content.decode())[1]
        return self.client.post(link, {"stamp": stamp} | changes)

    def test_answer_is_the_same_whether_somebody_wrote(self):
        known, unknown = self.ask(), self.ask(email="nobody@example.org")
        self.assertEqual(known.content, unknown.content)
        self.assertEqual([each.to for each in mail.outbox], [["lea@example.org"]])

    def test_link_shows_all_of_it_and_only_that(self):
        response = self.client.get(self.link())
        for text in ("Un souvenir.", "Autre."):
            self.assertContains(response, text)
        self.assertNotContains(response, "Une réponse.")
        self.assertContains(response, "noindex")
        self.assertIn("no-store", response["Cache-Control"])
        self.assertFalse(response.cookies)

    def test_link_does_not_hold_the_address(self):
        self.assertNotIn(signing.b64_encode(b"lea@example").decode()[:12], self.link())

    def test_copy_holds_each_comment(self):
        response = self.client.get(f"{self.link()}copy.json")
        self.assertEqual([each["text"] for each in response.json()["comments"]], ["Autre.", "Un souvenir."])
        self.assertIn("attachment", response["Content-Disposition"])

    def test_erasing_leaves_the_conversation_readable(self):
        self.assertEqual(self.erase().status_code, 200)
        for comment in (self.answered, self.waiting):
            comment.refresh_from_db()
            self.assertEqual((comment.status, comment.text, comment.html), ("withdrawn", "—", ""))
            self.assertEqual((comment.name, comment.email, comment.site), ("—", "", ""))
        page = self.client.get(POST)
        self.assertContains(page, "Une réponse.")
        self.assertContains(page, "retiré par son auteur")
        self.assertNotContains(page, "Léa")
        self.assertEqual(Comment.objects.approved().count(), 1)

    def test_erasing_takes_former_texts_and_followings_too(self):
        Edit.objects.create(comment=self.waiting, text="Léa avait écrit")
        follower = Follower.objects.create(email="Lea@example.org", language="fr")
        Following.objects.create(follower=follower, post=self.post)
        self.erase()
        self.assertFalse(Edit.objects.exists())
        self.assertFalse(Follower.objects.exists())

    def test_link_is_used_up_by_erasing(self):
        link = self.link()
        self.erase()
        self.assertEqual(self.client.get(link).status_code, 404)

    def test_erasing_needs_the_stamp_of_the_page(self):
        self.assertEqual(self.erase(stamp="").status_code, 422)
        self.assertEqual(Comment.objects.exclude(email="").count(), 2)

    def test_link_is_good_for_a_day(self):
        link = self.link()
        tomorrow = (timezone.now() + timedelta(hours=25)).timestamp()
        with mock.patch("django.core.signing.time.time", return_value=tomorrow):
            self.assertEqual(self.client.get(link).status_code, 404)

    def test_forged_links_lead_nowhere(self):
        for token in ("x", f"{self.answered.pk}", signing.dumps(self.answered.pk, salt="comments.waiting")):
            with self.subTest(token):
                self.assertEqual(self.client.get(f"{REQUEST}{token}/").status_code, 404)
                self.assertEqual(self.client.get(f"{REQUEST}{token}/copy.json").status_code, 404)

    def test_one_sender_is_held_after_many_requests(self):
        for _number in range(OWN_DATA.most):
            self.ask()
        self.assertContains(self.ask(), "lea@example.org", status_code=429)
        self.assertEqual(len(mail.outbox), OWN_DATA.most)

    def test_mail_is_in_the_language_of_the_page(self):
        self.ask()
        with override("fr"):
            address = reverse("comments:own-data-request")
        self.client.post(address, {"email": "lea@example.org", "stamp": make_stamp("own data")})
        english, french = mail.outbox
        self.assertIn("Your comments", english.subject)
        self.assertIn(f"http://testserver{REQUEST}", english.body)
        self.assertIn(f"http://testserver{address}", french.body)
