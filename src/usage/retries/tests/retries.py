import time, asyncio, random
import openai
from openai import OpenAI, AsyncOpenAI, RateLimitError
import requests
client = OpenAI()
aclient = AsyncOpenAI()

def bounded_continue(prompt):
    for _ in range(3):
        try:
            return client.chat.completions.create(model="gpt-4.1", messages=prompt)
        except RateLimitError:
            continue  # -> none

def unbounded_pass(prompt):
    while True:
        try:
            r = client.chat.completions.create(model="gpt-4.1", messages=prompt)
            break
        except:  # -> none
            pass
    return r

def recursion(prompt):
    try:
        return client.responses.create(model="gpt-4.1", input=prompt)
    except RateLimitError:
        return recursion(prompt)  # -> none

def recursion_constant(prompt):
    try:
        return client.responses.create(model="gpt-4.1", input=prompt)
    except RateLimitError:
        time.sleep(20)  # -> fixed
        return recursion_constant(prompt)

def constant_parameter(prompt, wait=60):
    for i in range(5):
        try:
            return client.responses.create(model="gpt-4.1", input=prompt)
        except RateLimitError:
            time.sleep(wait)  # -> fixed
    raise openai.RateLimitError

async def async_constant(prompt):
    for attempt in range(5):
        try:
            return await aclient.responses.create(model="gpt-4.1", input=prompt)
        except RateLimitError:
            await asyncio.sleep(1)  # -> fixed

async def never_awaited(prompt):
    for attempt in range(5):
        try:
            return await aclient.responses.create(model="gpt-4.1", input=prompt)
        except RateLimitError:
            asyncio.sleep(1)  # -> none

def status_continue(prompt):
    while True:
        r = requests.post("https://api.openai.com/v1/chat/completions", json={}, headers={})
        if r.status_code == 429:
            continue  # -> none
        return r.json()

def status_constant(prompt):
    while True:
        r = requests.post("https://api.openai.com/v1/chat/completions", json={}, headers={})
        if r.status_code == 429:
            time.sleep(1)  # -> fixed
            continue
        return r.json()

def flag(prompt):
    done = False
    while not done:
        try:
            r = client.responses.create(model="gpt-4.1", input=prompt)
            done = True
        except Exception:  # -> none
            pass
    return r

def with_retry(fn):
    def wrapper(*args, **kwargs):
        for i in range(5):
            try:
                return fn(*args, **kwargs)
            except Exception as e:  # -> none
                print(e)
    return wrapper

@with_retry
def decorated(prompt):
    return client.responses.create(model="gpt-4.1", input=prompt)

def call_again(f, n=3):
    for i in range(n):
        try:
            return f()
        except Exception:
            time.sleep(2)  # -> fixed

def closure(prompt):
    return call_again(lambda: client.responses.create(model="gpt-4.1", input=prompt))

class Bot:
    def __init__(self):
        self.client = OpenAI()
    def _ask(self, p):
        return self.client.chat.completions.create(model="x", messages=p)
    def ask(self, p):
        attempts = 0
        while attempts < 5:
            try:
                return self._ask(p)
            except Exception as e:  # -> none
                attempts += 1
                print(e)

    def ask2(self, p):
        response = None
        while response is None:
            try:
                response = self._ask(p)
            except Exception as e:
                time.sleep(5)  # -> fixed
        return response


def adapts_only_sometimes(prompt, limit=1000):
    while True:
        try:
            return client.responses.create(model="m", input=prompt, max_output_tokens=limit)
        except openai.APIStatusError as e:
            if "too long" in str(e):
                limit = int(limit * 0.8)
            else:
                time.sleep(3)  # -> fixed


class Patient:
    def ask(self, *args, **kwargs):
        try:
            return self.once(*args, **kwargs)
        except openai.BadRequestError:
            return None
        except RateLimitError:
            pause = 100
            time.sleep(pause)  # -> fixed
            return self.ask(*args, **kwargs)

    def once(self, prompt):
        return client.responses.create(model="m", input=prompt)


def gives_up_by_counting(prompt):
    tries = 0
    while True:
        try:
            return client.responses.create(model="m", input=prompt)
        except Exception:  # -> none
            tries += 1
            if tries >= 5:
                raise


def counts_down(prompt, left=4):
    while left > 0:
        try:
            return client.responses.create(model="m", input=prompt)
        except Exception as e:
            left -= 1
            time.sleep(CONFIG.pause)  # -> fixed


def sleeps_at_the_head(prompt):
    answer = None
    while answer is None:
        time.sleep(1)  # -> fixed
        try:
            answer = client.responses.create(model="m", input=prompt)
        except Exception:
            pass
    return answer


def keeps_its_error(prompt):
    last = None
    for _ in range(4):
        try:
            return client.responses.create(model="m", input=prompt)
        except RateLimitError as e:  # -> none
            last = e
    raise last


async def gathers(prompts):
    while True:
        try:
            return await asyncio.gather(*(aclient.responses.create(model="m", input=p) for p in prompts))
        except RateLimitError:
            continue  # -> none
