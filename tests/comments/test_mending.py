"""What writers do before and after they send: look at it, mend it, take it back."""

from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from comments.forms import make_stamp
from comments.limits import COMMENTS
from comments.mending import change_text
from comments.models import Comment, Decision, Edit
from comments.models.comments import MENDING_TIME
from comments.moderation import decide
from comments.spam.words import digest_text
from comments.tokens import make_token
from tests.factories import make_alice, make_comment, make_post, make_translation

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
Status = Comment.Status


class CommenterTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def send(self, text="Une *remarque*", address=None, **changes):
        data = {"name": "Marthe", "text": text, "website": "", "stamp": make_stamp(self.post.pk)}
        return self.client.post(address or f"/commentaires/sur/{self.post.pk}/", data | changes)


class PreviewTests(CommenterTestCase):
    def test_preview_shows_the_text_and_saves_nothing(self):
        response = self.send('Une *remarque* : "oui"', preview="yes")
        self.assertContains(response, "Une <em>remarque</em>\u00a0: «\u00a0oui\u00a0»")
        self.assertContains(response, "Une *remarque* : &#34;oui&#34;</textarea>")
        self.assertContains(response, 'value="Marthe"')
        self.assertFalse(Comment.objects.exists())
        self.assertFalse(response.cookies)

    def test_preview_of_an_answer(self):
        parent = make_comment(self.post)
        response = self.send("**Non**", f"/commentaires/{parent.pk}/repondre/", preview="yes")
        self.assertContains(response, "<strong>Non</strong>")
        self.assertEqual(Comment.objects.count(), 1)

    def test_what_is_wrong_comes_before_the_preview(self):
        response = self.send(name="", preview="yes")
        self.assertContains(response, "name-error", status_code=422)
        self.assertNotContains(response, "<em>remarque</em>", status_code=422)

    def test_page_without_a_preview_shows_none(self):
        self.assertNotContains(self.client.get(POST), "preview-title")


class QuotingTests(CommenterTestCase):
    def test_form_begins_with_the_text_that_is_answered(self):
        parent = make_comment(self.post, text="Un\n\nDeux")
        response = self.client.get(f"/commentaires/{parent.pk}/repondre/?quote=yes")
        self.assertContains(response, "&gt; Un\n&gt;\n&gt; Deux\n")


