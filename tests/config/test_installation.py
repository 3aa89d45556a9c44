import json
import os
import stat
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from django.contrib.auth import get_user_model
from django.test import TestCase, override_settings

from authors.models import Author
from config import installation


class InstallationTestCase(TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(TemporaryDirectory()))
        self.enterContext(override_settings(DATA_DIR=self.folder, STATIC_ROOT=self.folder / "static"))
        self.enterContext(redirect_stdout(StringIO()))


class DemoEditorTests(InstallationTestCase):
    def test_their_password_is_kept_for_the_owner_of_the_folder_alone(self):
        installation.make_demo_editor()
        place = self.folder / "demo-account.json"
        self.assertEqual(stat.S_IMODE(place.stat().st_mode), 0o600)
        account = json.loads(place.read_text())
        user = get_user_model().objects.get(username=account["username"])
        self.assertTrue(user.check_password(account["password"]))

    def test_they_may_edit_and_moderate_and_not_more(self):
        installation.make_demo_editor()
        user = get_user_model().objects.get(username=installation.DEMO_EDITOR)
        self.assertTrue(user.is_staff)
        self.assertFalse(user.is_superuser)
        self.assertTrue(user.has_perms(["blog.change_post", "comments.moderate_comment"]))
        self.assertFalse(user.has_perm("auth.change_user"))

    def test_they_sign_as_the_editor_in_chief(self):
        author = Author.objects.create(name="Camille Ferrand", slug=installation.DEMO_EDITOR_SLUG)
        installation.make_demo_editor()
        author.refresh_from_db()
        self.assertEqual(author.user.username, installation.DEMO_EDITOR)

    def test_they_are_told_again_at_the_next_start(self):
        installation.make_demo_editor()
        self.assertEqual(installation.find_demo_editor().username, installation.DEMO_EDITOR)

    def test_with_a_password_of_their_own_they_are_not_told(self):
        installation.make_demo_editor()
        user = get_user_model().objects.get(username=installation.DEMO_EDITOR)
        user.set_password("another one, typed by hand")
        user.save()
        self.assertIsNone(installation.find_demo_editor())

    def test_once_removed_they_are_not_told(self):
        installation.make_demo_editor()
        get_user_model().objects.all().delete()
        self.assertIsNone(installation.find_demo_editor())

    def test_a_broken_file_is_as_none(self):
        installation.make_demo_editor()
        (self.folder / "demo-account.json").write_text("{")
        self.assertIsNone(installation.find_demo_editor())


class StaticFilesTests(InstallationTestCase):
    def test_they_are_collected_once(self):
        with mock.patch("config.installation.call_command") as collect:
            (self.folder / "static").mkdir()
            installation.collect_static_files()
            installation.collect_static_files()
        collect.assert_called_once()

    def test_they_are_collected_again_when_one_has_changed(self):
        added = self.folder / "more"
        added.mkdir()
        (added / "new.css").write_text("p {}")
        before = installation.describe_static_files()
        with override_settings(STATICFILES_DIRS=[added]):
            first = installation.describe_static_files()
            os.utime(added / "new.css", (1, 1))
            second = installation.describe_static_files()
        self.assertEqual(len({before, first, second}), 3)


class MigrationTests(InstallationTestCase):
    def test_nothing_is_run_where_nothing_is_missing(self):
        with mock.patch("config.installation.call_command") as command:
            installation.migrate()
        command.assert_not_called()
