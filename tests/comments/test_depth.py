"""Threads far deeper than a path says: a decision costs the same at any depth, and reaches those that it concerns."""

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from comments.following.notifications import followings_of
from comments.locking import lock_thread
from comments.models import Comment, Follower, Following, path_below
from comments.models.comments import MAX_DEPTH
from comments.moderation import decide
from tests.factories import make_comment, make_post

Status = Comment.Status

# Some times as deep as a path; a statement for each step would stand out.
DEPTH = 4 * MAX_DEPTH


def make_line(post, length: int, **overrides) -> list[Comment]:
    """Make comments of which each answers the one before."""
    line: list[Comment] = []
    for number in range(1, length + 1):
        parent = line[-1] if line else None
        path = path_below(parent, number)
        fields = {
            "name": "Marthe Le Goff",
            "language": "fr",
            "text": f"{number}",
            "html": f"<p>{number}</p>",
            "status": Status.APPROVED,
            "is_standing": True,
        }
        place = {"number": number, "path": path, "depth": len(path) // len(path_below(None, number)) - 1}
        line.append(Comment(post=post, parent=parent, **place, **fields | overrides))
        line[-1].save(force_insert=True)
    return line


class DeepThreadTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def queries_of(self, comment, status):
        # As a request fetches it, without those above.
        comment = Comment.objects.get(pk=comment.pk)
        with CaptureQueriesContext(connection) as queries:
            decide(comment, status, by=None)
        return len(queries)

    def standing(self):
        return [comment.number for comment in Comment.objects.standing().order_by("number")]

    def test_decision_costs_the_same_at_every_depth(self):
        line = make_line(self.post, DEPTH)
        answers = [make_comment(self.post, parent=line[at], status=Status.PENDING) for at in (1, -1)]
        high, deep = [self.queries_of(answer, Status.APPROVED) for answer in answers]
        self.assertLessEqual(deep, high)
        high, deep = [self.queries_of(answer, Status.REMOVED) for answer in answers]
        self.assertLessEqual(deep, high)

    def test_last_that_goes_takes_the_places_above_along(self):
        line = make_line(self.post, DEPTH)
        for comment in line[1:-1]:
            decide(comment, Status.WITHDRAWN, by=None)
        self.assertEqual(len(self.standing()), DEPTH)
        self.assertLess(self.queries_of(line[-1], Status.REMOVED), DEPTH // 2)
        self.assertEqual(self.standing(), [1])
        decide(line[-1], Status.APPROVED, by=None)
        self.assertEqual(len(self.standing()), DEPTH)

    def test_places_stand_that_something_else_stands_below(self):
        line = make_line(self.post, 6)
        beside = make_comment(self.post, parent=line[2])
        for comment in line[:-1]:
            decide(comment, Status.WITHDRAWN, by=None)
        decide(line[-1], Status.REMOVED, by=None)
        self.assertEqual(self.standing(), [1, 2, 3, beside.number])

    def test_followers_of_all_above_are_told_of_the_deepest_and_of_no_other(self):
        line = make_line(self.post, DEPTH)
        beside = make_comment(self.post, parent=line[-3])
        followers = []
        for comment in (line[0], line[-2], line[-1], beside):
            follower = Follower.objects.create(
                email=f"{comment.number}@example.org", language="fr", confirmed_at=comment.created_at
            )
            followers.append(Following.objects.create(follower=follower, post=self.post, comment=comment))
        with self.assertNumQueries(1):
            told = list(followings_of(line[-1]))
        self.assertEqual(told, followers[:2])

    def test_locking_at_the_greatest_depth_reaches_what_is_below_and_nothing_beside(self):
        line = make_line(self.post, DEPTH)
        beside = make_comment(self.post, parent=line[-3])
        lock_thread(line[-2], by=None)
        locked = Comment.objects.filter(is_locked=True).order_by("number")
        self.assertEqual(list(locked), line[-2:])
        self.assertNotIn(beside, locked)
