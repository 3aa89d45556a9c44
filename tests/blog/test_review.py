"""A post read before it is out by somebody without an account, who says what they think of it."""

import re
from datetime import timedelta
from itertools import count
from smtplib import SMTPRecipientsRefused
from unittest import mock

import time_machine
from bs4 import BeautifulSoup
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog import review_forms
from blog.binning import put_in_bin
from blog.models import EditorMail, Post, ReviewAddress, ReviewMail, ReviewRemark
from blog.reviewing import MOST_ADDRESSES, Reader, answer, open_address, path_of, revoke, say, state_of
from blog.revising import begin, content_of, keep_apart
from comments.law.retention import enforce
from tests.factories import (
    make_alice,
    make_author,
    make_bob,
    make_carol,
    make_post,
    make_tag,
    make_user,
)
from tests.forms import FormTestCase, read_form

numbers = count(1)

HERE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
BODY = (
    "<p>Une question revient.</p><h2>Pourquoi</h2><p>Une réponse vient, et elle est longue.</p>"
    "<ul><li>un</li><li>deux</li></ul><blockquote><p>Une citation.</p></blockquote>"
)


class Reviewed(FormTestCase, TestCase):
    """Alice edits; Ana reads a draft of hers without an account, and speaks English."""

    @classmethod
    def setUpTestData(cls):
        cls.alice = make_alice()
        cls.alice.email = "alice@example.org"
        cls.alice.save()
        cls.author = make_author(user=cls.alice)
        cls.post = make_post(
            title="Un brouillon",
            slug="un-brouillon",
            body=BODY,
            status="draft",
            published_at=None,
            authors=[cls.author],
        )
        cls.address = cls.make_address(cls.post)

    @classmethod
    def make_address(cls, post, **overrides):
        reader = {"name": "Ana", "language": "en"} | {
            name: overrides.pop(name) for name in ("name", "language", "email", "note") if name in overrides
        }
        options = {"expires_at": timezone.now() + timedelta(days=14), "by": cls.alice, "language": "en"} | overrides
        return open_address(post, Reader(**reader), **options)

    def setUp(self):
        self.path = path_of(self.address)
        self.review = f"/admin/blog/post/{self.post.pk}/review/"

    def send(self, name, headers=HERE, **data):
        fields = {"once": f"once-{next(numbers)}", "seen": self.state()} | data
        return self.client.post(f"{self.path}{name}/", fields, headers=headers)

    def state(self):
        return state_of(Post.objects.get(pk=self.post.pk))

    def key(self, words):
        """Return the key of the passage that begins with these words, as the list of them on the page has it."""
        page = self.client.get(self.path).content.decode()
        return re.search(rf'<option value="([^"]+)"[^>]*>{words}', page)[1]

    def remark(self, words="Une réponse", text="Who says so?", **data):
        return self.send("remark", passage=self.key(words), text=text, **data)

    def edit(self, old, new):
        post = Post.objects.get(pk=self.post.pk)
        post.body = post.body.replace(old, new)
        post.save()


