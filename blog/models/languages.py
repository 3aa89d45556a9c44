from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """The languages of the publication; a post, a page, an event and a comment have one each."""

    FRENCH = "fr", _("French")
    ENGLISH = "en", _("English")
