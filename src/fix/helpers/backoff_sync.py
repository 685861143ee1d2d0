def retry_with_backoff(call, attempts=5, base=1.0, cap=60.0):
    """Return call(). After a rate limit, an overload or a lost connection, wait and call again."""
    for attempt in range(attempts):
        try:
            return call()
        except Exception as error:
            response = getattr(error, "response", None)
            names = ("status_code", "status", "http_status", "code")
            found = (getattr(it, name, None) for it in (error, response) for name in names)
            status = next((it for it in found if isinstance(it, int)), None)
            lost = any(it in type(error).__name__ for it in ("Connect", "Timeout", "RateLimit"))
            passes = lost if status is None else status in (408, 409, 429) or status >= 500
            try:
                detail = f"{error} {response.text}"
            except Exception:
                detail = str(error)
            if not passes or "insufficient_quota" in detail or attempt == attempts - 1:
                raise
            try:
                delay = float(response.headers["retry-after"])
            except (AttributeError, KeyError, TypeError, ValueError):
                delay = 0.0
            if not delay > 0:
                delay = random.uniform(0, min(cap, base * 2**attempt))
            if delay > cap:
                raise
            time.sleep(delay)
