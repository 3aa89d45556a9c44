"""The buttons of the pages that the mails to moderators lead to."""

from django import forms

from comments.models import ModeratorMail
from comments.moderation import DECISIONS, Status


class DecideForm(forms.Form):
    """A decision on a comment that waits, and which text it is made on."""

    decision = forms.ChoiceField(choices=[(status, status) for status in DECISIONS[Status.PENDING]])
    seen = forms.CharField(max_length=64)


class ChooseForm(forms.Form):
    """How often a moderator is mailed; empty, the one click of a mail program (RFC 8058), it means never."""

    cadence = forms.ChoiceField(choices=ModeratorMail.Cadence, required=False)
