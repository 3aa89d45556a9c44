"""A right of reply is asked for by whoever an article names."""

import re
from datetime import timedelta

from django.core import mail
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from comments.forms import make_stamp
from comments.models import ReplyRequest
from comments.reporting import decide_reply, reply_path
from tests.factories import make_carol, make_post, make_translation

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
PAGE = "/en/right-of-reply/"


class ReplyRequestTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.english = make_translation(cls.post)

    def send(self, to=PAGE, **changes):
        data = {
            "address": f"https://example.org{POST}?x=1#haut",
            "passage": "« On dit qu’Ève… »",
            "text": "Ève répond.",
            "name": "Ève",
            "email": "eve@example.org",
            "sure": "on",
            "stamp": make_stamp("right of reply"),
        }
        return self.client.post(to, data | changes, follow=True)

    def test_it_is_due_three_days_after_it_came(self):
        response = self.send()
        asked = ReplyRequest.objects.get()
        self.assertContains(response, asked.reference)
        self.assertIn("no-store", response["Cache-Control"])
        self.assertEqual(asked.due_at - asked.received_at, timedelta(days=3))
        self.assertEqual((asked.post, asked.is_late()), (self.post, True))

    def test_late_request_is_promised_nothing(self):
        self.assertContains(self.send(), "no longer binds")
        self.assertIn("no longer binds", mail.outbox[0].body)
        self.assertNotIn("it appears before", mail.outbox[0].body)

    def test_request_in_time_is_told_its_term(self):
        type(self.post).objects.update(published_at=timezone.now() - timedelta(days=90))
        response = self.send(address=type(self.post).objects.get(pk=self.post.pk).path())
        self.assertContains(response, "the reply appears before")
        self.assertIn("it appears before", mail.outbox[0].body)

    def test_it_is_acknowledged_in_the_language_of_the_page(self):
        with override("fr"):
            french = reverse("comments:reply-request")
        self.send()
        self.send(french, text="Autre.")
        english, other = mail.outbox
        self.assertIn("has arrived", english.subject)
        self.assertEqual(ReplyRequest.objects.get(text="Autre.").language, "fr")
        self.assertNotIn("/en/", other.body)

    def test_mail_leads_to_a_page_with_all_that_was_typed_and_carries_none_of_it(self):
        self.send(text="Ève répond.\nEn deux lignes.")
        (message,) = mail.outbox
        for typed in ("Ève", "On dit qu"):
            self.assertNotIn(typed, message.body + message.alternatives[0].content)
        page = self.client.get(re.search(r"http://testserver(/\S+)", message.body)[1])
        for shown in ("Ève répond.<br>En deux lignes.", "On dit qu’Ève", ReplyRequest.objects.get().reference):
            self.assertContains(page, shown)
        self.assertContains(page, "noindex")
        self.assertIn("no-store", page["Cache-Control"])

    def test_page_says_what_was_decided(self):
        self.send()
        asked = ReplyRequest.objects.get()
        decide_reply(asked, "refused", by=make_carol(), outcome="Personne n’est nommé.")
        page = self.client.get(reply_path(asked))
        self.assertContains(page, "is not published")
        self.assertContains(page, "Personne n’est nommé.")
        self.assertEqual(self.client.get(f"{PAGE}forged/").status_code, 404)

    def test_decision_is_mailed_with_its_reasons_in_the_language_of_the_request(self):
        with override("fr"):
            french = reverse("comments:reply-request")
        self.send()
        self.send(french, text="Autre.")
        english, other = ReplyRequest.objects.order_by("pk")
        mail.outbox.clear()
        carol = make_carol()
        decide_reply(english, "refused", by=carol, outcome="Personne n’est nommé.")
        decide_reply(english, "published", by=carol, outcome="Si.")
        decide_reply(other, "published", by=carol, outcome="Sous l’article.")
        refused, published = mail.outbox
        self.assertEqual(refused.to, ["eve@example.org"])
        self.assertIn(f"Your right of reply {english.reference} has been decided on", refused.subject)
        for said in ("is not published", "> Personne n’est nommé.", "turn to a court", "/en/right-of-reply/"):
            self.assertIn(said, refused.body)
        self.assertIn("> Sous l’article.", published.body)
        self.assertNotIn("/en/", published.body)

    def test_decision_is_told_to_nobody_whose_address_is_no_longer_kept(self):
        self.send()
        ReplyRequest.objects.update(email="")
        mail.outbox.clear()
        decide_reply(ReplyRequest.objects.get(), "refused", by=make_carol(), outcome="Non.")
        self.assertEqual(mail.outbox, [])

    def test_english_article_is_found_by_its_path(self):
        self.send(address=self.english.path())
        self.assertEqual(ReplyRequest.objects.get().post, self.english)

    def test_text_survives_each_mistake(self):
        for changes in (
            {"address": "https://example.org/rien/"},
            {"address": "http://[x"},
            {"address": POST.replace("2016", "2015")},
            {"name": ""},
            {"email": "eve"},
            {"passage": "a\0b"},
            {"stamp": "x"},
        ):
            with self.subTest(changes):
                self.assertContains(self.send(**changes), "Ève répond.", status_code=422)
        self.assertFalse(ReplyRequest.objects.exists())
