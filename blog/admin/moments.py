"""Moments as forms of the admin take them: a day and an hour by the clocks of the publication."""

from datetime import UTC, datetime

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db import models
from django.utils import timezone

from blog.models.moments import moment_at


class WallClockField(forms.SplitDateTimeField):
    """A date and a time as a clock shows them, of which the form says later in what zone."""

    def compress(self, data_list: list) -> datetime | None:
        with timezone.override(UTC):
            moment = super().compress(data_list)
        return moment and timezone.make_naive(moment, UTC)


class MomentField(WallClockField):
    """A moment by the clocks of the publication.

    Django's field refuses an hour that comes twice, and with it every change of a post that is of such an hour.
    """

    def compress(self, data_list: list) -> datetime | None:
        naive = super().compress(data_list)
        return naive and moment_at(naive)


# For ``formfield_overrides`` of an admin or an inline.
MOMENT_FIELDS = {models.DateTimeField: {"form_class": MomentField, "widget": AdminSplitDateTime}}


def keep_untouched(form: forms.BaseForm, names: tuple[str, ...]) -> None:
    """Let the moments that nobody changed in a form be what they were: clocks may show the same for the hour after."""
    for name in names:
        before = form.initial.get(name)
        if before and name in form.cleaned_data and name not in form.changed_data:
            form.cleaned_data[name] = before
