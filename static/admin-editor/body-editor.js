import "django-prose-editor/editor"
