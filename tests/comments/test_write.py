"""Writing a comment: what a reader sees from the form to the thread."""

import re
from datetime import timedelta

from django.core import signing
from django.test import TestCase
from django.utils import timezone

from comments.forms import STAMP_SALT, STAMP_SECONDS, make_stamp
from comments.limits import COMMENTS
from comments.models import Comment
from comments.moderation import decide
from comments.text import MAX_LENGTH
from tests.factories import make_comment, make_post, make_translation

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"


class WritingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def send(self, address=None, **changes):
        data = {
            "name": "Marthe",
            "email": "",
            "site": "",
            "text": "Une remarque : voyez www.example.org",
            "website": "",
            "stamp": make_stamp(self.post.pk),
        }
        headers = changes.pop("headers", {})
        address = address or f"/commentaires/sur/{self.post.pk}/"
        return self.client.post(address, data | changes, headers=headers)

    def assert_given_back(self, response, status=422, typed="Une remarque"):
        self.assertContains(response, typed, status_code=status)
        self.assertFalse(Comment.objects.exists())
        self.assertFalse(response.cookies)

    def test_comment_waits_at_an_address_that_only_its_writer_has(self):
        response = self.send()
        self.assertEqual(response.status_code, 302)
        waiting = self.client.get(response["Location"])
        self.assertContains(waiting, "Une remarque")
        self.assertIn("no-store", waiting["Cache-Control"])
        self.assertEqual(Comment.objects.get().status, Comment.Status.PENDING)
        self.assertNotContains(self.client.get(POST), "Une remarque")

    def test_waiting_address_leads_to_the_thread_after_approval(self):
        location = self.send()["Location"]
        comment = Comment.objects.get()
        decide(comment, Comment.Status.APPROVED, by=None)
        response = self.client.get(location, follow=True)
        self.assertEqual(response.redirect_chain[-1][0], f"{POST}#comment-{comment.pk}")
        self.assertContains(response, "Une remarque")

    def test_page_of_one_person_does_not_say_that_it_is_the_same_for_everybody(self):
        for_all = "cette page est la même pour tout le monde"
        self.assertContains(self.client.get(POST), for_all)
        waiting = self.client.get(self.send()["Location"])
        self.assertNotContains(waiting, for_all)
        self.assertContains(waiting, "n’est destinée qu’à vous")

    def test_waiting_address_cannot_be_guessed(self):
        self.send()
        response = self.client.get(f"/commentaires/en-attente/{Comment.objects.get().pk}/")
        self.assertEqual(response.status_code, 404)

    def test_link_in_a_comment_is_marked_as_a_reader_s(self):
        decide_all(self.send())
        page = self.client.get(POST).content.decode()
        link = re.search(r'<a [^>]*href="https?://www\.example\.org"[^>]*>', page)
        self.assertIn("nofollow", link[0])
        self.assertIn("ugc", link[0])

    def test_text_survives_each_mistake(self):
        mistakes = {
            "no name": {"name": ""},
            "bad e-mail": {"email": "marthe"},
            "bad site": {"site": "javascript:alert(1)"},
            "trap": {"website": "https://spam.example"},
            "forged stamp": {"stamp": "forged"},
            "no stamp": {"stamp": ""},
            "another post's stamp": {"stamp": make_stamp(self.post.pk + 1)},
            "NUL in the name": {"name": "Mar\x00the"},
        }
        for name, changes in mistakes.items():
            with self.subTest(name):
                self.assert_given_back(self.send(**changes))

    def test_title_of_the_page_says_that_something_is_wrong(self):
        self.assertContains(self.send(name=""), "<title>Erreur\u00a0: ", status_code=422)
        self.assertNotContains(self.send(preview="yes"), "Erreur\u00a0: ")
        self.assertNotContains(self.client.get(POST), "Erreur\u00a0: ")

    def test_megabyte_of_comment_comes_back_whole(self):
        text = "Une remarque. " * (1024 * 1024 // 14)
        response = self.send(text=text)
        self.assert_given_back(response, typed=text.strip())
        self.assertContains(response, f"au plus {MAX_LENGTH} caractères", status_code=422)

    def test_old_page_gives_a_fresh_form_with_the_text(self):
        old = timezone.now().timestamp() - STAMP_SECONDS - 1
        signer = signing.TimestampSigner(salt=STAMP_SALT)
        signer.timestamp = lambda: signing.b62_encode(int(old))
        stamp = signer.sign_object(self.post.pk)
        response = self.send(stamp=stamp)
        self.assert_given_back(response)
        fresh = re.search(r'name="stamp" value="([^"]+)"', response.content.decode())[1]
        self.assertEqual(self.send(stamp=fresh).status_code, 302)

    def test_form_of_another_site_is_given_back(self):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            with self.subTest(headers):
                self.assert_given_back(self.send(headers=headers))

    def test_form_of_this_site_is_taken(self):
        for headers in (
            {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"},
            {"Origin": "http://testserver"},
        ):
            with self.subTest(headers):
                self.assertEqual(self.send(text=str(headers), headers=headers).status_code, 302)

    def test_two_clicks_make_one_comment(self):
        self.assertEqual(self.send()["Location"][:30], self.send()["Location"][:30])
        self.assertEqual(Comment.objects.count(), 1)

    def test_one_address_is_held_after_many_comments(self):
        for number in range(COMMENTS):
            self.assertEqual(self.send(text=f"Remarque {number}").status_code, 302)
        response = self.send(text="De trop")
        self.assertContains(response, "De trop", status_code=429)
        self.assertEqual(Comment.objects.count(), COMMENTS)

    def test_closed_discussion_keeps_the_text(self):
        self.post.comment_policy = "closed"
        self.post.save()
        self.assert_given_back(self.send())

    def test_discussion_closes_after_its_days(self):
        self.post.comment_policy, self.post.comment_days = "timed", 10
        closes_at = self.post.published_at + timedelta(days=10)
        self.assertTrue(self.post.takes_comments(now=closes_at - timedelta(seconds=1)))
        self.assertFalse(self.post.takes_comments(now=closes_at))

    def test_answer_goes_below_its_parent(self):
        first = make_comment(self.post, text="Un")
        make_comment(self.post, text="Deux")
        self.send(f"/commentaires/{first.pk}/repondre/", text="Réponse à un")
        decide_all()
        texts = [c.text for c in Comment.objects.of(self.post).threaded()]
        self.assertEqual(texts, ["Un", "Réponse à un", "Deux"])

    def test_answer_to_what_has_gone_keeps_the_text(self):
        first = make_comment(self.post)
        decide(first, Comment.Status.REMOVED, by=None)
        response = self.send(f"/commentaires/{first.pk}/repondre/", text="Ma réponse")
        self.assertContains(response, "Ma réponse", status_code=422)
        self.assertEqual(Comment.objects.count(), 1)

    def test_draft_takes_no_comment(self):
        draft = make_post(slug="ebauche", status="draft")
        response = self.send(f"/commentaires/sur/{draft.pk}/")
        self.assertEqual(response.status_code, 404)

    def test_address_of_the_form_leads_to_the_form(self):
        response = self.client.get(f"/commentaires/sur/{self.post.pk}/")
        self.assertRedirects(response, f"{POST}#comment-form", fetch_redirect_response=False)

    def test_other_methods_are_refused(self):
        self.assertEqual(self.client.put(f"/commentaires/sur/{self.post.pk}/").status_code, 405)


class TranslationTests(TestCase):
    def test_discussion_is_one_for_both_languages(self):
        post = make_post()
        english = make_translation(post)
        make_comment(english, text="An English remark", language="en")
        page = self.client.get(POST)
        self.assertContains(page, "An English remark")
        self.assertContains(page, 'lang="en"')
        english.refresh_from_db()
        self.assertEqual(english.comment_count, 1)

    def test_comment_on_the_english_page_is_english(self):
        english = make_translation(make_post())
        data = {"name": "Owen", "text": "A remark", "stamp": make_stamp(english.pk)}
        response = self.client.post(f"/en/comments/on/{english.pk}/", data)
        self.assertIn("/en/comments/waiting/", response["Location"])
        self.assertEqual(Comment.objects.get().language, "en")


def decide_all(*ignored):
    for comment in Comment.objects.awaiting():
        decide(comment, Comment.Status.APPROVED, by=None)
