"""Which posts are offered after one: about the same, in its language, public; found when they are saved."""

from datetime import timedelta
from unittest.mock import patch

from django.core.management import call_command
from django.db import connection
from django.test import SimpleTestCase, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog import relating
from blog.models import Post, Relation, TellingWord, WordCount
from blog.relating import KEPT, SHOWN, WORDS_KEPT, relate, relate_all, telling, words_of
from tests.factories import PUBLISHED_AT, make_category, make_post, make_tag

BEES = "Les abeilles butinent le tilleul ; l’apiculteur récolte leur miel, et la ruche essaime au printemps."
MORE_BEES = "Le miel de tilleul est clair. Une ruche d’abeilles essaime, et l’apiculteur la recueille."
BOATS = "Le voilier quitte le port ; l’équipage hisse la misaine et règle ses écoutes dans la houle."


def numbered(number: int, text: str, **fields) -> Post:
    fields = {
        "slug": f"post-{number}",
        "title": f"Numéro {number}",
        "standfirst": "",
        "body": f"<p>{text}</p>",
    } | fields
    return make_post(**{"published_at": PUBLISHED_AT + timedelta(days=number)} | fields)


def related(post: Post) -> list[str]:
    return list(Relation.objects.filter(post=post).order_by("-score", "-other").values_list("other__slug", flat=True))


class WordsTests(SimpleTestCase):
    def test_words_are_known_in_all_their_forms(self):
        words = words_of("Débats", "", "Le débat ; des DÉBATS, et l’œuvre d’un débatteur à 100 % de 2017.")
        self.assertEqual(words["debat"], 6)
        self.assertEqual(set(words), {"debat", "debatte", "oeuvre"})

    def test_what_few_say_tells_more(self):
        counts = {1: 2, 2: 40, 3: 90}
        weights = telling({1: 3, 2: 3, 3: 3}, counts.get, 100)
        self.assertGreater(weights[1], weights[2])
        self.assertNotIn(3, weights, "a word of nearly all posts tells nothing")
        self.assertAlmostEqual(sum(weight**2 for weight in weights.values()), 1_000_000, delta=2000)

    def test_text_of_nothing_but_common_words_has_none(self):
        self.assertEqual(telling(words_of("", "", "Le la les et ou où, 12 345 !"), lambda word: 1, 100), {})


class RelatedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.bees, cls.more_bees = numbered(1, BEES), numbered(2, MORE_BEES)
        cls.boats = numbered(3, BOATS)
        for post in (cls.bees, cls.more_bees, cls.boats):
            relate(post.pk)

    def offered(self, post: Post) -> str:
        page = self.client.get(post.path()).content.decode()
        return page.partition('id="next"')[2].partition("</section>")[0]

    def test_words_bring_posts_together_both_ways(self):
        self.assertEqual(related(self.bees)[:1], ["post-2"])
        self.assertEqual(related(self.more_bees)[:1], ["post-1"])
        self.assertIn("/post-2/", self.offered(self.bees))

    def test_subjects_bring_posts_together_whose_words_do_not(self):
        rare, elsewhere = make_tag(), make_category(slug="ailleurs", name_fr="Ailleurs", name_en="Elsewhere")
        one = numbered(4, "Rien de commun ici.", tags=[rare], category=elsewhere)
        other = numbered(5, "Tout autre propos, là.", tags=[rare])
        relate(one.pk)
        relate(other.pk)
        self.assertEqual(related(one)[0], "post-5")

    def test_link_brings_posts_together(self):
        elsewhere = make_category(slug="ailleurs", name_fr="Ailleurs", name_en="Elsewhere")
        linking = numbered(6, f'<a href="{self.boats.path()}" data-post="{self.boats.pk}">Lire</a>', category=elsewhere)
        relate(linking.pk)
        self.assertEqual(related(linking)[0], "post-3")
        self.assertIn("post-6", related(self.boats))

    def test_other_language_is_never_offered(self):
        english = numbered(7, BEES, language="en")
        relate(english.pk)
        self.assertEqual(related(english), [])
        self.assertNotIn("post-7", related(self.bees))

    def test_what_readers_do_not_see_is_not_offered_at_once(self):
        self.more_bees.status = Post.Status.WITHDRAWN
        self.more_bees.save()
        self.assertNotIn("/post-2/", self.offered(self.bees), "before any task has run")
        relate(self.more_bees.pk)
        self.assertNotIn("post-2", related(self.bees))
        self.assertFalse(TellingWord.objects.filter(post=self.more_bees).exists())

    def test_scheduled_post_is_offered_once_its_hour_has_come(self):
        coming = numbered(8, BEES, published_at=timezone.now() + timedelta(hours=1))
        relate(coming.pk)
        self.assertIn("post-8", related(self.bees))
        self.assertNotIn("/post-8/", self.offered(self.bees))
        Post.objects.filter(pk=coming.pk).update(published_at=timezone.now() - timedelta(minutes=1))
        self.assertIn("/post-8/", self.offered(self.bees))

    def test_draft_is_related_to_nothing(self):
        draft = numbered(9, BEES, status=Post.Status.DRAFT)
        self.assertEqual(relate(draft.pk), [])
        self.assertEqual(related(draft), [])

    def test_text_that_is_about_something_else_now_leaves_the_others(self):
        self.more_bees.body = f"<p>{BOATS}</p>"
        self.more_bees.save()
        relate(self.more_bees.pk)
        self.assertEqual(related(self.more_bees)[0], "post-3")
        self.assertEqual(related(self.boats)[0], "post-2")

    def test_no_more_are_kept_than_that(self):
        for number in range(20, 20 + KEPT + 4):
            relate(numbered(number, BEES).pk)
        for post in Post.objects.all():
            self.assertLessEqual(len(related(post)), KEPT)
        self.assertEqual(self.offered(self.bees).count("<li>"), SHOWN)

    def test_until_it_is_known_the_category_is_offered(self):
        new = numbered(30, BEES)
        self.assertIn("/post-2/", self.offered(new))
        self.assertIn("/post-1/", self.offered(new))

    def test_post_that_was_deleted_is_offered_nowhere(self):
        self.more_bees.delete()
        self.assertNotIn("post-2", related(self.bees))

    def test_running_twice_changes_nothing(self):
        relate(self.more_bees.pk)
        before = list(Relation.objects.order_by("post", "other").values_list("post", "other", "score"))
        counted = list(WordCount.objects.order_by("pk").values_list("word", "posts"))
        relate(self.more_bees.pk)
        self.assertEqual(list(Relation.objects.order_by("post", "other").values_list("post", "other", "score")), before)
        self.assertEqual(list(WordCount.objects.order_by("pk").values_list("word", "posts")), counted)

    def test_all_of_them_by_command(self):
        Relation.objects.all().delete()
        WordCount.objects.update(posts=999)
        call_command("relate_posts", verbosity=0)
        self.assertEqual(related(self.bees)[0], "post-2")
        self.assertEqual(WordCount.objects.get(language="fr", word=0).posts, 3)
        self.assertLessEqual(TellingWord.objects.filter(post=self.bees).count(), WORDS_KEPT)

    def test_those_of_before_are_made_up_for_some_at_a_time(self):
        TellingWord.objects.all().delete()
        Relation.objects.all().delete()
        self.assertEqual(
            [relating.relate_missing(2), relating.relate_missing(2), relating.relate_missing(2)], [2, 1, 0]
        )
        self.assertEqual(related(self.bees)[0], "post-2")

    def test_command_holds_some_posts_at_a_time(self):
        with CaptureQueriesContext(connection) as few, patch.object(relating, "POSTS_AT_ONCE", 2):
            self.assertEqual(relate_all(), 3)
        texts = [query["sql"] for query in few if "body_text" in query["sql"]]
        self.assertTrue(texts)
        self.assertTrue(all("LIMIT 2" in sql for sql in texts), "never all texts at once")
        self.assertEqual(related(self.bees)[0], "post-2")


class AskingTests(TestCase):
    """When the background is asked to look."""

    def test_publishing_asks_and_a_draft_does_not(self):
        with self.captureOnCommitCallbacks(execute=True):
            draft = numbered(1, BEES, status=Post.Status.DRAFT)
        self.assertNotIn(draft.pk, {row.post_id for row in TellingWord.objects.all()})
        draft.status = Post.Status.PUBLISHED
        with self.captureOnCommitCallbacks(execute=True):
            draft.save()
        self.assertTrue(TellingWord.objects.filter(post=draft).exists())

    def test_withdrawing_asks(self):
        with self.captureOnCommitCallbacks(execute=True):
            post = numbered(1, BEES)
        self.assertTrue(TellingWord.objects.filter(post=post).exists())
        post.status = Post.Status.WITHDRAWN
        with self.captureOnCommitCallbacks(execute=True):
            post.save(update_fields=["status"])
        self.assertFalse(TellingWord.objects.filter(post=post).exists())

    def test_several_changes_ask_once(self):
        with self.captureOnCommitCallbacks() as callbacks:
            post = numbered(1, BEES, tags=[make_tag()])
            post.save()
        asked = [each for each in callbacks if getattr(each, "func", None) is relating.ask]
        self.assertGreater(len(asked), 1)
        with patch.object(relating, "relate_post") as task:
            for callback in asked:
                callback()
        task.enqueue.assert_called_once_with(post_id=post.pk)
