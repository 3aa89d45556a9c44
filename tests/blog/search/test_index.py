"""Keeping the index: nothing is forgotten, nothing is done twice, and what it is asked is answered from indexes."""

from importlib import import_module
from io import StringIO
from types import SimpleNamespace
from unittest import mock

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from blog.models import Post, SearchEntry, SearchStale, SearchTrigram, SearchWord
from blog.search import catching_up
from blog.search.catching_up import ROWS_IN_A_REQUEST, catch_up, catch_up_all, mark_all
from blog.search.finding import Narrowing, find
from blog.search.queries import read_query
from blog.search.spelling import like, telling
from blog.search.stores import Words, store
from comments.models import Comment
from tests.factories import make_author, make_comment, make_page, make_post


def entries() -> list[tuple[str, int]]:
    return sorted(SearchEntry.objects.values_list("kind", "key"))


def found(query: str) -> list[tuple[str, int]]:
    return [(hit.kind, hit.key) for hit in find(read_query(query), Narrowing(), "fr").hits]


class CatchingUpTests(TestCase):
    def test_what_was_marked_is_seen_to_once(self):
        post = make_post(title="Sirocco")
        post.save()
        post.save()
        self.assertEqual(catch_up_all(), 1)
        self.assertEqual(SearchStale.objects.count(), 0)
        self.assertEqual(found("sirocco"), [("post", post.pk)])

    def test_who_is_killed_leaves_the_marks(self):
        make_post(title="Sirocco")
        with mock.patch.object(catching_up, "index", side_effect=SystemExit), self.assertRaises(SystemExit):
            catch_up()
        self.assertGreater(SearchStale.objects.count(), 0)
        catch_up_all()
        self.assertEqual(len(found("sirocco")), 1)

    def test_change_meanwhile_keeps_its_mark(self):
        post = make_post(title="Sirocco")

        def index_and_be_overtaken(kind, keys):
            SearchStale.objects.mark("post", [post.pk])

        with mock.patch.object(catching_up, "index", side_effect=index_and_be_overtaken):
            catch_up()
        self.assertEqual(SearchStale.objects.count(), 1)

    def test_many_at_once_are_left_to_the_background(self):
        author = make_author()
        with self.captureOnCommitCallbacks(execute=True):
            for number in range(ROWS_IN_A_REQUEST):
                make_post(title="Sirocco", slug=f"sirocco-{number}", authors=[author])
        with mock.patch("blog.tasks.catch_up_search") as task, self.captureOnCommitCallbacks(execute=True):
            author.name = "Mistral"
            author.save()
        task.enqueue.assert_called_once_with()
        catch_up_all()
        self.assertEqual(len(found("mistral sirocco")), ROWS_IN_A_REQUEST)

    def test_one_transaction_is_seen_to_once(self):
        with self.captureOnCommitCallbacks() as callbacks:
            make_post()
            make_page()
        with mock.patch.object(catching_up, "catch_up", return_value=False) as seen:
            for callback in callbacks:
                callback()
        seen.assert_called_once()

    def test_entry_that_goes_takes_its_words_along(self):
        make_comment(make_post(title="Sirocco"), text="Sirocco")
        catch_up_all()
        SearchEntry.objects.all().delete()
        self.assertEqual(found("sirocco"), [])

    def test_kind_that_nobody_knows_any_more_is_passed_over(self):
        SearchStale.objects.mark("nothing", [1])
        catch_up_all()
        self.assertEqual(SearchStale.objects.count(), 0)


class CommandTests(TestCase):
    def run_command(self, *arguments: str) -> str:
        said = StringIO()
        call_command("index_search", *arguments, stdout=said)
        return said.getvalue()

    def test_it_sees_to_what_is_stale(self):
        make_post()
        self.assertEqual(self.run_command(), "1 entries are in the index.\n")

    def test_it_makes_everything_anew(self):
        post, page, author = make_post(title="Sirocco"), make_page(), make_author()
        gone, comment = make_post(slug="part", title="Mistral"), make_comment(post)
        catch_up_all()
        # What no signal tells of.
        SearchEntry.objects.filter(kind="page").delete()
        Post.objects.filter(pk=gone.pk).update(status=Post.Status.WITHDRAWN)
        Post.objects.filter(pk=post.pk).update(title="Bourrasque")
        SearchWord.objects.filter(stem__startswith="fr:").update(stem=Concat(Value("fr:"), "word"))
        SearchTrigram.objects.all().delete()
        self.run_command("--rebuild")
        self.assertEqual(
            entries(), [("author", author.pk), ("comment", comment.pk), ("page", page.pk), ("post", post.pk)]
        )
        self.assertEqual(found("bourrasques"), [("post", post.pk)])
        self.assertIn("bourrasque", list(like("bourasque")))

    def test_bulk_rows_are_found_once_all_is_marked(self):
        post = make_post()
        comments = [
            Comment(
                post=post, number=n, path=f"{n:06}", name="Marthe", language="fr", text="Sirocco",
                html="<p>Sirocco</p>",
                status="approved", is_standing=True,
            )
            for n in range(1, 251)
        ]  # fmt: skip
        Comment.objects.bulk_create(comments)
        mark_all()
        self.assertEqual(catch_up_all(), 251)


