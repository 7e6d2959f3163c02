"""A plain WSGI application that prints each request to stdout. /slow takes three seconds."""
import time


def app(environ, start_response):
    path = environ["PATH_INFO"]
    print("request", path)
    if path == "/slow":
        time.sleep(3)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")])
    return [b"hello\n"]
