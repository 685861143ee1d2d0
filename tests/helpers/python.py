"""Runs a pasted Python helper with a clock that does not wait, and prints what it did in each case."""

import asyncio
import random
import sys
import time


class StatusError(Exception):
    def __init__(self, status_code, code=None, headers=None):
        super().__init__(f"Error code: {status_code} {code}")
        self.status_code, self.code = status_code, code
        self.response = Response(status_code, headers)


class HTTPError(Exception):
    """As `requests` and `httpx` raise it: the status stands on the response."""

    def __init__(self, status_code, text="", headers=None):
        super().__init__(f"{status_code} Error")
        self.response = Response(status_code, headers, text)


class APIConnectionError(Exception):
    pass


class Response:
    def __init__(self, status_code, headers=None, text=""):
        self.status_code, self.headers, self.text = status_code, headers or {}, text


def after(value):
    return StatusError(429, headers={"retry-after": value})


CASES = {
    "answers": ["ok"],
    "429 twice": [StatusError(429), StatusError(429), "ok"],
    "500 for ever": [StatusError(500)] * 99,
    "retry-after": [after("7"), "ok"],
    "retry-after beyond the cap": [after("3600"), "ok"],
    "negative retry-after": [after("-5"), "ok"],
    "retry-after that is no number": [after("Wed, 21 Oct 2026 07:28:00 GMT"), after("nan"), "ok"],
    "infinite retry-after": [after("inf"), "ok"],
    "401": [StatusError(401), "ok"],
    "400": [StatusError(400), "ok"],
    "403": [StatusError(403), "ok"],
    "404": [StatusError(404), "ok"],
    "422": [StatusError(422), "ok"],
    "insufficient_quota": [StatusError(429, "insufficient_quota"), "ok"],
    "status on the response": [HTTPError(429, headers={"retry-after": "2"}), HTTPError(503), "ok"],
    "quota in the body": [HTTPError(429, '{"code": "insufficient_quota"}'), "ok"],
    "401 on the response": [HTTPError(401), "ok"],
    "lost connection": [APIConnectionError("Connection error."), TimeoutError(), "ok"],
    "a mistake in the code": [ValueError("no"), "ok"],
}


def main(path):
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), globals())
    waits = []

    async def wait_async(delay):
        waits.append(delay)

    time.sleep, asyncio.sleep, random.uniform = waits.append, wait_async, lambda low, high: high
    for name, answers in CASES.items():
        report(name, list(answers), waits)
    report("nine attempts", [StatusError(500)] * 99, waits, attempts=9)


def report(name, answers, waits, **options):
    calls = 0

    def call():
        nonlocal calls
        calls += 1
        answer = answers[calls - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def call_async():
        return call()

    waits.clear()
    try:
        if "retry_with_backoff" in globals():
            result = retry_with_backoff(call, **options)
        else:
            result = asyncio.run(retry_with_backoff_async(call_async, **options))
    except Exception as error:
        result = f"raises {type(error).__name__}"
        assert error is answers[calls - 1], "the last error is raised"
    print(f"{name}: {calls} calls, waits {[round(it, 3) for it in waits]}, {result}")


main(sys.argv[1])