class ReadingTests(Reviewed):
    def test_the_post_stands_there_as_readers_will_see_it_in_its_language_with_tools_in_theirs(self):
        page = self.client.get(self.path)
        self.assertTrue(self.path.startswith("/en/review/p/"))
        self.assertContains(page, '<html lang="fr">')
        self.assertContains(page, '<h1 class="p-name">Un brouillon</h1>')
        self.assertContains(page, "Une réponse vient, et elle est longue.")
        self.assertContains(page, "A preview for Ana, until")
        self.assertContains(page, "I approve of this text")
        self.assertContains(page, '<aside class="review-bar" lang="en"')

    def test_a_french_reader_has_french_tools(self):
        address = self.make_address(self.post, name="Anaïs", language="fr")
        self.assertTrue(path_of(address).startswith("/review/p/"))
        page = self.client.get(path_of(address))
        self.assertContains(page, '<aside class="review-bar" aria-label')
        self.assertEqual(page.headers["Content-Language"], "fr")

    def test_without_the_tools_it_is_the_very_page(self):
        self.client.force_login(self.alice)
        preview = self.client.get(f"/admin/blog/post/{self.post.pk}/preview/").content.decode()
        self.client.logout()
        look = self.client.get(f"{self.path}look/").content.decode()

        def moment(page):
            return re.sub(r'(datetime|content)="20[^"]+"', "", page)

        self.assertEqual(moment(look), moment(preview))

    def test_nobody_keeps_finds_or_hands_it_on(self):
        for path in (self.path, f"{self.path}look/"):
            page = self.client.get(path)
            self.assertIn("no-store", page.headers["Cache-Control"])
            self.assertEqual(page.headers["X-Robots-Tag"], "noindex, nofollow")
            self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
            self.assertFalse(page.cookies)
            self.assertContains(page, '<meta name="robots" content="noindex">')
            self.assertIn("frame-ancestors 'none'", page.headers["Content-Security-Policy"])

    def test_the_working_copy_of_a_published_post_is_shown_with_its_byline_and_subjects(self):
        post = make_post(slug="publie", authors=[self.author])
        begin(post)
        other, tag = make_author(name="Nadia Benslimane", slug="nadia"), make_tag()
        content = content_of(post) | {
            "title": "Retouché",
            "body": "<p>Nouveau texte.</p>",
            "authors": [{"id": other.pk, "name": other.name}],
            "tags": [{"id": tag.pk, "name": str(tag)}],
        }
        keep_apart(post, content, by=self.alice)
        page = self.client.get(path_of(self.make_address(post)))
        for words in ("Retouché", "Nouveau texte.", "Nadia Benslimane", "Informatique en nuage"):
            self.assertContains(page, words)
        self.assertNotContains(page, "Yann Gourvennec")
        post.refresh_from_db()
        self.assertEqual(post.title, "Président numérique : une bonne idée ?")

    def test_a_scheduled_post_is_shown(self):
        post = make_post(slug="demain", published_at=timezone.now() + timedelta(days=1))
        self.assertContains(self.client.get(path_of(self.make_address(post))), "Une réponse vient.")

    def test_an_address_that_was_made_up_leads_nowhere(self):
        for token in ("x", "x" * 43, "x" * 5000):
            self.assertEqual(self.client.get(f"/review/p/{token}/").status_code, 404)

    def test_expired_revoked_or_with_its_post_in_the_bin_it_says_so_and_shows_nothing(self):
        with time_machine.travel(timezone.now() + timedelta(days=15)):
            expired = self.client.get(self.path)
        other = self.make_address(self.post, language="fr")
        ReviewAddress.objects.filter(pk=self.address.pk).update(revoked_at=timezone.now())
        for page in (expired, self.client.get(self.path), self.send("approve"), self.client.get(f"{self.path}look/")):
            self.assertContains(page, "This preview is over", status_code=410)
            self.assertNotContains(page, "brouillon", status_code=410)
        put_in_bin(self.post, by=self.alice)
        gone = self.client.get(path_of(other))
        self.assertContains(gone, '<html lang="fr">', status_code=410)
        self.assertFalse(ReviewRemark.objects.exists())

    def test_only_the_digest_is_kept(self):
        token = self.path.split("/")[-2]
        for name in ("seed", "digest"):
            self.assertNotIn(token, getattr(self.address, name))
        with self.settings(SECRET_KEY="another"):
            self.assertEqual(path_of(self.address), "")
            self.assertEqual(self.client.get(self.path).status_code, 200)

    def test_it_is_noted_when_it_was_opened_and_looking_does_nothing_else(self):
        self.client.head(self.path)
        self.address.refresh_from_db()
        self.assertIsNone(self.address.opened_at)
        for name in ("remark", "approve", "changes", "withdraw"):
            self.assertEqual(self.client.get(f"{self.path}{name}/").status_code, 302)
            self.assertEqual(self.client.head(f"{self.path}{name}/").status_code, 302)
        self.client.get(self.path)
        self.address.refresh_from_db()
        self.assertIsNotNone(self.address.opened_at)
        self.assertFalse(ReviewRemark.objects.exists())

    def test_queries_do_not_grow_with_what_was_said(self):
        def queries_of_page():
            with CaptureQueriesContext(connection) as queries:
                self.client.get(self.path)
            return len(queries)

        self.remark()
        before = queries_of_page()
        for number in range(8):
            self.remark(text=f"Remark {number}")
        self.assertEqual(queries_of_page(), before)
        self.assertLess(before, 20)


