"""A commenter copies or erases all they wrote, by proving that they hold the address."""

import re
from datetime import timedelta
from unittest import mock

from django.core import mail, signing
from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult

from blog.models import Mention
from blog.models.mentions import digest_addresses
from comments.forms import make_stamp
from comments.law import own_data
from comments.law.limits import OWN_DATA
from comments.law.tasks import erase_own_data
from comments.law.views import OWN_COMMENTS_A_PAGE
from comments.models import Comment, Edit, Follower, Following, Notice, ReplyRequest
from comments.reporting import ask_for_reply, decide_reply, dismiss, notice_path, report
from tests.comments.test_following import QUEUED, run_tasks
from tests.factories import make_carol, make_comment, make_post

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
REQUEST = "/en/comments/my-data/"


class OwnDataCase(TestCase):
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
        return self.client.post(link, {"stamp": stamp, "sure": "on"} | changes)


class OwnDataTests(OwnDataCase):
    def test_nothing_is_erased_before_they_say_that_they_mean_it(self):
        link = self.link()
        page = self.client.get(link).content.decode()
        stamp = re.search(r'name="stamp" value="([^"]+)"', page)[1]
        self.assertRegex(page, r'<input type="checkbox" name="sure"[^>]* required')
        self.assertContains(self.client.post(link, {"stamp": stamp}), "Nothing was erased.", status_code=422)
        french = self.client.post(link.replace("/en/comments/my-data/", "/commentaires/mes-donnees/"), {"stamp": stamp})
        self.assertContains(french, "Rien n’a été effacé.", status_code=422)
        self.assertContains(self.client.get(link), "lea@example.org")

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

    def test_what_they_wrote_on_the_site_that_they_gave_is_shown_and_is_in_the_copy(self):
        make_comment(self.post, email="lea@example.org", site="https://lea.example/")
        for author_url, host, status in (
            ("https://lea.example", "lea.example", "approved"),
            ("https://lea.example/", "lea.example", "pending"),
            ("https://paul.example/", "paul.example", "approved"),
        ):
            source = f"{author_url}/{status}"
            Mention.objects.create(
                post=self.post,
                source=source,
                target="x",
                pair=digest_addresses(source),
                host=host,
                state="verified",
                status=status,
                author_url=author_url,
                said_at=timezone.now(),
                due_at=None,
            )
        link = self.link()
        page = self.client.get(link)
        self.assertContains(page, "https://lea.example/approved")
        self.assertContains(page, 'href="/en/webmention/"')
        self.assertNotContains(page, "paul.example")
        pages = [each["page"] for each in self.client.get(f"{link}copy.json").json()["mentions"]]
        self.assertEqual(pages, ["https://lea.example/approved"])

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

    def test_page_costs_the_same_for_more_comments_and_fetches_no_article(self):
        link = self.link()
        counts = []
        for number in range(2):
            with CaptureQueriesContext(connection) as queries:
                self.client.get(link)
            counts.append(len(queries))
            for each in range(10):
                make_comment(self.post, email="lea@example.org", text=f"Encore {number} {each}.")
        self.assertEqual(counts[0], counts[1])
        self.assertNotIn("body_html", str(queries.captured_queries))

    def test_long_list_stands_on_several_pages(self):
        for number in range(OWN_COMMENTS_A_PAGE):
            make_comment(self.post, email="lea@example.org", text=f"Encore {number}.")
        link = self.link()
        self.assertContains(self.client.get(link), 'href="?page=2"')
        self.assertNotContains(self.client.get(link), "Un souvenir.")
        self.assertContains(self.client.get(f"{link}?page=2"), "Un souvenir.")
        self.assertEqual(len(self.client.get(f"{link}copy.json").json()["comments"]), OWN_COMMENTS_A_PAGE + 2)

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
        self.assertIn("What you wrote here", english.subject)
        self.assertIn(f"http://testserver{REQUEST}", english.body)
        self.assertIn(f"http://testserver{address}", french.body)


