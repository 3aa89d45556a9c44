"""The order of a thread, the places that those who left keep, and permanent addresses."""

from django.test import TestCase
from lxml.html import HtmlElement, document_fromstring

from comments.discussion import COMMENTS_A_PAGE, DEEPEST_INDENT
from comments.models import Comment, Decision
from comments.models.comments import MAX_DEPTH
from comments.moderation import answer_comment, decide
from tests.factories import make_alice, make_author, make_comment, make_post, make_translation

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"


class ThreadTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def standing(self):
        return [c.text for c in Comment.objects.of(self.post).standing().threaded()]

    def test_answers_follow_what_they_answer(self):
        first = make_comment(self.post, text="1")
        make_comment(self.post, text="2")
        answer = make_comment(self.post, text="1.1", parent=first)
        make_comment(self.post, text="1.2", parent=first)
        make_comment(self.post, text="1.1.1", parent=answer)
        self.assertEqual(self.standing(), ["1", "1.1", "1.1.1", "1.2", "2"])

    def test_order_holds_beyond_nine_and_ninety_nine(self):
        texts = [str(number) for number in range(101)]
        for text in texts:
            make_comment(self.post, text=text)
        self.assertEqual(self.standing(), texts)

    def test_thread_without_end_stays_below_its_place(self):
        parent = None
        for depth in range(MAX_DEPTH + 3):
            parent = make_comment(self.post, text=str(depth), parent=parent)
        make_comment(self.post, text="last")
        self.assertEqual(self.standing()[-1], "last")
        self.assertEqual(parent.depth, MAX_DEPTH - 1)
        self.assertEqual(self.standing()[:-1], [str(depth) for depth in range(MAX_DEPTH + 3)])

    def test_removed_comment_keeps_its_place_while_it_is_answered(self):
        first = make_comment(self.post, text="1")
        answer = make_comment(self.post, text="1.1", parent=first)
        decide(first, Comment.Status.REMOVED, by=None)
        self.assertEqual(self.standing(), ["1", "1.1"])
        page = self.client.get(POST).content.decode()
        self.assertNotIn("<p>1</p>", page)
        self.assertIn("<p>1.1</p>", page)
        decide(answer, Comment.Status.REMOVED, by=None)
        self.assertEqual(self.standing(), [])

    def test_only_what_can_be_read_is_counted(self):
        first = make_comment(self.post)
        make_comment(self.post, parent=first, text="deux")
        make_comment(self.post, text="trois", status=Comment.Status.SPAM)
        decide(first, Comment.Status.WITHDRAWN, by=None)
        self.post.refresh_from_db()
        self.assertEqual(self.post.comment_count, 1)

    def test_each_decision_is_noted_once(self):
        alice = make_alice()
        comment = make_comment(self.post)
        for _click in range(2):
            decide(comment, Comment.Status.REMOVED, by=alice, reason="Réclame")
        noted = Decision.objects.filter(by=alice)
        self.assertEqual([(d.before, d.after, d.reason) for d in noted], [("approved", "removed", "Réclame")])

    def test_author_s_answer_is_marked_and_a_mere_name_is_not(self):
        author = make_author()
        first = make_comment(self.post, name="Yann Gourvennec", text="Je signe de son nom")
        page = self.client.get(POST).content.decode()
        self.assertNotIn("comment-author-mark", page)
        answer_comment(first, author=author, text="C’est moi", by=make_alice())
        page = self.client.get(POST).content.decode()
        self.assertEqual(page.count("comment-author-mark"), 1)

    def test_answer_approves_what_it_answers(self):
        first = make_comment(self.post, status=Comment.Status.PENDING)
        answer_comment(first, author=make_author(), text="Merci", by=make_alice())
        first.refresh_from_db()
        self.assertEqual(first.status, Comment.Status.APPROVED)


def outline(threads: HtmlElement) -> list:
    """Return the texts of a list of comments, each followed by the list of its answers where it has one."""
    found = []
    for item in threads.findall("li"):
        found += [
            each.text_content().strip()
            for each in item.xpath("./div//*[contains(@class, 'comment-text') or @class='is-gone']")
        ]
        found += [outline(answers) for answers in item.findall("ol")]
    return found


