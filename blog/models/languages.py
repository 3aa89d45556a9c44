from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """The languages of the publication; a post, a page, an event and a comment have one each."""

    FRENCH = "fr", _("French")
    ENGLISH = "en", _("English")


class TranslationState(models.TextChoices):
    """How far a translation is: of an original, whether one is wanted; '' where nobody asked for one."""

    TODO = "todo", _("to do")
    IN_WORK = "work", _("in work")
    DONE = "done", _("done")
    OUTDATED = "outdated", _("out of date")


# The states in which somebody has something to do.
OPEN_STATES = (TranslationState.TODO, TranslationState.IN_WORK, TranslationState.OUTDATED)
