"""How often one sender may send the forms that the law asks for."""

from blog.limits import Limit

AN_HOUR = 3600

# Somebody who reads a whole discussion that went wrong reports several comments at once.
REPORTS = Limit("reports", most=10, of_network=30, seconds=AN_HOUR)
APPEALS = Limit("appeals", most=10, of_network=30, seconds=AN_HOUR)
REPLIES = Limit("replies", most=5, of_network=15, seconds=AN_HOUR)
# Each may send a mail to somebody who did not ask for it.
OWN_DATA = Limit("own-data", most=5, of_network=15, seconds=AN_HOUR)