class SpeakingTests(Reviewed):
    def test_each_block_leads_to_the_form_at_it(self):
        page = self.client.get(self.path).content.decode()
        links = re.findall(r'href="([^"]+)\?passage=([^"#]+)#remark"', page)
        self.assertEqual(len(links), 5)
        for address, key in links:
            at = self.client.get(address, {"passage": key}).content.decode()
            fields, _buttons = read_form(at, "remark")
            self.assertEqual(fields["passage"], [key])
            # Behind the passage, and not below the text.
            self.assertLess(at.index('id="remark"'), at.index('class="review-panel"'))

    def test_each_link_and_button_has_a_name_of_its_own(self):
        for text in ("Who says so?", "And when?"):
            self.remark(text=text)
        self.remark("un", text="One what?")
        french = path_of(self.make_address(self.post, name="Anaïs", language="fr"))
        for path, words in ((self.path, "Remark on this passage: Une réponse"), (french, "passage : Une réponse")):
            tree = BeautifulSoup(self.client.get(path).content, "lxml")
            for selector in ("a.review-link", "button", "aside"):
                found = tree.select(selector)
                names = [each.get("aria-label") or " ".join(each.get_text().split()) for each in found]
                with self.subTest(path=path, selector=selector):
                    self.assertEqual(sorted(set(names)), sorted(names))
            self.assertTrue(any(words in " ".join(each.get_text().split()) for each in tree.select("a.review-link")))
        tree = BeautifulSoup(self.client.get(self.path).content, "lxml")
        self.assertEqual({each["lang"] for each in tree.select("a.review-link span")}, {"fr"})
        self.assertTrue(any("Take this back: And when?" in each.get_text() for each in tree.select("button")))

    def test_a_remark_on_a_passage_stands_below_it(self):
        response = self.remark(quote="et elle est longue")
        remark = ReviewRemark.objects.get()
        self.assertRedirects(response, f"{self.path}#said-{remark.pk}")
        self.assertEqual(
            (remark.text, remark.quote, remark.passage),
            ("Who says so?", "et elle est longue", "Une réponse vient, et elle est longue."),
        )
        page = self.client.get(self.path).content.decode()
        self.assertLess(page.index("elle est longue."), page.index("Who says so?"))
        self.assertLess(page.index("Who says so?"), page.index("</a>un</li>"))

    def test_words_without_a_passage_are_looked_for_whatever_spaces_typography_put(self):
        self.edit("Une question revient.", "Une question revient : « oui » ?")
        self.send("remark", passage="", quote="revient : « oui » ?", text="Why?")
        self.assertEqual(ReviewRemark.objects.get().passage, "Une question revient : « oui » ?")

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self):
        for data, complaint in (
            ({"quote": "nowhere in it"}, "These words do not stand in the passage"),
            ({"text": ""}, "This field is required"),
            ({"text": "x" * 2001}, "at most 2000 characters"),
            ({"once": ""}, "The form was not whole"),
        ):
            with self.subTest(complaint=complaint):
                response = self.remark(**{"text": "My long thought", "quote": "est longue"} | data)
                self.assertContains(response, complaint, status_code=422)
                self.assertRegex(response.content.decode(), "<title>(?:Error|Erreur\u00a0): ")
                fields, _buttons = read_form(response.content.decode(), "remark")
                self.assertEqual(fields["quote"], [data.get("quote", "est longue")])
                self.assertEqual(fields["text"], [data.get("text", "My long thought")])
        self.assertFalse(ReviewRemark.objects.exists())

    def test_a_passage_that_changed_meanwhile_loses_no_remark(self):
        key = self.key("Une réponse")
        self.edit("elle est longue", "elle est courte")
        response = self.send("remark", passage=key, text="My long thought")
        self.assertContains(response, "choose the passage again", status_code=422)
        self.assertContains(response, "My long thought", status_code=422)

    def test_sent_twice_it_is_said_once(self):
        for _ in range(2):
            self.assertEqual(self.remark(once="same").status_code, 302)
        self.assertEqual(ReviewRemark.objects.count(), 1)

    def test_html_in_it_stays_text(self):
        self.remark(text="<script>alert(1)</script>", quote="")
        self.assertNotContains(self.client.get(self.path), "<script>alert")
        self.client.force_login(self.alice)
        self.assertNotContains(self.client.get(self.review), "<script>alert")

    def test_approval_is_taken_for_the_text_that_was_seen(self):
        old = self.state()
        self.edit("longue", "courte")
        response = self.send("approve", seen=old, text="Fine with me")
        self.assertContains(response, "The text has changed since you opened the page", status_code=409)
        self.assertContains(response, "Fine with me", status_code=409)
        self.assertFalse(ReviewRemark.objects.exists())
        self.send("approve", text="Fine with me")
        self.assertContains(self.client.get(self.path), "You approved of this text on")
        self.edit("courte", "longue")
        self.assertContains(self.client.get(self.path), "It has changed since then.")

    def test_asking_for_changes_with_a_word(self):
        self.send("changes", text="Shorter, please.")
        page = self.client.get(self.path)
        self.assertContains(page, "You asked for changes on")
        self.assertContains(page, "Shorter, please.")

    def test_what_was_said_can_be_taken_back_and_nothing_of_others(self):
        self.remark()
        others = self.make_address(self.post, name="Basile")
        say(others, "remark", text="Not yours", once="x", state=self.state())
        mine, theirs = ReviewRemark.objects.order_by("pk")
        self.assertNotContains(self.client.get(self.path), "Not yours")
        for remark in (mine, theirs):
            self.assertEqual(self.send("withdraw", remark=remark.pk).status_code, 302)
        self.assertEqual(list(ReviewRemark.objects.standing()), [theirs])
        self.assertNotContains(self.client.get(self.path), "Who says so?")
        self.client.force_login(self.alice)
        self.assertNotContains(self.client.get(self.review), "Who says so?")

    def test_forms_of_other_sites_are_refused_and_keep_what_was_typed(self):
        elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        response = self.send("remark", headers=elsewhere, passage="", text="Forged")
        self.assertContains(response, "sent from another site", status_code=403)
        self.assertEqual(self.send("approve", headers=elsewhere).status_code, 403)
        self.assertFalse(ReviewRemark.objects.exists())

    def test_a_flood_is_stopped(self):
        most = review_forms.ON_A_PAGE.most
        for number in range(most):
            self.send("withdraw", remark=number + 1)
        response = self.send("remark", passage="", text="One more")
        self.assertContains(response, "Wait an hour", status_code=429)
        self.assertContains(response, "One more", status_code=429)

    def test_there_is_an_end_to_it(self):
        rows = [ReviewRemark(address=self.address, text="x", state="s", once=str(number)) for number in range(500)]
        ReviewRemark.objects.bulk_create(rows)
        response = self.send("remark", passage="", text="One more")
        self.assertContains(response, "it takes no more", status_code=429)


