"""The buttons of the pages of a follower."""

from django import forms

from comments.forms import ANSWERS, DISCUSSION
from comments.models import Following


class ConfirmForm(forms.Form):
    """Yes or no to being mailed."""

    CONFIRM, REFUSE = "confirm", "refuse"

    act = forms.ChoiceField(choices=[(CONFIRM, CONFIRM), (REFUSE, REFUSE)])


class ChoiceForm(forms.Form):
    """What becomes of what is followed of one discussion, or of all of them.

    ``following`` is any of the followings in that discussion.

    Without an act it is the one click of a mail program (RFC 8058), which knows of no field of ours: that stops what
    the address is for.
    """

    STOP, STOP_EVERYTHING, CHANGE, READ, RESUME = "stop", "stop-everything", "change", "read", "resume"
    ACTS = (STOP, STOP_EVERYTHING, CHANGE, READ, RESUME)

    act = forms.ChoiceField(choices=[(name, name) for name in ACTS], required=False)
    following = forms.IntegerField(required=False, min_value=1)
    cadence = forms.ChoiceField(choices=Following.Cadence, required=False)
    scope = forms.ChoiceField(choices=[(name, name) for name in (ANSWERS, DISCUSSION)], required=False)
