import base64
import hashlib
import re
from importlib.resources import files

from django.conf import settings
from django.test import SimpleTestCase, TestCase


class EditorStyleTests(SimpleTestCase):
    def test_the_style_that_the_editor_puts_in_is_allowed_by_its_hash(self):
        script = files("django_prose_editor") / "static" / "django_prose_editor" / "editor.js"
        source = script.read_text(encoding="utf-8")
        name = re.search(r"this\.css=\w+\((\w+),this\.options\.injectNonce\)", source).group(1)
        style = re.search(rf"\b{name}=`(.*?)`", source, re.DOTALL).group(1)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self.assertIn(f"'sha256-{digest}'", settings.ADMIN_CSP["style-src"])


class AdminPolicyTests(TestCase):
    def test_the_admin_allows_nothing_inline_but_what_it_marks(self):
        policy = self.client.get("/admin/login/").headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