class MailTests(Reviewed):
    def test_the_address_is_mailed_in_the_language_of_who_reads(self):
        for language, words in (("en", "asks you to read “Un brouillon”"), ("fr", "Un brouillon")):
            with self.captureOnCommitCallbacks(execute=True):
                address = self.make_address(
                    self.post, language=language, email="ana@example.org", note="Mind the figures."
                )
            letter = mail.outbox[-1]
            self.assertEqual(letter.to, ["ana@example.org"])
            self.assertIn(words, letter.body)
            self.assertIn("> Mind the figures.", letter.body)
            self.assertIn(path_of(address), letter.body)
        self.assertEqual(set(ReviewMail.objects.values_list("state", flat=True)), {"sent"})

    def test_one_mail_for_a_heap(self):
        self.remark()
        self.remark(text="And this?")
        self.send("approve")
        row = ReviewMail.objects.get(editor=self.alice)
        from blog.review_mails import deliver

        deliver(row.pk)
        self.assertEqual(mail.outbox, [])
        with time_machine.travel(timezone.now() + timedelta(minutes=6)):
            deliver(row.pk)
            deliver(row.pk)
            letter = mail.outbox[0]
            self.assertEqual((len(mail.outbox), letter.to), (1, ["alice@example.org"]))
            self.assertIn("3 remarks on “Un brouillon”", letter.subject)
            for words in (
                "Ana on “Une réponse vient, et elle est longue.”",
                "And this?",
                "Ana approves of",
                self.review,
            ):
                self.assertIn(words, letter.body)
            self.remark(text="Later")
        later = ReviewMail.objects.get(state="waiting")
        self.assertGreater(later.next_try_at, timezone.now() + timedelta(minutes=50))

    def test_what_was_taken_back_is_not_mailed(self):
        self.remark()
        self.send("withdraw", remark=ReviewRemark.objects.get().pk)
        from blog.review_mails import deliver

        with time_machine.travel(timezone.now() + timedelta(minutes=6)):
            deliver(ReviewMail.objects.get().pk)
        self.assertEqual((mail.outbox, ReviewMail.objects.count()), ([], 0))

    def later(self):
        """Let a few minutes go by, after which housekeeping finds what is due; return the mails that left."""
        from blog.review_mails import SOON, deliver_forgotten

        mail.outbox.clear()
        with time_machine.travel(timezone.now() + SOON + timedelta(seconds=1)):
            deliver_forgotten()
        return mail.outbox

    def test_who_wants_no_mail_gets_none_and_whose_mails_come_in_french_reads_french(self):
        choice = EditorMail.objects.get(user=self.alice)
        self.assertEqual(
            (choice.language, choice.remarks_on), ("en", True), "as the page on which she made the address"
        )
        EditorMail.objects.update(language="fr")
        self.remark()
        (letter,) = self.later()
        self.assertIn('<html lang="fr"', letter.alternatives[0].content)
        self.assertIn("http://testserver/admin/blog/editormail/", letter.body)
        EditorMail.objects.update(remarks_on=False)
        self.remark(text="And this?")
        self.assertFalse(ReviewMail.objects.filter(state="waiting").exists())

    def test_an_editor_whose_address_takes_no_mail_is_left_alone(self):
        self.remark()
        refused = SMTPRecipientsRefused({"alice@example.org": (550, b"5.1.1 no such user")})
        with mock.patch("django.core.mail.EmailMultiAlternatives.send", side_effect=refused):
            self.later()
        self.assertEqual(ReviewMail.objects.get().state, "failed")
        self.assertFalse(EditorMail.objects.get().is_reached())
        self.assertIsNone(ReviewRemark.objects.get().told_at)

    def test_answers_are_mailed_to_who_gave_an_address_once_for_all_of_them(self):
        address = self.make_address(self.post, language="fr", email="ana@example.org")
        remarks = [
            say(address, "remark", text=f"Remarque {number}.", once=f"x{number}", state=state_of(self.post))[0]
            for number in (1, 2)
        ]
        ReviewMail.objects.all().delete()
        for remark in remarks:
            answer(remark, "C’est corrigé.", by=self.alice)
        (letter,) = self.later()
        self.assertEqual(letter.to, ["ana@example.org"])
        self.assertIn(path_of(address), letter.body)
        self.assertIn('<html lang="fr"', letter.alternatives[0].content)
        for words in ("Remarque 1.", "Remarque 2.", "C’est corrigé."):
            self.assertIn(words, letter.body)
        self.assertEqual(self.later(), [])

    def test_an_answer_that_was_taken_away_or_whose_address_was_revoked_is_not_mailed(self):
        address = self.make_address(self.post, email="ana@example.org")
        remark = say(address, "remark", text="Why?", once="x", state=state_of(self.post))[0]
        ReviewMail.objects.all().delete()
        answer(remark, "Because.", by=self.alice)
        answer(remark, "", by=self.alice)
        self.assertEqual((self.later(), ReviewMail.objects.count()), ([], 0))
        answer(remark, "Because.", by=self.alice)
        revoke(address)
        self.assertEqual((self.later(), ReviewMail.objects.get().state), ([], "failed"))
        quiet = say(self.address, "remark", text="Why?", once="y", state=state_of(self.post))[0]
        answer(quiet, "There is nobody to mail.", by=self.alice)
        self.assertEqual(ReviewMail.objects.filter(state="waiting", editor=None).count(), 0)

    def test_a_process_that_was_killed_mails_nothing_twice(self):
        from blog.review_mails import deliver, deliver_forgotten

        self.remark()
        row = ReviewMail.objects.get()
        ReviewRemark.objects.update(told_at=timezone.now())
        ReviewMail.objects.update(state="sending", claimed_at=timezone.now() - timedelta(hours=2))
        deliver_forgotten()
        deliver(row.pk)
        row.refresh_from_db()
        self.assertEqual((mail.outbox, row.state), ([], "failed"))