class StructureTests(TestCase):
    """What a screen reader says of a place in the discussion: how deep, among how many, in answer to whom."""

    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def branch(self, length: int) -> list[Comment]:
        """Write a comment, an answer to it, an answer to that…, each with its depth for a text."""
        comments = [None]
        for depth in range(length):
            comments.append(make_comment(self.post, text=str(depth), name=f"Nom {depth}", parent=comments[-1]))
        return comments[1:]

    def page(self, query: str = "") -> HtmlElement:
        return document_fromstring(self.client.get(f"{POST}?{query}").content)

    def outline(self, query: str = "") -> list:
        [threads] = self.page(query).xpath("//ol[@class='thread']")
        return outline(threads)

    def said(self, query: str = "") -> list[str | None]:
        """Return what each comment says of what it answers, to who sees the page."""
        heads = self.page(query).xpath("//p[@class='comment-head']")
        found = (head.xpath("span[starts-with(., 'en réponse') or starts-with(., 'in answer')]") for head in heads)
        return [span[0].text_content() if span and span[0].get("class") is None else None for span in found]

    def test_answers_are_a_list_within_what_they_answer(self):
        first, second, _third = self.branch(3)
        make_comment(self.post, text="bis", parent=second)
        make_comment(self.post, text="ter", parent=first)
        make_comment(self.post, text="un autre")
        self.assertEqual(self.outline(), ["0", ["1", ["2", "bis"], "ter"], "un autre"])
        self.assertEqual(self.outline("order=oldest"), ["0", "1", "2", "bis", "ter", "un autre"])

    def test_place_of_a_comment_that_has_gone_holds_its_answers(self):
        first, *_answers = self.branch(2)
        make_comment(self.post, text="un autre")
        decide(first, Comment.Status.REMOVED, by=None)
        gone, answers, other = self.outline()
        self.assertIn("modération", gone)
        self.assertEqual([answers, other], [["1"], "un autre"])

    def test_lists_are_no_deeper_than_the_indentation(self):
        *_above, last = self.branch(DEEPEST_INDENT + 3)
        self.assertEqual(self.outline(), ["0", ["1", ["2", ["3", ["4", "5", "6"]]]]])
        self.assertEqual(self.said(), [None] * 5 + ["en réponse à Nom 4", "en réponse à Nom 5"])
        decide(last.parent, Comment.Status.WITHDRAWN, by=None)
        self.assertNotContains(self.client.get(POST), "Nom 5")

    def test_page_that_begins_within_a_branch_has_a_list_for_each_branch_of_it(self):
        for number in range(COMMENTS_A_PAGE - 3):
            make_comment(self.post, text=f"avant {number}")
        first, second, *_deeper = self.branch(5)
        make_comment(self.post, text="bis", parent=second)
        make_comment(self.post, text="ter", parent=first)
        make_comment(self.post, text="un autre")
        self.assertEqual(self.outline("comments=2"), ["3", ["4"], "bis", "ter", "un autre"])
        self.assertEqual(
            self.said("comments=2"), ["en réponse à Nom 2", None, "en réponse à Nom 1", "en réponse à Nom 0", None]
        )
        indents = [each.get("class") for each in self.page("comments=2").xpath("//li/div[@id]")]
        self.assertEqual(indents, [f"comment indent-{depth}" for depth in (3, 4, 2, 1, 0)])


class AddressTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def test_address_leads_to_page_and_anchor(self):
        for number in range(COMMENTS_A_PAGE + 1):
            comment = make_comment(self.post, text=f"Numéro {number}")
        response = self.client.get(f"/commentaires/{comment.pk}/")
        self.assertEqual(response["Location"], f"{POST}?comments=2#comment-{comment.pk}")
        page = self.client.get(f"{POST}?comments=2")
        self.assertContains(page, f'id="comment-{comment.pk}"')
        self.assertNotContains(page, "Numéro 0")

    def test_address_leads_to_the_post_in_the_language_asked_for(self):
        comment = make_comment(self.post)
        make_translation(self.post)
        response = self.client.get(f"/en/comments/{comment.pk}/")
        self.assertTrue(response["Location"].startswith("/en/blog/2016/06/digital-president"))

    def test_comment_that_waits_has_no_public_address(self):
        comment = make_comment(self.post, status=Comment.Status.PENDING)
        self.assertEqual(self.client.get(f"/commentaires/{comment.pk}/").status_code, 404)
