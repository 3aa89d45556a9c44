from django.template import Context, Template, TemplateSyntaxError
from django.test import SimpleTestCase
from django.utils import translation


class FrozenTests(SimpleTestCase):
    def test_part_is_rendered_once_a_language(self):
        template = Template("{% load frozen %}{% frozen %}{{ word }}{% endfrozen %}")
        rendered = []
        for language, word in (("fr", "un"), ("fr", "deux"), ("en", "three")):
            with translation.override(language):
                rendered.append(template.render(Context({"word": word})))
        self.assertEqual(rendered, ["un", "un", "three"])

    def test_key_keeps_one_for_each_of_its_values(self):
        template = Template("{% load frozen %}{% frozen place %}{{ word }}{% endfrozen %}")
        pairs = (("home", "a"), ("list", "b"), ("home", "c"))
        rendered = [template.render(Context({"place": place, "word": word})) for place, word in pairs]
        self.assertEqual(rendered, ["a", "b", "a"])

    def test_two_keys_are_refused(self):
        with self.assertRaises(TemplateSyntaxError):
            Template("{% load frozen %}{% frozen one two %}{% endfrozen %}")
