"""A locked thread takes no answers: what readers see, what is refused, and who locked it."""

from django.core.cache import cache
from django.test import TestCase, override_settings

from comments.forms import make_stamp
from comments.locking import LockedError, lock_thread, unlock_thread
from comments.models import Comment
from comments.models.comments import MAX_DEPTH
from comments.moderation import write_comment
from tests.factories import make_author, make_bob, make_carol, make_comment, make_post
from tests.forms import FormTestCase

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
MARK = "Fil verrouillé"


class LockingTests(FormTestCase, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.carol = make_carol()
        cls.post = make_post()
        cls.top = make_comment(cls.post, text="Le début.")
        cls.answer = make_comment(cls.post, parent=cls.top, text="Une réponse.")
        cls.below = make_comment(cls.post, parent=cls.answer, text="Plus bas.")
        cls.other = make_comment(cls.post, text="Un autre fil.")

    def locked(self):
        return set(Comment.objects.filter(is_locked=True))

    def send(self, parent, text="Ma réponse."):
        data = {"name": "Marthe", "text": text, "stamp": make_stamp(self.post.pk)}
        return self.client.post(f"/commentaires/{parent.pk}/repondre/", data)

    def test_no_link_to_answer_in_it_and_a_mark_at_its_top(self):
        lock_thread(self.top, by=self.carol)
        page = self.client.get(POST)
        self.assertContains(page, MARK, count=1)
        self.assertContains(page, "data-answer", count=1)
        self.assertContains(page, f"/commentaires/{self.other.pk}/repondre/")

    def test_answer_is_given_back_with_its_text_and_why(self):
        lock_thread(self.answer, by=self.carol)
        response = self.send(self.below)
        self.assertContains(response, "Ce fil a été verrouillé entre-temps", status_code=422)
        self.assertContains(response, "Ma réponse.", status_code=422)
        self.assertEqual(self.send(self.top).status_code, 302)

    def test_answer_that_comes_while_it_is_locked_is_refused(self):
        parent = Comment.objects.select_related("post").get(pk=self.top.pk)
        lock_thread(self.top, by=self.carol)
        with self.assertRaises(LockedError):
            write_comment(post=self.post, parent=parent, name="Marthe", text="Trop tard.", language="fr")

    def test_old_link_to_the_form_leads_to_where_the_thread_says_so(self):
        lock_thread(self.top, by=self.carol)
        response = self.client.get(f"/commentaires/{self.answer.pk}/repondre/", follow=True)
        self.assertContains(response, MARK)

    def test_unlocked_it_is_as_before_but_for_what_was_locked_by_itself(self):
        lock_thread(self.below, by=self.carol)
        lock_thread(self.top, by=self.carol)
        self.assertEqual(self.locked(), {self.top, self.answer, self.below})
        unlock_thread(self.top, by=self.carol)
        self.assertEqual(self.locked(), {self.below})
        unlock_thread(self.below, by=self.carol)
        self.assertEqual(self.locked(), set())

    def test_inner_thread_opened_in_a_locked_one_takes_no_answers(self):
        lock_thread(self.below, by=self.carol)
        lock_thread(self.top, by=self.carol)
        unlock_thread(self.below, by=self.carol)
        self.assertIn(self.below, self.locked())

    def test_deepest_answers_are_locked_with_what_they_answer(self):
        here = self.below
        while here.depth < MAX_DEPTH - 1:
            here = make_comment(self.post, parent=here, text=f"Niveau {here.depth}.")
        beside = make_comment(self.post, parent=here, text="À côté.")
        last = make_comment(self.post, parent=beside, text="Et encore.")
        stranger = make_comment(self.post, parent=here.parent, text="Ailleurs.")
        lock_thread(here, by=self.carol)
        self.assertEqual(self.locked(), {here, beside, last})
        self.assertNotIn(stranger, self.locked())

    def test_page_costs_no_more_queries(self):
        self.client.get(POST)
        with self.assertNumQueries(7):
            self.client.get(POST)
        lock_thread(self.top, by=self.carol)
        with self.assertNumQueries(7):
            self.client.get(POST)

    @override_settings(PAGE_CACHE=True)
    def test_kept_page_shows_it(self):
        cache.clear()
        self.client.get(POST)
        with self.captureOnCommitCallbacks(execute=True):
            lock_thread(self.top, by=self.carol)
        self.assertContains(self.client.get(POST), MARK)

    def test_moderator_locks_and_opens_with_a_reason_on_record(self):
        self.client.force_login(self.carol)
        page = f"/admin/comments/comment/{self.top.pk}/change/"
        self.fill(page, "comment_form", {"reason": "On s’échauffe."}, button="_lock")
        self.assertEqual(self.locked(), {self.top, self.answer, self.below})
        self.fill(page, "comment_form", {}, button="_unlock")
        self.assertFalse(self.locked())
        self.assertContains(self.client.get(page), "On s’échauffe.")
        locks = list(self.top.locks.values_list("is_locked", "by", "reason"))
        self.assertEqual(locks, [(False, self.carol.pk, ""), (True, self.carol.pk, "On s’échauffe.")])

    def test_author_unlocks_before_answering(self):
        make_author(user=self.carol)
        lock_thread(self.top, by=self.carol)
        self.client.force_login(self.carol)
        page = f"/admin/comments/comment/{self.answer.pk}/change/"
        response = self.fill(page, "comment_form", {"answer": "Un dernier mot."}, button="_answer")
        self.assertContains(response, "déverrouillez-le")
        self.assertFalse(Comment.objects.filter(text="Un dernier mot.").exists())

    def test_outsider_locks_nothing(self):
        self.client.force_login(make_bob())
        self.client.post(f"/admin/comments/comment/{self.top.pk}/change/", {"_lock": "1"})
        self.assertFalse(self.locked())
