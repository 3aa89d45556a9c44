"""What is left for whom: of a comment that has gone for readers, of a post that has gone for who commented on it."""

from django.test import TestCase

from blog.models import Post
from comments.mending import withdraw
from comments.models import Comment
from comments.moderation import decide
from comments.tokens import make_token
from tests.factories import make_carol, make_comment, make_post

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
Status = Comment.Status


class GoneTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()


class PermanentAddressTests(GoneTestCase):
    def status_of(self, comment):
        statuses = {self.client.get(f"/commentaires/{comment.pk}/{rest}").status_code for rest in ("", "depuis/")}
        self.assertEqual(len(statuses), 1)
        return statuses.pop()

    def test_it_says_so_of_what_was_public(self):
        for status in (Status.WITHDRAWN, Status.REMOVED):
            comment = make_comment(self.post, text="Un secret.", name="Marthe")
            decide(comment, status, by=None)
            self.assertEqual(self.status_of(comment), 410)
            page = self.client.get(f"/en/comments/{comment.pk}/")
            self.assertContains(page, "This page has gone", status_code=410)
            self.assertNotContains(page, "Marthe", status_code=410)

    def test_it_tells_nothing_of_what_nobody_could_read(self):
        for status in (Status.PENDING, Status.REJECTED, Status.SPAM, Status.WITHDRAWN):
            self.assertEqual(self.status_of(make_comment(self.post, status=status)), 404)
        self.assertEqual(self.client.get("/commentaires/999/").status_code, 404)

    def test_place_that_is_kept_is_led_to(self):
        comment = make_comment(self.post)
        make_comment(self.post, parent=comment)
        decide(comment, Status.REMOVED, by=None)
        self.assertRedirects(self.client.get(f"/commentaires/{comment.pk}/"), f"{POST}#{comment.anchor}")


class WriterOfTheGoneTests(GoneTestCase):
    def waiting(self, comment):
        return self.client.get(f"/en/comments/waiting/{make_token(comment)}/")

    def test_writer_reads_whether_it_had_appeared(self):
        stood = make_comment(self.post)
        withdraw(stood)
        self.assertContains(self.waiting(stood), "It stood in the discussion")
        waited = make_comment(self.post, status=Status.PENDING)
        withdraw(waited)
        self.assertNotContains(self.waiting(waited), "It stood in the discussion")
        self.assertContains(self.waiting(waited), "before it stood in the discussion")


class UnpublishedPostTests(GoneTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.comment = make_comment(cls.post)
        cls.own = f"/commentaires/les-miens/{make_token(cls.comment)}/"
        Post.objects.update(status="withdrawn")

    def test_writer_still_withdraws(self):
        page = self.client.get(self.own)
        self.assertContains(page, "retirer/")
        self.assertNotContains(page, f'href="{POST}')
        response = self.client.post(f"{self.own}retirer/", {"sure": "yes"}, follow=True)
        self.assertEqual(response.status_code, 200)
        self.comment.refresh_from_db()
        self.assertEqual(self.comment.status, Status.WITHDRAWN)

    def test_address_given_after_sending_leads_there(self):
        waiting = f"/commentaires/en-attente/{make_token(self.comment)}/"
        self.assertRedirects(self.client.get(waiting), self.own)

    def test_removal_is_still_contested(self):
        decide(self.comment, Status.REMOVED, by=make_carol())
        waiting = f"/commentaires/en-attente/{make_token(self.comment)}/"
        page = self.client.get(waiting)
        self.assertContains(page, f"{waiting}contester/")
        self.assertNotContains(page, f'href="{POST}')

    def test_list_of_one_s_comments_has_no_dead_link(self):
        self.client.cookies[f"comment-fr-{self.comment.pk}"] = make_token(self.comment)
        page = self.client.get("/commentaires/les-miens/")
        self.assertContains(page, "Une remarque.")
        self.assertNotContains(page, f'href="{POST}')
