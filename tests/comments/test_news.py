"""What is new to a follower: at an address that is the same for everybody, led to by mails and by their own page."""

from datetime import timedelta

from django.conf import settings
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.discussion import COMMENTS_A_PAGE
from comments.following import notifications
from comments.following.tokens import choose_address
from comments.models import Comment, Following, Notification
from comments.moderation import decide
from tests.comments.test_following import FollowingCase, links_in, make_follower, run_tasks
from tests.factories import make_comment, make_post, make_translation

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH = "/en/blog/2016/06/digital-president-good-idea-webinar/"


class NewsPageTests(FollowingCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        make_translation(cls.post)
        cls.comments = [make_comment(cls.post, text=f"numéro {n}") for n in (1, 2, 3)]
        cls.answer = make_comment(cls.post, text="numéro 4", parent=cls.comments[0])

    def test_only_what_is_new_is_shown_and_said_to_be(self):
        page = self.client.get(f"{POST}?since=2")
        text = page.content.decode()
        self.assertNotContains(page, "numéro 2")
        self.assertLess(text.index("numéro 3"), text.index("numéro 4"))
        self.assertContains(page, '<span class="comment-author-mark is-new">Nouveau</span>', count=2)
        self.assertContains(page, "2 nouveaux commentaires depuis le ")
        self.assertContains(page, "en réponse à Marthe Le Goff")
        self.assertContains(page, f'<a href="{POST}#comments">Toute la discussion</a>')
        self.assertContains(self.client.get(f"{ENGLISH}?since=3"), "1 new comment since ")

    def test_it_is_for_every_cache_and_no_search_engine(self):
        page = self.client.get(f"{POST}?since=2")
        self.assertIn("public", page["Cache-Control"])
        self.assertFalse(page.cookies)
        self.assertContains(page, '<meta name="robots" content="noindex">')
        self.assertNotContains(self.client.get(POST), "is-new")

    def test_nothing_new_is_said(self):
        self.assertContains(self.client.get(f"{POST}?since=4"), "Rien de nouveau n’a été dit depuis.")

    def test_what_has_gone_is_no_news(self):
        decide(self.comments[2], Comment.Status.REMOVED, by=None)
        self.assertContains(self.client.get(f"{POST}?since=2"), "1 nouveau commentaire depuis le ")

    def test_many_come_in_pages(self):
        for number in range(COMMENTS_A_PAGE):
            make_comment(self.post, text=f"suite {number}")
        page = self.client.get(f"{POST}?since=1")
        self.assertContains(page, f"Plus de {COMMENTS_A_PAGE} nouveaux commentaires depuis le ")
        self.assertContains(page, "?since=1&amp;comments=2#comments")
        self.assertContains(self.client.get(f"{POST}?since=1&comments=2"), "Nouveaux commentaires, les plus anciens")

    def test_nonsense_is_not_found(self):
        for query in ("since=x", "since=-1", "since=01", "since=1234567", "since=²", "since=1&order=newest"):
            self.assertEqual(self.client.get(f"{POST}?{query}").status_code, 404, query)

    def test_it_costs_what_the_other_ways_cost(self):
        counts = set()
        for query in ("", "order=newest", "since=0", "since=3", "since=9"):
            self.client.get(f"{POST}?{query}")
            with CaptureQueriesContext(connection) as queries:
                self.client.get(f"{POST}?{query}")
            counts.add(len(queries))
        self.assertEqual(len(counts), 1)

    def test_address_of_a_comment_leads_to_it_among_what_is_new(self):
        comment = self.comments[1]
        self.assertRedirects(
            self.client.get(f"/commentaires/{comment.pk}/depuis/"),
            f"{POST}?since=1#comment-{comment.pk}",
            fetch_redirect_response=False,
        )
        location = self.client.get(f"/en/comments/{comment.pk}/since/")["Location"]
        self.assertEqual(location, f"{ENGLISH}?since=1#comment-{comment.pk}")
        waiting = make_comment(self.post, status=Comment.Status.PENDING)
        self.assertEqual(self.client.get(f"/commentaires/{waiting.pk}/depuis/").status_code, 404)


class NewsOfAFollowerTests(FollowingCase):
    def setUp(self):
        self.follower = make_follower()

    def page(self) -> str:
        return choose_address(self.follower).removeprefix(settings.SITE_URL)

    def test_mail_leads_to_the_first_new_one(self):
        self.follow(self.follower)
        self.comment()
        second = self.comment(text="Et une autre.")
        run_tasks()
        path = f"/commentaires/{second.pk}/depuis/"
        self.assertIn(path, links_in(mail.outbox[-1]))
        self.assertIn(path, mail.outbox[-1].alternatives[0].content)
        self.assertContains(self.client.get(path, follow=True), "1 nouveau commentaire depuis")

    def test_digest_says_how_many_by_discussion(self):
        other = make_post(slug="autre", title="Un autre article")
        for post in (self.post, other):
            self.follow(self.follower, post=post, cadence="daily")
        late, first, _second = (self.comment(text=text, status="pending") for text in ("Tard.", "Un.", "Deux."))
        for comment in Comment.objects.order_by("-pk"):
            decide(comment, Comment.Status.APPROVED, by=None)
        make_comment(other)
        run_tasks()
        Notification.objects.update(due_at=timezone.now())
        notifications.deliver()
        body = mail.outbox[0].body
        self.assertIn("3 nouveaux commentaires depuis le ", body)
        self.assertIn("1 nouveau commentaire depuis le ", body)
        # What was approved last was written first.
        self.assertIn(f"/commentaires/{late.pk}/depuis/", links_in(mail.outbox[0]))
        self.assertNotIn(f"/commentaires/{first.pk}/depuis/", links_in(mail.outbox[0]))

    def test_page_counts_from_the_last_mail(self):
        self.follow(self.follower)
        self.comment()
        run_tasks()
        following = Following.objects.get()
        self.assertEqual(following.seen_number, 1)
        self.assertContains(self.client.get(self.page()), "Rien de nouveau depuis le ")
        Following.objects.update(seen_at=timezone.now() - timedelta(days=12))
        for number in range(3):
            self.comment(text=f"Suite {number}")
        self.comment(status=Comment.Status.PENDING)
        self.assertContains(self.client.get(self.page()), "3 nouveaux commentaires depuis le ")

    def test_mail_that_did_not_leave_told_nothing(self):
        self.follow(self.follower, cadence="daily")
        self.comment()
        run_tasks()
        self.assertIsNone(Following.objects.get().seen_number)

    def test_button_leads_to_the_first_new_one_and_is_a_visit(self):
        self.send()
        run_tasks()
        first = self.comment()
        self.comment(text="Encore")
        self.follower.refresh_from_db()
        response = self.client.post(self.page(), {"act": "read", "following": Following.objects.get().pk})
        self.assertEqual(response["Location"], f"{POST}?since=1#comment-{first.pk}")
        self.assertContains(self.client.get(self.page()), "Rien de nouveau depuis le ")
        response = self.client.post(self.page(), {"act": "read", "following": Following.objects.get().pk})
        self.assertEqual(response["Location"], f"{POST}#comments")

    def test_looking_at_the_page_is_no_visit(self):
        self.follow(self.follower)
        Following.objects.update(seen_number=0, seen_at=timezone.now())
        self.comment()
        for _ in range(2):
            self.assertContains(self.client.get(self.page()), "1 nouveau commentaire depuis le ")

    def test_page_costs_the_same_however_many_are_followed(self):
        counts = []
        self.client.get(self.page())
        for number in range(3):
            self.follow(self.follower, post=make_post(slug=f"p{number}"))
            with CaptureQueriesContext(connection) as queries:
                self.client.get(self.page())
            counts.append(len(queries))
        self.assertEqual(len(set(counts)), 1, counts)