class EditorTests(Reviewed):
    def setUp(self):
        super().setUp()
        self.remark(quote="elle est longue")
        self.client.force_login(self.alice)

    def make(self, **changes):
        changes = {"name": "Basile", "language": "fr"} | changes
        return self.fill(self.review, "address_form", changes, button="")

    def act(self, act, **data):
        remark = ReviewRemark.objects.get()
        return self.client.post(f"{self.review}remark/", {"remark": remark.pk, "act": act} | data)

    def english(self, path):
        return self.client.get(path, headers={"accept-language": "en"})

    def test_an_address_is_made_good_for_a_fortnight_and_the_log_says_so(self):
        self.assertRedirects(self.make(note="Bonjour"), f"{self.review}#addresses")
        address = ReviewAddress.objects.get(name="Basile")
        self.assertEqual((address.expires_at - timezone.now()).days, 14)
        page = self.english(self.review)
        self.assertContains(page, path_of(address))
        self.assertContains(page, "not yet")
        self.assertIn("Basile", LogEntry.objects.latest("pk").get_change_message())

    def test_a_form_with_mistakes_says_which_and_keeps_the_rest(self):
        for changes in ({"name": ""}, {"until": "2001-01-01"}, {"until": "2999-01-01"}, {"email": "nonsense"}):
            with self.subTest(changes=changes):
                response = self.make(**{"note": "Keep me"} | changes)
                self.assertContains(response, "Keep me", status_code=422)
                self.assertContains(response, "errorlist", status_code=422)
        self.assertEqual(ReviewAddress.objects.count(), 1)

    def test_there_is_an_end_to_addresses(self):
        for number in range(MOST_ADDRESSES - 1):
            self.make_address(self.post, name=str(number))
        self.assertEqual(self.make().status_code, 422)

    def test_it_is_revoked(self):
        self.client.post(f"{self.review}revoke/", {"address": self.address.pk})
        self.assertEqual(self.client.get(self.path).status_code, 410)
        page = self.english(self.review)
        self.assertContains(page, "revoked on")
        self.assertContains(page, "Who says so?")
        self.assertEqual(self.client.post(f"{self.review}revoke/", {"address": 999}).status_code, 404)

    def beside(self):
        """Return what stands beside the text: the words of each passage that has remarks, with their texts."""
        rows = self.client.get(self.review).context["passages"]
        return [(passage.words, [remark.text for remark, _changed in said]) for passage, _html, said in rows if said]

    def test_the_remark_stands_beside_its_passage_and_finds_it_again(self):
        self.assertEqual(self.beside(), [("Une réponse vient, et elle est longue.", ["Who says so?"])])
        self.edit("<p>Une question revient.</p>", "<p>Tout autre chose.</p><p>Et encore.</p>")
        self.edit("Une réponse vient, et", "Après un an, une réponse arrive, et")
        self.assertEqual(self.beside(), [("Après un an, une réponse arrive, et elle est longue.", ["Who says so?"])])
        self.assertContains(self.english(self.review), "The passage has changed since.")

    def test_a_passage_that_is_gone_is_told_with_its_words(self):
        self.edit("<p>Une réponse vient, et elle est longue.</p>", "")
        self.assertEqual(self.beside(), [])
        page = self.english(self.review)
        self.assertContains(page, "The passage is no longer there")
        self.assertContains(page, '<blockquote lang="fr">elle est longue</blockquote>')
        self.client.logout()
        self.assertContains(self.client.get(self.path), "The passage is no longer there")

    def test_it_is_dealt_with_and_open_again(self):
        for act, is_open in (("done", False), ("open", True)):
            self.act(act)
            self.assertEqual(ReviewRemark.objects.open().exists(), is_open)
        self.act("done")
        self.client.logout()
        self.assertContains(self.client.get(self.path), "dealt with")

    def test_an_answer_stands_at_the_private_address(self):
        self.act("answer", text="The census does.")
        self.client.logout()
        self.assertContains(self.client.get(self.path), "The census does.")

    def test_nonsense_is_no_error_500(self):
        for data in ({}, {"remark": "x"}, {"act": "dance"}, {"text": "x" * 3000}, {"remark": "9" * 30}):
            self.assertEqual(
                self.client.post(f"{self.review}remark/", {"remark": 1, "act": "done"} | data).status_code, 302
            )

    def test_who_approved_stands_on_the_form_and_whether_the_text_has_changed(self):
        self.send("approve")
        form = f"/admin/blog/post/{self.post.pk}/change/"
        page = self.english(form)
        self.assertContains(page, "<strong>Ana</strong>: approved")
        self.assertContains(page, "Who says so?")
        self.assertNotContains(page, "the text has changed since")
        self.edit("question", "demande")
        self.assertContains(self.english(form), "the text has changed since")
        self.assertContains(self.english(self.review), "the text has changed since")

    def test_the_page_speaks_french_too(self):
        page = self.client.get(self.review, headers={"accept-language": "fr"})
        self.assertContains(page, '<html lang="fr"')

    def test_queries_do_not_grow(self):
        def queries_of_page():
            with CaptureQueriesContext(connection) as queries:
                self.client.get(self.review)
            return len(queries)

        before = queries_of_page()
        for number in range(6):
            address = self.make_address(self.post, name=str(number))
            say(address, "remark", text="x", once="x", state=self.state())
        self.assertEqual(queries_of_page(), before)
        self.assertLess(before, 30)


