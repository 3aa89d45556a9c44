"""Why a comment looks like spam: kept as codes and figures, told in the moderator’s language."""

from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext_lazy as _

TEXTS = {
    "trap": _("Filled in the field that people do not see"),
    "quick": _("Sent %(seconds)s seconds after the page was made"),
    "stale": _("Sent from a page that was %(days)s days old"),
    "repeated": _("The same text was sent before: %(count)s"),
    "repeated_spam": _("The same text was marked as spam before: %(count)s"),
    "links": _("Links in the text: %(count)s"),
    "link_name": _("The name is an address or an advertisement: “%(name)s”"),
    "ending": _("Leads to an address of a kind that is mostly spam: %(host)s"),
    "markup": _("Links in the markup of forums"),
    "alphabet": _("Written in another alphabet"),
    "vocabulary": _("Vocabulary of spam: %(words)s"),
    "offers": _("The language of offers: %(words)s"),
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
