import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.test import SimpleTestCase

from tests.stack import running_site


@pytest.mark.skipif("postgres" not in os.environ["DATABASE_URL"], reason="needs a PostgreSQL to begin with")
class ServeOnPostgresqlTests(SimpleTestCase):
    def test_demo_is_loaded_once_and_the_editor_stays_the_same(self):
        folder = Path(self.enterContext(TemporaryDirectory()))
        address = os.environ["DATABASE_URL"]
        with running_site(folder, DATABASE_URL=address) as site:
            self.assertEqual(site.fetch("/blog/2016/06/president-numerique-bonne-idee-webinaire/")[0], 200)
            self.assertIn("Loading the demo", site.said())
            account = site.account
        with running_site(folder, DATABASE_URL=address) as site:
            self.assertNotIn("Loading the demo", site.said())
            self.assertEqual(site.account, account)
            self.assertIn(account["password"], site.said())
