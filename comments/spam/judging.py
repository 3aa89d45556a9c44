"""The verdict on a comment: what speaks for spam, added up."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.formats import localize
from django.utils.translation import gettext as _

from comments.holding import hold
from comments.lookalikes import name_resembled
from comments.models import Comment
from comments.moderation import decide
from comments.spam import akismet
from comments.spam.bayes import Counts, as_probability, log_odds
from comments.spam.blocking import blocked_terms_of
from comments.spam.clues import find_clues
from comments.spam.learning import learnt_counts
from comments.spam.reasons import UNPROVED, Reason, read_reasons
from comments.spam.starter import starter_counts
from comments.spam.words import Facts, normalise, tokenise

# So many points hold a comment. What a moderator finds in the spam by mistake costs a reader, what waits by mistake
# costs a click: the line is drawn where one real comment in a hundred may cross it, and no more.
HELD_AT = 5

# Points for each unit of the words' log odds, and how many they give at most, for spam or against it.
WORDS_WEIGHT = 2.5
MOST_OF_WORDS = 12

# With fewer comments of a kind, chance decides which words it knows.
LEAST_LEARNT = 10

# What is short is said by many: ‘Merci !’
SHORTEST_REPEATED = 25
# As many of the same text as are counted: more say nothing new.
MOST_REPEATED = 100


@dataclass(frozen=True)
class Verdict:
    """How much a comment looks like spam, in points, and why."""

    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        """The points, to a tenth; negative where everything speaks for a real comment."""
        return round(sum(reason.weight for reason in self.reasons), 1)

    @property
    def is_held_as_spam(self) -> bool:
        """Whether it is put aside as spam, where moderators can find it."""
        return self.score >= HELD_AT

    @property
    def is_to_be_read(self) -> bool:
        """Whether a person has to read it before it appears, whatever the rules of the site say."""
        return any(reason.holds for reason in self.reasons)


def judge(facts: Facts, *, learnt: Counts | None = None, starter: Counts | None = None) -> Verdict:
    """Return the verdict on a comment.

    ``learnt`` is what the site has learnt about its tokens, ``starter`` what stands in for that on a new site; without
    them the words are not judged.
    """
    clues = tuple(find_clues(facts))
    words = judge_words(facts, learnt or Counts(), starter or Counts())
    if any(reason.code == "alphabet" for reason in clues):
        # So little is known of other languages that it can speak for nobody.
        words = [reason for reason in words if reason.weight >= 0]
    return Verdict((*clues, *words))


def judge_words(facts: Facts, learnt: Counts, starter: Counts) -> list[Reason]:
    """Return what its words say, and by what they were judged where the site's moderators did not teach it."""
    tokens = tokenise(facts)
    reasons = []
    if min(learnt.spam_total, learnt.ham_total) < LEAST_LEARNT:
        if min(starter.spam_total, starter.ham_total) < LEAST_LEARNT:
            return [Reason("silent")]
        learnt = Counts()
        reasons.append(Reason("starter"))
    odds = log_odds(tokens, learnt, starter)
    weight = round(max(-MOST_OF_WORDS, min(odds * WORDS_WEIGHT, MOST_OF_WORDS)), 1)
    return [*reasons, Reason("words", weight, {"percent": round(100 * as_probability(odds))})]


def facts_of(comment: Comment) -> Facts:
    """Return what is known of a comment, with what the database knows of others like it."""
    same_text = same_spam = 0
    if comment.text_digest and len(normalise(comment.text)) >= SHORTEST_REPEATED:
        twins = Comment.objects.filter(text_digest=comment.text_digest).exclude(pk=comment.pk).order_by()
        statuses = list(twins.values_list("status", flat=True)[:MOST_REPEATED])
        same_text, same_spam = len(statuses), statuses.count(Comment.Status.SPAM)
    return Facts.of(
        comment,
        same_text=same_text,
        same_spam=same_spam,
        blocked=tuple(blocked_terms_of(comment)),
        resembles="" if comment.author_id else name_resembled(comment.name),
        is_unproved=any(reason.code == UNPROVED for reason in read_reasons(comment.spam_reasons)),
    )


def judge_and_hold(comment: Comment) -> Verdict:
    """Keep the verdict with a comment; put it aside as spam where nobody has decided yet. Nothing is approved here."""
    facts = facts_of(comment)
    tokens = tokenise(facts)
    verdict = judge(facts, learnt=learnt_counts(tokens), starter=starter_counts(tokens))
    if comment.status == Comment.Status.PENDING and not verdict.is_held_as_spam:
        # Nobody is told of what is held already.
        verdict = Verdict((*verdict.reasons, *akismet.ask(comment)))
    comment.spam_score = verdict.score
    comment.spam_reasons = [reason.as_json() for reason in verdict.reasons]
    # What its writer has changed meanwhile has a verdict of its own, by the task that the change asked for.
    judged = Comment.objects.filter(pk=comment.pk, text=comment.text)
    judged.update(spam_score=comment.spam_score, spam_reasons=comment.spam_reasons)
    if verdict.is_held_as_spam:
        with transaction.atomic():
            locked = hold(comment)
            if locked.status == Comment.Status.PENDING and locked.text == comment.text:
                heaviest = max(verdict.reasons, key=lambda reason: reason.weight)
                decide(locked, Comment.Status.SPAM, by=None, reason=heaviest.text[:300])
                comment.status = locked.status
    return verdict


def describe_verdict(comment: Comment) -> tuple[str, list[str]]:
    """Return the score that was kept with a comment and its reasons, in words for moderators."""
    if comment.spam_score is None:
        return _("Not judged yet"), []
    score = _("%(score)s points; %(held)s hold a comment") % {"score": localize(comment.spam_score), "held": HELD_AT}
    reasons = [
        f"{reason.text} ({'+' if reason.weight >= 0 else ''}{localize(reason.weight)})"
        for reason in read_reasons(comment.spam_reasons)
    ]
    return score, reasons
