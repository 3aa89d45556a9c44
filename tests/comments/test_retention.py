"""What is kept of readers for no longer than the settings say."""

from datetime import timedelta
from io import StringIO
from unittest import mock

from django.core import mail
from django.core.management import call_command
from django.test import TestCase, override_settings
from django.utils import timezone

from blog.models import Mention
from blog.models.mentions import digest_addresses
from comments.following.consent import stop
from comments.law import retention
from comments.law.reasons import Because, waiting_path
from comments.mending import withdraw
from comments.models import Comment, Decision, Edit, Follower, Following, Notice
from comments.moderation import decide
from comments.reporting import can_be_restored, contest, decide_appeal, dismiss, report
from config import background
from tests.factories import make_carol, make_comment, make_post

REFUSED = ("rejected", "spam")


def later(days):
    return timezone.now() + timedelta(days=days)


class RetentionTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.carol = make_carol()
        cls.post = make_post()
        cls.standing = make_comment(cls.post, email="marthe@example.org")

    def test_comments_that_were_not_published_go_after_a_month(self):
        for status in REFUSED:
            make_comment(self.post, status=status)
        retention.enforce(now=later(29))
        self.assertEqual(Comment.objects.filter(status__in=REFUSED).count(), 2)
        retention.enforce(now=later(31))
        self.assertEqual(list(Comment.objects.all()), [self.standing])

    def test_what_was_answered_keeps_its_place_and_nothing_else(self):
        parent = make_comment(self.post, email="lea@example.org", text="Odieux")
        make_comment(self.post, parent=parent)
        Comment.objects.filter(pk=parent.pk).update(status="rejected", is_standing=False, decided_at=timezone.now())
        retention.enforce(now=later(31))
        parent.refresh_from_db()
        self.assertEqual((parent.text, parent.name, parent.email), ("—", "—", ""))
        self.assertEqual(sum(count for _rule, count in retention.enforce(now=later(31))), 0)

    def test_former_texts_go_with_the_text(self):
        parent = make_comment(self.post, text="Odieux")
        make_comment(self.post, parent=parent)
        Edit.objects.create(comment=parent, text="Plus odieux encore")
        Comment.objects.filter(pk=parent.pk).update(status="rejected", is_standing=False, decided_at=timezone.now())
        retention.enforce(now=later(31))
        self.assertFalse(Edit.objects.exists())

    def test_page_that_a_late_answer_to_a_contestation_leads_to_is_there_for_a_month(self):
        comment = make_comment(self.post, status="pending", email="lea@example.org")
        decide(comment, "rejected", by=self.carol, because=Because(facts="Hors sujet."))
        appeal = contest(comment.statements.get(), text="Mais non.")
        Comment.objects.filter(pk=comment.pk).update(decided_at=later(-60))
        decide_appeal(appeal, "kept", by=self.carol, answer="Mais si.")
        retention.enforce(now=later(29))
        self.assertContains(self.client.get(waiting_path(comment)), "Mais si.")
        retention.enforce(now=later(31))
        self.assertEqual(self.client.get(waiting_path(comment)).status_code, 404)

    def test_comment_whose_notice_was_decided_late_stays_as_long(self):
        comment = make_comment(self.post, status="pending")
        decide(comment, "rejected", by=self.carol)
        notice = report(comment, category="hate", explanation="Ceci", name="", email="")
        Comment.objects.filter(pk=comment.pk).update(decided_at=later(-60))
        dismiss(notice, by=self.carol, outcome="Non.")
        retention.enforce(now=later(29))
        self.assertTrue(Comment.objects.filter(pk=comment.pk).exists())

    def test_withdrawn_comment_says_nothing_more_after_a_month(self):
        comment = make_comment(self.post, text="Je regrette", name="Léa", email="lea@example.org")
        Comment.objects.filter(pk=comment.pk).update(network="192.0.2.7")
        Edit.objects.create(comment=comment, text="Je regrettais")
        withdraw(comment)
        retention.enforce(now=later(29))
        comment.refresh_from_db()
        self.assertEqual(comment.text, "Je regrette")
        retention.enforce(now=later(31))
        comment.refresh_from_db()
        self.assertEqual((comment.text, comment.name, comment.email, comment.html), ("—", "—", "", ""))
        self.assertEqual((comment.status, comment.network), ("withdrawn", "192.0.2.7"))
        self.assertFalse(Edit.objects.exists())

    def test_removed_comment_says_nothing_more_after_a_year(self):
        make_comment(self.post, parent=self.standing, text="Une réponse.")
        decide(self.standing, "removed", by=self.carol)
        retention.enforce(now=later(364))
        self.standing.refresh_from_db()
        self.assertEqual(self.standing.text, "Une remarque.")
        retention.enforce(now=later(366))
        self.standing.refresh_from_db()
        self.assertEqual((self.standing.text, self.standing.name, self.standing.is_standing), ("—", "—", True))
        self.assertFalse(can_be_restored(self.standing))

    def test_removed_comment_that_is_contested_or_reported_keeps_its_text(self):
        other = make_comment(self.post)
        for comment in (self.standing, other):
            decide(comment, "removed", by=self.carol)
        contest(self.standing.statements.get(), text="Mais non.")
        report(other, category="hate", explanation="Ceci", name="", email="")
        retention.enforce(now=later(400))
        self.assertFalse(Comment.objects.filter(text="—").exists())

    def test_what_its_writer_contests_stays(self):
        comment = make_comment(self.post, status="pending")
        decide(comment, "rejected", by=self.carol, because=Because(facts="Hors sujet."))
        contest(comment.statements.get(), text="Mais non.")
        retention.enforce(now=later(400))
        self.assertTrue(Comment.objects.filter(pk=comment.pk).exists())

    def test_name_and_address_of_a_notifier_go_after_the_decision(self):
        notices = [
            report(self.standing, category="hate", explanation=text, name="Paul", email="paul@example.org")
            for text in ("Un", "Deux")
        ]
        dismiss(notices[0], by=self.carol, outcome="Non.")
        retention.enforce(now=later(366))
        self.assertEqual(sorted(Notice.objects.values_list("email", "name")), [("", ""), ("paul@example.org", "Paul")])
        self.assertEqual(len(mail.outbox), 3)

    @override_settings(COMMENT_REFUSED_DAYS=5)
    def test_days_are_those_of_the_settings(self):
        make_comment(self.post, status="spam")
        retention.enforce(now=later(6))
        self.assertEqual(Comment.objects.count(), 1)

    def test_batches_come_to_an_end(self):
        for number in range(5):
            make_comment(self.post, status="spam", text=str(number))
        with mock.patch.object(retention, "BATCH", 2):
            retention.enforce(now=later(31))
        self.assertEqual(Comment.objects.count(), 1)

    def test_network_and_browser_are_cleared_after_a_year(self):
        young, old = make_comment(self.post), make_comment(self.post, text="Deux")
        Comment.objects.update(network="192.0.2.7", agent="Lynx")
        Comment.objects.filter(pk=old.pk).update(created_at=later(-366))
        call_command("retention", stdout=StringIO())
        self.assertEqual(
            list(Comment.objects.filter(pk__gte=young.pk).order_by("pk").values_list("pk", "network", "agent")),
            [(young.pk, "192.0.2.7", "Lynx"), (old.pk, None, "")],
        )

    def test_email_of_a_comment_goes_after_three_years(self):
        retention.enforce(now=later(1094))
        self.standing.refresh_from_db()
        self.assertEqual(self.standing.email, "marthe@example.org")
        retention.enforce(now=later(1096))
        self.standing.refresh_from_db()
        self.assertEqual((self.standing.email, self.standing.name), ("", "Marthe Le Goff"))
        self.assertEqual(self.standing.status, "approved")

    def test_email_stays_while_its_holder_follows(self):
        Comment.objects.filter(pk=self.standing.pk).update(email="Marthe@Example.org")
        follower = Follower.objects.create(email="marthe@example.org", language="fr", confirmed_at=timezone.now())
        other = make_comment(self.post, email="lea@example.org")
        Follower.objects.create(email="lea@example.org", language="fr", confirmed_at=timezone.now())
        following = Following.objects.create(follower=follower, post=self.post)
        retention.enforce(now=later(1096))
        self.assertEqual(set(Comment.objects.exclude(email="")), {self.standing})
        self.assertNotIn(other, Comment.objects.exclude(email=""))
        stop(following)
        retention.enforce(now=later(1096))
        self.assertFalse(Comment.objects.exclude(email="").exists())

    def test_email_stays_while_a_notice_is_open(self):
        report(self.standing, category="hate", explanation="Ceci", name="", email="")
        retention.enforce(now=later(1096))
        self.standing.refresh_from_db()
        self.assertTrue(self.standing.email)

    @override_settings(COMMENT_GONE_DAYS=800)
    def test_what_moderators_noted_of_what_is_gone_goes_after_a_year(self):
        comment = make_comment(self.post, status="pending")
        decide(comment, "spam", by=self.carol, reason="Encore Zoé")
        decide(self.standing, "removed", by=self.carol, reason="Insulte")
        retention.enforce(now=later(364))
        self.assertEqual(
            set(Decision.objects.exclude(reason="").values_list("reason", flat=True)), {"Encore Zoé", "Insulte"}
        )
        retention.enforce(now=later(366))
        self.assertEqual(Decision.objects.exclude(reason="").get().comment, self.standing)

    def test_dry_run_says_what_would_go_and_leaves_it(self):
        spam = make_comment(self.post, status="spam")
        Comment.objects.filter(pk=spam.pk).update(decided_at=later(-31))
        out = StringIO()
        call_command("retention", "--dry-run", stdout=out)
        self.assertIn("       1  ", out.getvalue())
        call_command("retention", stdout=out)
        self.assertEqual(Comment.objects.count(), 1)

    @override_settings(
        TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}},
    )
    def test_worker_does_so_once_a_day(self):
        names = ("enforce", "make_up", "forget_rare_words")
        acts = [self.enterContext(mock.patch.object(background, name)) for name in names]
        background.keep_house.call()
        background.keep_house.call()
        for act in acts:
            act.assert_called_once_with()


