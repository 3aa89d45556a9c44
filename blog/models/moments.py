from datetime import UTC, date, datetime, time

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Years that an address can hold. Further from today a date is a slip of the keyboard, and the ends of the calendar
# cannot be moved to another time zone.
FIRST_YEAR, LAST_YEAR = 1900, 2099

# A day within, so that it is one of these years in every time zone.
EARLIEST = datetime(FIRST_YEAR, 1, 2, tzinfo=UTC)
LATEST = datetime(LAST_YEAR, 12, 30, tzinfo=UTC)


def validate_year(moment: datetime) -> None:
    """Raise ValidationError where the year of a date is none that a publication can mean."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValidationError(
            _("The year must be from %(first)d to %(last)d."), params={"first": FIRST_YEAR, "last": LAST_YEAR}
        )


def start_of(day: date) -> datetime:
    """Return the first moment of a day by the clocks of the publication."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def moment_at(naive: datetime) -> datetime:
    """Return the moment at which the clocks of the publication show a day and an hour.

    Of an hour that comes twice in autumn the first is meant; raise ValidationError for one that clocks leave out in
    spring, and for a year that a publication cannot mean.
    """
    validate_year(naive)
    zone = timezone.get_default_timezone()
    moment = naive.replace(tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise ValidationError(_("Clocks go forward then: this hour does not exist on that day."))
    return moment
