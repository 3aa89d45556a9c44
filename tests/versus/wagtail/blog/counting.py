"""How many queries a page takes, told to whoever asks."""

from contextlib import ExitStack

from django.db import connection

COUNT_HEADER = "X-Count-Queries"


def count_queries(get_response):
    def answer(request):
        if COUNT_HEADER not in request.headers:
            return get_response(request)
        counted = []

        def note(execute, *arguments):
            counted.append(1)
            return execute(*arguments)

        with ExitStack() as stack:
            stack.enter_context(connection.execute_wrapper(note))
            response = get_response(request)
        response[COUNT_HEADER] = str(len(counted))
        return response

    return answer