class OtherTracesTests(OwnDataCase):
    """Who wrote no comment gave their address all the same."""

    def setUp(self):
        self.notice = report(self.answer, category="hate", explanation="Voyez.", name="Éva", email="Eva@example.org")
        ask = {"passage": "On dit.", "text": "Non.", "name": "Éva"}
        self.asked = ask_for_reply(self.post, **ask, email="eva@example.org")
        mail.outbox.clear()

    def link(self, email="eva@example.org"):
        self.ask(email=email)
        return re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]

    def test_who_only_reported_sees_it_and_gets_a_copy(self):
        ReplyRequest.objects.all().delete()
        link = self.link()
        self.assertContains(self.client.get(link), notice_path(self.notice))
        self.assertEqual(self.client.get(f"{link}copy.json").json()["notices"][0]["explanation"], "Voyez.")

    def test_who_only_asked_for_a_right_of_reply_sees_it(self):
        Notice.objects.all().delete()
        self.assertContains(self.client.get(self.link()), self.asked.reference)

    def test_who_only_follows_sees_it_and_erases_it(self):
        follower = Follower.objects.create(email="ida@example.org", language="fr")
        Following.objects.create(follower=follower, post=self.post)
        link = self.link("ida@example.org")
        self.assertContains(self.client.get(link), "Discussions that you follow")
        self.client.post(link, {"stamp": make_stamp(f"erase {link.split('/')[-2]}"), "sure": "on"})
        self.assertFalse(Follower.objects.exists())
        self.assertEqual(self.client.get(link).status_code, 404)

    def test_decided_affairs_lose_name_and_address_and_open_ones_wait(self):
        carol = make_carol()
        dismiss(self.notice, by=carol, outcome="Non.")
        own_data.erase_some(own_data.trace_of("eva@example.org"))
        self.notice.refresh_from_db()
        self.asked.refresh_from_db()
        self.assertEqual((self.notice.name, self.notice.email, self.notice.explanation), ("", "", "Voyez."))
        self.assertEqual((self.asked.name, self.asked.email), ("Éva", "eva@example.org"))
        decide_reply(self.asked, "refused", by=carol, outcome="Non.")
        own_data.erase_some(own_data.trace_of("eva@example.org"))
        self.asked.refresh_from_db()
        self.assertEqual((self.asked.name, self.asked.email), ("", ""))

    def test_address_that_refused_all_mail_stays_known(self):
        follower = Follower.objects.create(email="lea@example.org", language="fr", refused_at=timezone.now())
        Following.objects.create(follower=follower, post=self.post)
        own_data.forget_affairs("Lea@example.org")
        self.assertEqual(Follower.objects.get(), follower)
        self.assertFalse(Following.objects.exists())


@override_settings(TASKS=QUEUED)
class ErasingTests(OwnDataCase):
    def link(self):
        self.ask()
        run_tasks()
        return re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]

    def written(self):
        return Comment.objects.filter(email__iexact="lea@example.org").count()

    def test_person_is_told_that_it_takes_a_while(self):
        self.assertContains(self.erase(), "is being erased")
        self.assertEqual(self.written(), 2)
        run_tasks()
        self.assertEqual(self.written(), 0)

    def test_no_task_keeps_the_address(self):
        self.erase()
        run_tasks()
        kept = str(list(DBTaskResult.objects.values()))
        self.assertNotIn("lea@example.org", kept.lower())

    def test_what_a_killed_worker_left_is_erased_by_the_next(self):
        link = self.link()
        trace = own_data.trace_of("lea@example.org")
        for number in range(3):
            make_comment(self.post, email="lea@example.org", text=f"Encore {number}.")
        with mock.patch.object(own_data, "ERASED_AT_ONCE", 2):
            self.assertTrue(own_data.erase_some(trace))
            self.assertEqual(self.written(), 3)
            self.assertEqual(self.client.get(link).status_code, 200)
            with mock.patch.object(own_data, "forget_affairs", side_effect=SystemExit), self.assertRaises(SystemExit):
                while own_data.erase_some(trace):
                    pass
            erase_own_data.enqueue(trace=trace)
            run_tasks()
        self.assertEqual(self.written(), 0)
        self.assertEqual(self.client.get(link).status_code, 404)
        self.assertFalse(own_data.erase_some(trace))

    def test_one_discussion_is_held_at_a_time_and_its_post_first(self):
        other = make_post(slug="autre")
        for number in range(2):
            make_comment(other, email="lea@example.org", text=f"Ailleurs {number}.")
        with mock.patch.object(own_data, "hold_all", wraps=own_data.hold_all) as held:
            while own_data.erase_some(own_data.trace_of("lea@example.org")):
                pass
        posts = [set(call.args[0].values_list("post", flat=True)) for call in held.call_args_list]
        self.assertEqual([len(each) for each in posts], [1] * len(posts))
        self.assertEqual(set().union(*posts), {self.post.pk, other.pk})