class OwnCommentTests(CommenterTestCase):
    def own(self, comment, rest=""):
        return f"/commentaires/les-miens/{make_token(comment)}/{rest}"

    def test_browser_keeps_the_address_for_one_page_only(self):
        cookies = self.send().cookies
        self.assertEqual(
            {cookie["path"] for cookie in cookies.values()}, {"/commentaires/les-miens/", "/en/comments/mine/"}
        )
        for cookie in cookies.values():
            self.assertTrue(cookie["httponly"])
            self.assertEqual(cookie["samesite"], "Strict")

    def test_browser_finds_its_comments_again_in_both_languages(self):
        self.send("Première")
        self.send("Seconde")
        make_comment(self.post, text="D’une autre")
        page = self.client.get("/commentaires/les-miens/")
        self.assertContains(page, "Première")
        self.assertContains(page, "Seconde")
        self.assertNotContains(page, "D’une autre")
        self.assertIn("no-store", page["Cache-Control"])
        self.assertContains(self.client.get("/en/comments/mine/"), "Première")

    def test_forged_cookie_shows_nothing(self):
        comment = make_comment(self.post, text="D’une autre")
        self.client.cookies["comment-fr-1"] = f"{comment.pk}:forged"
        self.assertNotContains(self.client.get("/commentaires/les-miens/"), "D’une autre")

    def test_writer_mends_what_waits_and_no_mark_is_left(self):
        self.send()
        comment = Comment.objects.get()
        response = self.client.post(self.own(comment), {"text": "Mieux"}, follow=True)
        self.assertContains(response, "Mieux")
        comment.refresh_from_db()
        self.assertEqual((comment.text, comment.html, comment.edited_at), ("Mieux", "<p>Mieux</p>", None))
        self.assertEqual(Edit.objects.get().text, "Une *remarque*")

    def test_one_former_text_is_kept_of_what_nobody_else_has_seen(self):
        comment = make_comment(self.post, status=Status.PENDING)
        for number in range(3):
            self.client.post(self.own(comment), {"text": f"Mieux {number}"})
        self.assertEqual([edit.text for edit in Edit.objects.all()], ["Une remarque."])

    def test_each_text_is_kept_that_others_may_have_seen(self):
        comment = make_comment(self.post)
        for number in range(3):
            self.client.post(self.own(comment), {"text": f"Mieux {number}"})
        self.assertEqual({edit.text for edit in Edit.objects.all()}, {"Une remarque.", "Mieux 0", "Mieux 1"})

    def test_text_that_a_moderator_changed_is_kept_too(self):
        comment = make_comment(self.post, status=Status.PENDING)
        change_text(comment, "[…]", by=make_alice())
        self.client.post(self.own(comment), {"text": "Mieux"})
        self.assertEqual({edit.text for edit in Edit.objects.all()}, {"Une remarque.", "[…]"})

    def test_who_mends_all_the_time_waits_as_who_writes_all_the_time(self):
        comment = make_comment(self.post)
        for number in range(COMMENTS):
            self.client.post(self.own(comment), {"text": f"Mieux {number}"})
        response = self.client.post(self.own(comment), {"text": "De trop"})
        self.assertContains(response, "De trop", status_code=429)
        comment.refresh_from_db()
        self.assertEqual((comment.text, Edit.objects.count()), (f"Mieux {COMMENTS - 1}", COMMENTS))

    def test_looking_at_a_change_is_not_counted(self):
        comment = make_comment(self.post, status=Status.PENDING)
        for _number in range(COMMENTS + 1):
            response = self.client.post(self.own(comment), {"text": "*Mieux*", "preview": "yes"})
        self.assertEqual(response.status_code, 200)

    def test_mending_is_looked_at_first(self):
        comment = make_comment(self.post, status=Status.PENDING)
        response = self.client.post(self.own(comment), {"text": "*Mieux*", "preview": "yes"})
        self.assertContains(response, "<em>Mieux</em>")
        self.assertFalse(Edit.objects.exists())

    def test_mended_after_approval_it_waits_again(self):
        comment = make_comment(self.post)
        self.client.post(self.own(comment), {"text": "Mieux"})
        comment.refresh_from_db()
        self.assertEqual(comment.status, Status.PENDING)
        self.assertNotContains(self.client.get(POST), "Mieux")
        decide(comment, Status.APPROVED, by=None)
        self.assertContains(self.client.get(POST), "modifié")

    def test_nothing_changed_needs_no_second_reading(self):
        comment = make_comment(self.post)
        self.client.post(self.own(comment), {"text": comment.text})
        comment.refresh_from_db()
        self.assertEqual(comment.status, Status.APPROVED)

    def test_too_late_keeps_the_text(self):
        old, answered = make_comment(self.post), make_comment(self.post, text="Deux")
        Comment.objects.filter(pk=old.pk).update(created_at=timezone.now() - MENDING_TIME - timedelta(seconds=1))
        make_comment(self.post, parent=answered, text="Réponse")
        for comment in (old, answered):
            with self.subTest(comment=comment.text):
                response = self.client.post(self.own(comment), {"text": "Trop tard"})
                self.assertContains(response, "Trop tard", status_code=422)
                self.assertContains(response, "ne peut plus être modifié", status_code=422)
        self.assertFalse(Edit.objects.exists())

    def test_changed_text_is_told_from_the_others_by_what_it_says_now(self):
        comment = make_comment(self.post, text="Un premier jet.", status=Status.PENDING)
        self.client.post(self.own(comment), {"text": "Une seconde remarque."})
        comment.refresh_from_db()
        self.assertEqual(comment.text_digest, digest_text("Une seconde remarque."))

    def test_empty_text_is_an_error(self):
        comment = make_comment(self.post, status=Status.PENDING)
        self.assertContains(self.client.post(self.own(comment), {"text": " "}), "text-error", status_code=422)

    def test_form_of_another_site_changes_nothing(self):
        comment = make_comment(self.post)
        elsewhere = {"Sec-Fetch-Site": "cross-site"}
        self.client.post(self.own(comment), {"text": "Piège"}, headers=elsewhere)
        self.client.post(self.own(comment, "retirer/"), {"sure": "yes"}, headers=elsewhere)
        comment.refresh_from_db()
        self.assertEqual((comment.status, comment.text), (Status.APPROVED, "Une remarque."))

    def test_withdrawn_comment_goes_and_its_answer_stays(self):
        comment = make_comment(self.post, text="Je regrette")
        make_comment(self.post, parent=comment, text="Une réponse")
        response = self.client.post(self.own(comment, "retirer/"), {"sure": "yes"}, follow=True)
        self.assertContains(response, "Retiré")
        page = self.client.get(POST)
        self.assertNotContains(page, "Je regrette")
        self.assertContains(page, "Une réponse")
        self.assertContains(page, "retiré par son auteur")
        self.assertEqual(Decision.objects.latest("pk").after, Status.WITHDRAWN)

    def test_nothing_is_withdrawn_before_its_writer_says_that_they_mean_it(self):
        for address, words in (
            ("retirer/", "Rien n’a été retiré."),
            ("withdraw/", "Nothing was withdrawn."),
        ):
            comment = make_comment(self.post)
            own = self.own(comment, address)
            own = own if address == "retirer/" else f"/en/comments/mine/{own.split('/')[-3]}/withdraw/"
            page = self.client.post(own)
            with self.subTest(own):
                self.assertContains(page, words, status_code=422)
                # The other language has the page of the comment, and none of what was sent.
                self.assertNotRegex(page.content.decode(), 'href="[^"]*/(retirer|withdraw)/"')
                comment.refresh_from_db()
                self.assertEqual(comment.status, Status.APPROVED)

    def test_what_was_refused_is_not_withdrawn(self):
        comment = make_comment(self.post, status=Status.PENDING)
        decide(comment, Status.SPAM, by=None)
        self.client.post(self.own(comment, "retirer/"), {"sure": "yes"})
        comment.refresh_from_db()
        self.assertEqual(comment.status, Status.SPAM)

    def test_address_that_was_not_made_here(self):
        for rest in ("x", "x/retirer"):
            for method in (self.client.get, self.client.post):
                self.assertIn(method(f"/commentaires/les-miens/{rest}/").status_code, (404, 405))

    def test_english_page(self):
        make_translation(self.post)
        comment = make_comment(self.post, language="en", status=Status.PENDING)
        page = self.client.get(f"/en/comments/mine/{make_token(comment)}/")
        self.assertContains(page, "Withdraw the comment")
        self.assertContains(page, "You can change it until")


class EditorsChangeTests(CommenterTestCase):
    def test_change_by_somebody_else_leaves_a_mark_and_the_original(self):
        comment = make_comment(self.post, text="Nom de famille")
        alice = make_alice()
        change_text(comment, "[…]", by=alice)
        self.assertContains(self.client.get(POST), "modifié")
        edit = Edit.objects.get()
        self.assertEqual((edit.text, edit.by), ("Nom de famille", alice))