class PrivacyPageTests(TestCase):
    @override_settings(COMMENT_EMAIL_DAYS=1234)
    def test_it_says_how_long_an_address_proves_whose_a_comment_is(self):
        english = self.client.get("/en/privacy/")
        self.assertContains(english, "unless answers are still mailed there: 1234 days.")
        for rule in ("that its writer withdrew: 30 days.", "that was removed, after the decision: 365 days."):
            self.assertContains(english, rule)
        self.assertContains(english, "nothing proves any longer that a comment is yours")
        self.assertContains(self.client.get(retention_page_in_french()), "Une fois votre adresse effacée")

    def test_it_says_what_cookies_there_are_and_what_moderators_see(self):
        english = self.client.get("/en/privacy/")
        for words in ("a cookie for 30 days", "kept for 180 days", "Moderators see all of this", "have answers mailed"):
            self.assertContains(english, words)

    @override_settings(COMMENT_REFUSED_DAYS=47)
    def test_it_says_what_the_settings_say(self):
        for address in ("/en/privacy/", retention_page_in_french()):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertContains(response, "47")
                self.assertFalse(response.cookies)


def retention_page_in_french():
    from django.urls import reverse
    from django.utils.translation import override

    with override("fr"):
        return reverse("comments:privacy")


class NothingKeptTests(TestCase):
    def test_what_is_no_longer_kept_is_not_put_back(self):
        carol, comment = make_carol(), make_comment(make_post(), status="approved")
        decide(comment, "removed", by=carol)
        retention.blank(Comment.objects.filter(pk=comment.pk))
        self.client.force_login(carol)
        address = f"/admin/comments/comment/{comment.pk}/change/"
        self.assertNotContains(self.client.get(address), 'value="approved"')
        self.client.post(address, {"decision": "approved", "new_text": "—", "reason": "", "ground": "rules"})
        comment.refresh_from_db()
        self.assertEqual(comment.status, "removed")


