"""Checked claims in words: where no page of ours has them, in feeds, at partners', in what a search looks through."""

from collections.abc import Iterable
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from blog.facts import written_out
from blog.models.claims import SCALE, Claim
from blog.typography import typeset, typeset_html


def lines_of(claim: Claim) -> list[str]:
    """Return what a post says of a claim as lines of plain text, in the active language, which is the post's."""
    facts = {
        "claim": claim.claim_reviewed,
        "claimant": claim.claimant,
        "day": day_of(claim.claimed_on),
        "verdict": str(claim.get_verdict_display()),
        "value": claim.value,
        "best": SCALE.best,
    }
    whose = gettext("Made by %(claimant)s on %(day)s") if claim.claimed_on else gettext("Made by %(claimant)s")
    verdict = gettext("Verdict: %(verdict)s (%(value)s out of %(best)s)")
    if claim.value is None:
        verdict = gettext("Verdict: %(verdict)s")
    words = [gettext("Claim: %(claim)s"), whose, verdict]
    return [*(each % facts for each in words), *([claim.explanation] if claim.explanation else [])]


def day_of(day: date | None) -> str:
    """Return a day in words of the page's language."""
    return written_out(day, get_language()) if day else ""


def claims_in_html(claims: Iterable[Claim], language: str) -> SafeString:
    """Return claims as HTML that any other site can show, typeset in the language of their post; '' for none."""
    claims = list(claims)
    if not claims:
        return SafeString("")
    paragraphs = [format_html_join(SafeString("<br>"), "{}", lines_in_html(claim, language)) for claim in claims]
    return format_html(
        "<h2>{}</h2>\n{}\n",
        gettext("Fact check"),
        format_html_join("\n", "<p>{}</p>", ((each,) for each in paragraphs)),
    )


def lines_in_html(claim: Claim, language: str) -> Iterable[tuple[SafeString]]:
    """Yield the lines of a claim; where it was made is the link that its maker's name is."""
    for number, line in enumerate(lines_of(claim)):
        words = typeset_html(line, language)
        if number == 1 and claim.appearance:
            words = format_html('<a href="{}" rel="nofollow">{}</a>', claim.appearance, words)
        yield (words,)


def claims_in_text(claims: Iterable[Claim], language: str) -> str:
    """Return claims as plain text, a paragraph each."""
    return "\n\n".join("\n".join(typeset(line, language) for line in lines_of(claim)) for claim in claims)
