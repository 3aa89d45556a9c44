"""Where moderators choose whether they are mailed about comments that wait."""

from django.contrib import admin
from django.db.models import QuerySet

from authors.editing import EditorsForm
from blog.admin.mail_choices import MailChoiceAdmin
from comments.alerts.sending import choices_of_moderators
from comments.models import ModeratorMail
from comments.moderators import MODERATE


class ModeratorMailForm(EditorsForm):
    class Meta:
        model = ModeratorMail
        fields = ("cadence", "language")


@admin.register(ModeratorMail)
class ModeratorMailAdmin(MailChoiceAdmin):
    """How often each moderator is mailed."""

    asked_of = MODERATE
    form = ModeratorMailForm
    list_display = ("user", "address", "cadence", "language")
    list_filter = ("cadence",)
    fields = ("user", "address", "cadence", "language")

    def choices(self) -> QuerySet[ModeratorMail]:
        return choices_of_moderators()