class DeskTests(Reviewed):
    """What the first page counts."""

    def part(self, user):
        self.client.force_login(user)
        page = self.client.get("/admin/", headers={"accept-language": "en"})
        parts = {part.key: part for part in page.context["parts"]}
        return (
            [(line.post.title, line.note, line.address) for line in parts["remarks"].lines]
            if "remarks" in parts
            else []
        )

    def test_posts_with_open_remarks_lead_to_them(self):
        self.remark()
        self.remark(text="And this?")
        self.send("approve")
        self.assertEqual(self.part(self.alice), [("Un brouillon", "2 open remarks", self.review)])
        found = self.client.get("/admin/blog/post/?lacks=remarks")
        self.assertContains(found, "Un brouillon")
        ReviewRemark.objects.update(done_at=timezone.now())
        self.assertEqual(self.part(self.alice), [])
        self.assertNotContains(self.client.get("/admin/blog/post/?lacks=remarks"), "Un brouillon")

    def test_others_see_those_on_their_own_only(self):
        self.remark()
        self.assertEqual(self.part(make_bob()), [])
        self.assertEqual(self.part(make_carol()), [])


class RetentionTests(Reviewed):
    def test_names_go_a_year_after_the_address_is_over_and_what_was_said_stays(self):
        self.remark()
        address = self.make_address(self.post, name="Basile", email="b@example.org", note="Merci.")
        for days, name in ((14 + 364, "Ana"), (14 + 366, "")):
            enforce(now=timezone.now() + timedelta(days=days))
            self.address.refresh_from_db()
            self.assertEqual(self.address.name, name)
        address.refresh_from_db()
        self.assertEqual((address.name, address.email, address.note), ("", "", ""))
        self.client.force_login(self.alice)
        self.assertContains(self.client.get(self.review, headers={"accept-language": "en"}), "Somebody")

    def test_all_of_it_goes_with_the_post(self):
        self.remark()
        self.post.delete()
        self.assertFalse(ReviewAddress.objects.exists() or ReviewRemark.objects.exists())


