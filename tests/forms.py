"""Fill a form of a page as a browser would: with what stands in it, and the changes that a person makes."""

from html.parser import HTMLParser


class FormReader(HTMLParser):
    """Collects what a browser would send of the form with an id: fields that are not buttons, as they stand."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.is_inside = False
        self.fields: dict[str, list[str]] = {}
        self.buttons: list[tuple[str, str]] = []
        self.select = None
        self.textarea = None

    def handle_starttag(self, tag: str, attrs: list) -> None:
        attrs = dict(attrs)
        if tag == "form":
            self.is_inside = attrs.get("id") == self.form_id
        elif self.is_inside and "disabled" not in attrs:
            getattr(self, f"read_{tag}", lambda attrs: None)(attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None

    def handle_data(self, data: str) -> None:
        if self.textarea:
            # The parser of a browser leaves out a line break at the very beginning.
            self.fields[self.textarea][-1] += data

    def read_input(self, attrs: dict) -> None:
        kind = attrs.get("type", "text")
        if kind in ("submit", "button"):
            self.buttons.append((attrs.get("name", ""), attrs.get("value", "")))
        elif kind == "file" or (kind in ("checkbox", "radio") and "checked" not in attrs):
            return
        elif "name" in attrs:
            self.fields.setdefault(attrs["name"], []).append(attrs.get("value", "on" if kind == "checkbox" else ""))

    def read_button(self, attrs: dict) -> None:
        self.buttons.append((attrs.get("name", ""), attrs.get("value", "")))

    def read_textarea(self, attrs: dict) -> None:
        self.textarea = attrs["name"]
        self.fields.setdefault(self.textarea, []).append("")

    def read_select(self, attrs: dict) -> None:
        self.select = (attrs["name"], "multiple" in attrs)

    def read_option(self, attrs: dict) -> None:
        if not self.select:
            # Of a list of suggestions.
            return
        name, is_multiple = self.select
        if "selected" in attrs:
            self.fields.setdefault(name, []) if is_multiple else self.fields.update({name: []})
            self.fields[name].append(attrs.get("value", ""))
        elif not is_multiple:
            self.fields.setdefault(name, [attrs.get("value", "")])


def read_form(html: str, form_id: str) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """Return the fields and the buttons of a form."""
    reader = FormReader(form_id)
    reader.feed(html)
    fields = {name: [value.removeprefix("\n") for value in values] for name, values in reader.fields.items()}
    return fields, reader.buttons


class FormTestCase:
    """For a TestCase: opens a page, changes fields of its form, and presses a button."""

    def fill(self, address: str, form_id: str, changes: dict, *, button: str = "_save", to: str = "", **extra):
        """Send the form of the page at ``address`` and return the answer; the button must be there to be pressed.

        ``button`` is a name, or name=value. ``to`` is another address where the button has one of its own.
        """
        fields, buttons = read_form(self.client.get(address).content.decode(), form_id)
        name, _equals, value = button.partition("=")
        if name:
            self.assertIn(name, [each for each, _value in buttons])
            if value:
                self.assertIn((name, value), buttons)
        return self.client.post(to or address, fields | ({name: value or "1"} if name else {}) | changes, **extra)