class PlanTests(TestCase):
    """The database looks up, and reads nothing from end to end."""

    @classmethod
    def setUpTestData(cls):
        post = make_post(title="Sirocco")
        make_comment(post, text="Sirocco")
        catch_up_all()
        # Enough for a database to find reading them all too long.
        words = Words(["vent"], ["rien"], [], ["page", "texte"])
        many = [
            SearchEntry(
                id=number << 30, kind="many", key=number, is_text=number % 2 == 0, facets="kpost lfr", discussion=number
            )
            for number in range(1, 4001)
        ]
        store().write([(entry, words) for entry in many])
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE blog_searchentry")

    def plans_of(self, ask) -> list[str]:
        # What is kept prepared has its values elsewhere.
        with override_settings(DATABASE_PREPARES=False), CaptureQueriesContext(connection) as queries:
            ask()
        plans = []
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # A few thousand rows are as quickly read.
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("SET LOCAL enable_indexscan = off")
            for query in queries:
                explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
                cursor.execute(explain + query["sql"].replace("%", "%%"))
                plans.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
        return plans

    def test_search_is_answered_by_indexes(self):
        vocabulary, asked = self.plans_of(
            lambda: find(read_query("siroccos -mistral « sirocco »"), Narrowing("post", "fr"), "fr")
        )
        self.assertIn("search_word_by_stem", vocabulary)
        if connection.vendor == "postgresql":
            for name in ("search_entry_texts", "search_entry_heads", "search_entry_voices"):
                self.assertIn(name, asked)
            self.assertNotIn("Seq Scan", asked)
        else:
            self.assertEqual(asked.count("VIRTUAL TABLE INDEX"), 4)
            self.assertEqual(asked.count("SEARCH e USING INTEGER PRIMARY KEY"), 4)
            self.assertIn("search_entry_of_discussion", asked)
            self.assertNotIn("SCAN e", asked)
            # The newest first is the order of the index itself: nothing is sorted.
            self.assertNotIn("TEMP B-TREE", asked)

    def test_suggestion_is_answered_by_an_index(self):
        SearchTrigram.objects.bulk_create(SearchTrigram(trigram="abc", word=f"mot{n}") for n in range(4000))
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE blog_searchtrigram")
        plans = self.plans_of(lambda: list(like("sirrocco")))
        self.assertEqual(len(plans), 2)
        for plan in plans:
            # SQLite gives the index of a constraint a name of its own.
            self.assertRegex(plan, "search_trigram_once|SEARCH blog_searchtrigram USING COVERING INDEX")
            self.assertNotRegex(plan, "Seq Scan|SCAN blog_searchtrigram")

    def test_suggestion_looks_at_the_words_that_have_the_rarest_letters_alone(self):
        SearchTrigram.objects.bulk_create(SearchTrigram(trigram="iro", word=f"xirox{n}") for n in range(50))
        with mock.patch("blog.search.spelling.MOST_LOOKED_AT", 20):
            self.assertEqual(list(like("siroco")), ["sirocco"])
            self.assertNotIn("iro", telling({"iro", "^si", "cco"}))

    def test_index_can_be_made_twice_and_removed(self):
        migration = import_module("blog.migrations.0030_search")
        with connection.cursor() as cursor:
            editor = SimpleNamespace(connection=connection, execute=cursor.execute)
            migration.create(None, editor)
            self.assertEqual(len(found("sirocco")), 2)
            migration.drop(None, editor)
            migration.create(None, editor)
        self.assertEqual(found("sirocco"), [])
        mark_all()
        catch_up_all()
        self.assertEqual(len(found("sirocco")), 2)

    def test_words_get_the_stems_that_they_have_by_now(self):
        make_post(slug="publique", title="La place publique")
        catch_up_all()
        SearchWord.objects.filter(stem="fr:public").update(stem="fr:publiqu")
        self.assertEqual(found("publique"), [])
        import_module("blog.migrations.0038_stems").learn_anew(apps, None)
        self.assertEqual(len(found("publique")), 1)
        self.assertFalse(SearchWord.objects.filter(stem="fr:publiqu").exists())