class RoleTests(Reviewed):
    """What each role may not do, by forged requests."""

    def attempt(self, user, post, address):
        self.client.force_login(user)
        base = f"/admin/blog/post/{post.pk}/review/"
        until = (timezone.localdate() + timedelta(days=3)).isoformat()
        answers = [
            self.client.get(base),
            self.client.post(base, {"name": "x", "language": "fr", "until": until}),
            self.client.post(f"{base}revoke/", {"address": address.pk}),
            self.client.post(f"{base}remark/", {"remark": 1, "act": "done"}),
        ]
        return [answer.status_code for answer in answers]

    def test_a_contributor_has_their_own_drafts_read_and_no_others(self):
        bob = make_bob()
        own = make_post(
            slug="b", status="draft", published_at=None, authors=[make_author(name="Bob", slug="bob", user=bob)]
        )
        address = self.make_address(own)
        # To them what is not theirs is not there.
        self.assertEqual(self.attempt(bob, self.post, self.address), [404, 404, 404, 404])
        self.assertEqual(self.attempt(bob, own, address), [200, 302, 302, 302])
        # Of their own, an address of another's post is none.
        revoked = self.client.post(f"/admin/blog/post/{own.pk}/review/revoke/", {"address": self.address.pk})
        self.assertEqual(revoked.status_code, 404)
        Post.objects.filter(pk=own.pk).update(status="published", published_at=timezone.now())
        self.assertEqual(self.attempt(bob, own, address), [403, 403, 403, 403])

    def test_a_moderator_may_do_none_of_it(self):
        self.assertEqual(set(self.attempt(make_carol(), self.post, self.address)), {403})

    def test_publishers_may(self):
        user = make_user("paula", group="publisher")
        self.assertEqual(self.attempt(user, self.post, self.address), [200, 302, 302, 302])

    def test_strangers_are_led_to_the_login_and_change_nothing(self):
        self.client.logout()
        response = self.client.post(f"{self.review}revoke/", {"address": self.address.pk})
        self.assertEqual(response.status_code, 302)
        self.address.refresh_from_db()
        self.assertIsNone(self.address.revoked_at)

    def test_a_form_from_elsewhere_is_refused(self):
        self.client.handler.enforce_csrf_checks = True
        self.client.force_login(self.alice)
        self.assertEqual(self.client.post(self.review, {"name": "x"}).status_code, 403)

    def test_other_methods_are_refused(self):
        self.client.force_login(self.alice)
        self.assertEqual(self.client.put(self.review).status_code, 405)
        self.assertEqual(self.client.get(f"{self.review}revoke/").status_code, 405)
        self.client.logout()
        self.assertEqual(self.client.put(self.path).status_code, 405)
