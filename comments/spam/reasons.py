"""Why a comment looks like spam: kept as codes and figures, told in the moderator’s language."""

from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext_lazy as _

# Known when a comment is sent, and kept with it until it is judged.
UNPROVED = "unproved"

# What has a person read the comment before it appears, whatever the rules of the site say and however few points there
# are.
HOLDING = frozenset({"lookalike", UNPROVED})

TEXTS = {
    "lookalike": _("Its name is like that of %(name)s"),
    UNPROVED: _("Sent without the calculation that the form asks of browsers"),
    "unseen": _("Invisible characters, or ones that reverse the text"),
    "masked": _("Words in letters chosen so that they are overlooked"),
    "disguised_host": _("An address made to look like another one: %(host)s"),
    "akismet": _("Akismet takes it for spam"),
    "akismet_passed": _("Akismet does not take it for spam"),
    "trap": _("Filled in the field that people do not see"),
    "quick": _("Sent %(seconds)s seconds after the page was made"),
    "stale": _("Sent from a page that was %(days)s days old"),
    "repeated": _("The same text was sent before: %(count)s"),
    "repeated_spam": _("The same text was marked as spam before: %(count)s"),
    "links": _("Links in the text: %(count)s"),
    "link_name": _("The name is an address or an advertisement: “%(name)s”"),
    "ending": _("Leads to an address of a kind that is mostly spam: %(host)s"),
    "made_site": _("The name of its site is a row of words to be found by: %(host)s"),
    "markup": _("Links in the markup of forums"),
    "alphabet": _("Written in another alphabet"),
    "language": _("Neither French nor English, and leads elsewhere"),
    "few_words": _("Says next to nothing, and leaves the address of a site"),
    "vocabulary": _("Vocabulary of spam: %(words)s"),
    "offers": _("The language of offers: %(words)s"),
    "reference": _("Points to a page, and offers nothing"),
    "nothing": _("Leads nowhere and offers nothing"),
    "flattery": _("General praise with an address of its own"),
    "contact": _("Asks to write or call elsewhere: %(words)s"),
    "blocked": _("Blocked term: %(term)s"),
    "words": _("Words as in spam: %(percent)s %%"),
    "starter": _("Its words are judged by the starter set: moderators of this site have not decided enough yet"),
    "silent": _("Its words are not judged: nothing has been learnt yet"),
}


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for spam, or against it where the weight is negative."""

    code: str
    weight: float = 0
    details: dict = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether a person has to read the comment for it."""
        return self.code in HOLDING

    @property
    def text(self) -> str:
        """What it says to a moderator."""
        try:
            return str(TEXTS[self.code]) % self.details
        except (KeyError, ValueError):
            # Written by another version of the program.
            return self.code

    def as_json(self) -> dict:
        """Return it as it is kept."""
        return asdict(self)


def read_reasons(kept: list[dict] | None) -> list[Reason]:
    """Return the reasons that were kept with a comment, the heaviest first."""
    reasons = [Reason(row["code"], row["weight"], row["details"]) for row in kept or ()]
    return sorted(reasons, key=lambda reason: -reason.weight)
