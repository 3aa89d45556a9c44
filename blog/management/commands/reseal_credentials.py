from django.core.management.base import BaseCommand, CommandError

from blog.syndication.credentials import CredentialsError, reseal


class Command(BaseCommand):
    help = "Seal the credentials of all partners with the newest key, so that older ones can be thrown away."

    def handle(self, **options) -> None:
        try:
            done, lost = reseal()
        except CredentialsError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{done} sealed with the newest key.")
        if lost:
            raise CommandError(f"{lost} are opened by none of the keys: they have to be entered again in the admin.")
