"""Which posts are about the same, as ``blog.relating`` found it: an index, never edited."""

from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from blog.models.languages import Language
from blog.models.posts import Post


class WordCount(models.Model):
    """In how many published texts of a language a word stands; word 0 stands in all of them."""

    language = models.CharField(max_length=2, choices=Language)
    # A digest (``blog.relating.number_of``), since a number takes less room in an index than a word.
    word = models.BigIntegerField()
    posts = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["language", "word"], name="word_count_once_a_language")]

    def __str__(self) -> str:
        return f"{self.language} {self.word}: {self.posts}"


class TellingWord(models.Model):
    """One of the words that tell a post from others, and how much it does, in thousandths."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="telling_words", db_index=False)
    # Digest of the word and its language, so that none of the other language is found by it.
    word = models.BigIntegerField()
    weight = models.PositiveSmallIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["word", "post", "weight"], name="telling_word_in_posts")]
        constraints = [models.UniqueConstraint(fields=["post", "word"], name="telling_word_once_a_post")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.word}"


class RelationQuerySet(models.QuerySet):
    def of(self, post: object) -> QuerySet:
        """Return the keys of what is related to a post, whoever may see it."""
        return self.filter(post=post).order_by().values("other")

    def score_with(self, post: object) -> Subquery:
        """Return how much posts are related to one, as an annotation of them; NULL where they are not."""
        return Subquery(self.filter(post=post, other=OuterRef("pk")).values("score")[:1])


class Relation(models.Model):
    """That whoever read a post may want to read another of its language, and how sure that is, in thousandths."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="relations", db_index=False)
    other = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()

    objects = RelationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["post", "other"], name="relation_once"),
            models.CheckConstraint(condition=~Q(post=F("other")), name="relation_is_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.other_id}: {self.score}"