class MentionTests(TestCase):
    """What people wrote on their own sites is kept for no longer than it stands there, or than it takes to decide."""

    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def make(self, source="https://lea.example/1", **fields):
        kept = {"author_name": "Léa", "author_url": "https://lea.example/", "title": "Titre", "text": "Ses mots"}
        state = {"state": Mention.State.VERIFIED, "due_at": None, "looked_at": timezone.now()}
        pair = digest_addresses(source, "x")
        row = {"post": self.post, "source": source, "target": "x", "pair": pair, "host": "lea.example"}
        return Mention.objects.create(**row | kept | state | fields)

    def test_what_is_shown_stays_as_long_as_it_stands_there(self):
        self.make(status="approved", decided_at=timezone.now())
        retention.enforce(now=later(3000))
        self.assertEqual(Mention.objects.get().author_name, "Léa")

    def test_what_was_turned_down_loses_name_and_words_and_its_site_stays_known(self):
        for status in REFUSED:
            self.make(f"https://lea.example/{status}", status=status, decided_at=timezone.now())
        retention.enforce(now=later(29))
        self.assertEqual(Mention.objects.filter(author_name="Léa").count(), 2)
        retention.enforce(now=later(31))
        for mention in Mention.objects.all():
            kept = (mention.author_name, mention.author_url, mention.title, mention.text, mention.host)
            self.assertEqual(kept, ("", "", "", "", "lea.example"))
        self.assertEqual(sum(count for _rule, count in retention.enforce(now=later(31))), 0)

    def test_what_never_linked_here_or_no_longer_does_is_forgotten(self):
        for state in ("refused", "gone"):
            self.make(f"https://lea.example/{state}", state=state)
        retention.enforce(now=later(29))
        self.assertEqual(Mention.objects.count(), 2)
        retention.enforce(now=later(31))
        self.assertFalse(Mention.objects.exists())

    def test_readers_are_told(self):
        page = self.client.get("/en/privacy/")
        self.assertContains(page, "who write about us elsewhere")
        self.assertContains(page, "was not shown, after the decision: 30 days.")
        self.assertContains(self.client.get("/confidentialite/"), "parle de nous ailleurs")
