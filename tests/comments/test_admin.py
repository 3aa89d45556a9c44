"""Moderation: what waits, what is decided, and the answers of authors."""

from django.test import TestCase

from blog.models import Post
from comments.models import Comment
from comments.text import MAX_LENGTH
from tests.factories import make_alice, make_author, make_bob, make_carol, make_comment, make_dora, make_post, make_user
from tests.forms import FormTestCase

LIST = "/admin/comments/comment/"


def change(comment: Comment) -> str:
    return f"{LIST}{comment.pk}/change/"


class ModerationTestCase(FormTestCase, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.carol = make_carol()
        cls.post = make_post()
        cls.waiting = make_comment(cls.post, status="pending", name="Thierry", text="Première remarque.")
        cls.standing = make_comment(cls.post, name="Marthe", text="Deuxième remarque.")

    def setUp(self):
        self.client.force_login(self.carol)

    def listed(self, query=""):
        return list(self.client.get(f"{LIST}{query}").context["cl"].result_list)


class QueueTests(ModerationTestCase):
    def test_it_begins_with_what_waits_longest(self):
        later = make_comment(self.post, status="pending", text="Plus tard.")
        self.assertEqual(self.listed(), [self.waiting, later])

    def test_other_comments_are_a_click_away_the_newest_first(self):
        self.assertEqual(self.listed("?status=approved"), [self.standing])
        self.assertEqual(self.listed("?status=all"), [self.standing, self.waiting])
        self.assertEqual(self.listed("?status=x"), [])

    def test_search_by_text_name_or_address(self):
        by_mail = make_comment(self.post, name="Léa", email="lea@example.org", text="Autre.")
        for query, found in {"Deuxi": self.standing, "Marthe": self.standing, "lea@example.org": by_mail}.items():
            with self.subTest(query=query):
                self.assertEqual(self.listed(f"?status=all&q={query}"), [found])

    def test_its_cost_does_not_grow(self):
        with self.assertNumQueries(6):
            self.client.get(f"{LIST}?status=all")
        for number in range(10):
            parent = make_comment(make_post(slug=f"post-{number}"), author=make_author(slug=f"auteur-{number}"))
            make_comment(parent.post, parent=parent)
        with self.assertNumQueries(6):
            self.client.get(f"{LIST}?status=all")

    def test_what_a_stranger_typed_is_never_markup(self):
        evil = make_comment(self.post, status="pending", name="<b>Eve</b>", text="<script>alert(1)</script>")
        for address in (LIST, change(evil)):
            with self.subTest(address=address):
                response = self.client.get(address)
                self.assertNotContains(response, "<script>alert")
                self.assertNotContains(response, "<b>Eve")


class DecidingTests(ModerationTestCase):
    def press(self, comment, button, changes=None, **kwargs):
        response = self.fill(change(comment), "comment_form", changes or {}, button=button, **kwargs)
        comment.refresh_from_db()
        return response

    def test_each_button_decides_and_notes_who_did(self):
        for status in ("approved", "rejected", "spam"):
            comment = make_comment(self.post, status="pending")
            with self.subTest(status=status):
                self.press(comment, f"decision={status}", {"reason": "Parce que."})
                decision = comment.decisions.get()
                self.assertEqual((comment.status, decision.by, decision.reason), (status, self.carol, "Parce que."))

    def test_approval_shows_it_and_counts_it(self):
        self.press(self.waiting, "decision=approved")
        self.assertContains(self.client.get(self.post.path()), "Première remarque.")
        self.assertEqual(Post.objects.get(pk=self.post.pk).comment_count, 2)

    def test_what_stands_is_removed_and_keeps_its_place(self):
        make_comment(self.post, parent=self.standing, text="Une réponse.")
        self.press(self.standing, "decision=removed")
        self.assertTrue(self.standing.is_standing)
        self.assertNotContains(self.client.get(self.post.path()), "Deuxième remarque.")

    def test_what_its_writer_withdrew_is_not_decided_on(self):
        withdrawn = make_comment(self.post, status="withdrawn")
        response = self.client.post(change(withdrawn), {"decision": "approved"})
        self.assertEqual(response.status_code, 200)
        self.assertEqual(Comment.objects.get(pk=withdrawn.pk).status, "withdrawn")

    def test_a_decision_that_there_is_not_is_refused(self):
        for decision in ("removed", "pending", "x", "\x00"):
            with self.subTest(decision=decision):
                self.assertEqual(self.client.post(change(self.waiting), {"decision": decision}).status_code, 200)
                self.assertEqual(Comment.objects.get(pk=self.waiting.pk).status, "pending")

    def test_the_enter_key_decides_nothing(self):
        self.press(self.waiting, "_stay", {"reason": "x"})
        self.assertEqual(self.waiting.status, "pending")

    def test_nothing_of_the_comment_can_be_changed(self):
        forged = {"text": "Autre", "name": "Autre", "status": "spam", "email": "x@example.org", "decision": "approved"}
        self.press(self.waiting, "decision=approved", forged)
        self.assertEqual(
            (self.waiting.text, self.waiting.name, self.waiting.email), ("Première remarque.", "Thierry", "")
        )

    def test_decisions_stand_on_the_page_for_good(self):
        self.press(self.waiting, "decision=spam", {"reason": "Un lien de jeu."})
        self.assertContains(self.client.get(change(self.waiting)), "Un lien de jeu.")
        forged = {"decisions-TOTAL_FORMS": 1, "decisions-INITIAL_FORMS": 1, "decisions-0-reason": "Autre"}
        forged |= {"decisions-0-id": self.waiting.decisions.get().pk, "decisions-0-DELETE": "on"}
        self.client.post(change(self.waiting), forged | {"decision": "approved"})
        self.assertTrue(self.waiting.decisions.filter(reason="Un lien de jeu.").exists())

    def test_comments_are_neither_added_nor_deleted(self):
        self.client.force_login(make_user("root", is_superuser=True))
        self.assertEqual(self.client.get(f"{LIST}add/").status_code, 403)
        self.assertEqual(self.client.post(f"{LIST}{self.waiting.pk}/delete/", {"post": "yes"}).status_code, 403)


class AnsweringTests(ModerationTestCase):
    def answer(self, comment, text="Merci de votre remarque."):
        return self.fill(change(comment), "comment_form", {"answer": text}, button="_answer")

    def test_an_answer_stands_at_once_signed_by_the_author(self):
        author = make_author(user=self.carol)
        self.answer(self.standing)
        answer = self.standing.answers.get()
        self.assertEqual((answer.author, answer.name, answer.status), (author, author.name, "approved"))
        self.assertContains(self.client.get(self.post.path()), "Merci de votre remarque.")

    def test_what_waits_is_approved_with_its_answer(self):
        make_author(user=self.carol)
        self.answer(self.waiting)
        self.waiting.refresh_from_db()
        self.assertEqual((self.waiting.status, self.waiting.answers.count()), ("approved", 1))

    def test_without_a_profile_it_says_so_and_keeps_the_text(self):
        response = self.answer(self.standing)
        self.assertIn("answer", response.context["adminform"].form.errors)
        self.assertContains(response, "Merci de votre remarque.")
        self.assertFalse(self.standing.answers.exists())

    def test_bad_answers_are_errors(self):
        make_author(user=self.carol)
        for text in ("", "   ", "x" * (MAX_LENGTH + 1), "a\x00b"):
            with self.subTest(text=text[:4]):
                self.assertIn("answer", self.answer(self.standing, text).context["adminform"].form.errors)

    def test_spam_is_not_answered(self):
        make_author(user=self.carol)
        spam = make_comment(self.post, status="spam")
        self.assertEqual(self.answer(spam).status_code, 200)
        self.assertEqual(Comment.objects.get(pk=spam.pk).status, "spam")

    def test_a_decision_does_not_throw_an_answer_away(self):
        changes = {"answer": "Tapé longtemps."}
        response = self.fill(change(self.waiting), "comment_form", changes, button="decision=approved")
        self.assertContains(response, "Tapé longtemps.")
        self.assertEqual(Comment.objects.get(pk=self.waiting.pk).status, "pending")


class ActionTests(ModerationTestCase):
    def act(self, action, *comments, **extra):
        data = {"action": action, "_selected_action": [comment.pk for comment in comments], "index": 0} | extra
        response = self.client.post(f"{LIST}?status=all", data, follow=True)
        for comment in comments:
            comment.refresh_from_db()
        return response

    def test_each_is_decided_on_by_the_rules(self):
        other = make_comment(self.post, status="pending")
        self.act("approve", self.waiting, other)
        self.assertEqual((self.waiting.status, self.waiting.decided_by), ("approved", self.carol))
        self.assertEqual(other.decisions.count(), 1)
        self.assertEqual(Post.objects.get(pk=self.post.pk).comment_count, 3)

    def test_those_of_another_status_stay_as_they_are(self):
        for action, status in (("reject", "approved"), ("mark_as_spam", "approved"), ("approve", "approved")):
            with self.subTest(action=action):
                self.act(action, self.standing)
                self.assertEqual(self.standing.status, status)

    def test_remove(self):
        self.act("remove", self.standing, self.waiting)
        self.assertEqual((self.standing.status, self.waiting.status), ("removed", "pending"))

    def test_thousands_at_once_are_refused(self):
        Comment.objects.bulk_create(
            Comment(post=self.post, number=number, path=f"{number:06}", name="x", text="x", language="fr")
            for number in range(100, 320)
        )
        self.act("mark_as_spam", self.waiting, select_across="1")
        self.assertEqual(self.waiting.status, "pending")


class PermissionTests(ModerationTestCase):
    def test_who_may_not_moderate_sees_nothing(self):
        for user in (make_bob(), make_user("erin")):
            self.client.force_login(user)
            for address in (LIST, change(self.waiting)):
                with self.subTest(user=user, address=address):
                    self.assertEqual(self.client.get(address).status_code, 403)
                    self.assertEqual(self.client.post(address, {"decision": "approved"}).status_code, 403)
        self.assertEqual(Comment.objects.get(pk=self.waiting.pk).status, "pending")

    def test_outsiders_are_led_to_the_login(self):
        self.client.force_login(make_dora())
        self.assertRedirects(self.client.get(LIST), f"/admin/login/?next={LIST}")

    def test_an_editor_moderates_too(self):
        self.client.force_login(make_alice())
        self.assertEqual(self.client.get(LIST).status_code, 200)

    def test_a_moderator_sees_comments_and_mentions_only(self):
        apps = {app["app_label"]: app["models"] for app in self.client.get("/admin/").context["app_list"]}
        self.assertEqual(set(apps), {"blog", "comments"})
        self.assertEqual([model["object_name"] for model in apps["blog"]], ["Mention"])


class ChangingTextTests(ModerationTestCase):
    def send(self, comment, changes, **kwargs):
        response = self.fill(change(comment), "comment_form", changes, **kwargs)
        comment.refresh_from_db()
        return response

    def test_changed_text_is_marked_and_the_one_before_is_kept(self):
        self.send(self.standing, {"new_text": "Sans le nom."}, button="_edit=1")
        self.assertEqual((self.standing.text, self.standing.status), ("Sans le nom.", "approved"))
        self.assertIsNotNone(self.standing.edited_at)
        edit = self.standing.edits.get()
        self.assertEqual((edit.text, edit.by), ("Deuxième remarque.", self.carol))
        self.assertContains(self.client.get(change(self.standing)), "Deuxième remarque.")

    def test_change_is_not_lost_by_deciding(self):
        response = self.send(self.waiting, {"new_text": "Sans le nom."}, button="decision=approved")
        self.assertContains(response, "n’a pas été enregistrée")
        self.assertContains(response, "Sans le nom.")
        self.assertEqual(self.waiting.status, "pending")

    def test_text_is_not_emptied(self):
        self.assertContains(self.send(self.standing, {"new_text": ""}, button="_edit=1"), "Un texte qui doit partir")
        self.assertFalse(self.standing.edits.exists())

    def test_text_of_several_lines_is_not_taken_for_changed(self):
        several = make_comment(self.post, status="pending", text="Un\r\nDeux")
        self.send(several, {}, button="decision=approved")
        self.assertEqual((several.status, several.edited_at), ("approved", None))


class NextTests(ModerationTestCase):
    def test_decision_leads_to_what_waits_next_and_then_to_the_list(self):
        later = make_comment(self.post, status="pending", text="Plus tard.")
        self.assertContains(self.client.get(change(self.waiting)), f'href="{change(later)}"')
        response = self.fill(change(self.waiting), "comment_form", {}, button="decision=rejected")
        self.assertRedirects(response, change(later))
        response = self.fill(change(later), "comment_form", {}, button="decision=approved")
        self.assertRedirects(response, LIST)
