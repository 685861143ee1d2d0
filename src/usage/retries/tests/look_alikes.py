import time, asyncio, random, json
import openai
from openai import OpenAI, AsyncOpenAI, RateLimitError
import requests
from tenacity import retry
client = OpenAI()

def grows(prompt):
    for attempt in range(5):
        try:
            return client.responses.create(model="m", input=prompt)
        except RateLimitError:
            if attempt == 4:
                raise
            time.sleep(min(60, 2 ** attempt) + random.random())

def goes_over_items(prompts):
    out = []
    for p in prompts:
        try:
            out.append(client.responses.create(model="m", input=p))
        except Exception as e:
            print(e)
            continue
    return out

def goes_over_models(prompt):
    for model in ["a", "b"]:
        try:
            return client.responses.create(model=model, input=prompt)
        except Exception:
            continue

def asks_again_for_json(prompt):
    for _ in range(3):
        r = client.responses.create(model="m", input=prompt)
        try:
            return json.loads(r.output_text)
        except json.JSONDecodeError:
            continue

def tells_the_model_its_mistake(prompt):
    messages = [prompt]
    for _ in range(3):
        try:
            r = client.chat.completions.create(model="m", messages=messages)
            return json.loads(r)
        except Exception as e:
            messages.append({"role": "user", "content": str(e)})

def polls(run):
    while run.status in ("queued", "in_progress"):
        run = client.responses.retrieve(run.id)
        time.sleep(1)

def asks_a_person():
    while True:
        q = input("> ")
        try:
            print(client.responses.create(model="m", input=q))
        except Exception as e:
            print(e)

def runs_a_schedule():
    while True:
        try:
            client.responses.create(model="m", input="daily")
        except Exception as e:
            print(e)
        time.sleep(15)

def recursion_grows(prompt, delay=1):
    try:
        return client.responses.create(model="m", input=prompt)
    except RateLimitError:
        time.sleep(delay)
        return recursion_grows(prompt, delay * 2)

def list_of_delays(prompt):
    delays = [1, 2, 4, 8]
    for d in delays:
        try:
            return client.responses.create(model="m", input=prompt)
        except RateLimitError:
            time.sleep(d)

def server_says(prompt):
    for i in range(5):
        try:
            return client.responses.create(model="m", input=prompt)
        except RateLimitError as e:
            time.sleep(int(e.response.headers.get("retry-after", 5)))

def carried_delay(prompt):
    delay = 1
    while True:
        try:
            return client.responses.create(model="m", input=prompt)
        except RateLimitError as e:
            time.sleep(delay)
            delay = min(delay * 2, 60)

def calls_another_function(prompt):
    try:
        return client.responses.create(model="m", input=prompt)
    except RateLimitError:
        return another(prompt)

def falls_back_to_another_model(prompt, model="m"):
    try:
        return client.responses.create(model=model, input=prompt)
    except RateLimitError:
        return falls_back_to_another_model(prompt, model="mini")

def goes_over_keys(keys, prompt):
    for i in range(len(keys)):
        try:
            c = OpenAI(api_key=keys[i])
            return c.responses.create(model="m", input=prompt)
        except RateLimitError:
            continue

def agent(messages):
    for step in range(10):
        try:
            r = client.chat.completions.create(model="m", messages=messages)
        except Exception as e:
            print(e)
            continue
        messages.append(r)
        if r.done:
            return r

def backoff_sleep(attempt):
    time.sleep(2 ** attempt)

def helper_grows(prompt):
    for i in range(3):
        try:
            return client.responses.create(model="m", input=prompt)
        except Exception:
            backoff_sleep(i)

def two_attempts(prompt):
    for i in range(2):
        try:
            return client.responses.create(model="m", input=prompt)
        except Exception:
            time.sleep(1)

def one_path_waits_well(prompt):
    for i in range(4):
        try:
            return client.responses.create(model="m", input=prompt)
        except RateLimitError:
            time.sleep(2 ** i)
        except openai.APIError:
            pass

def skips_broken_chunks(stream):
    for chunk in client.responses.create(model="m", input="x", stream=True):
        try:
            print(chunk.text)
        except Exception:
            continue


def rotates_keys(prompt, pool):
    for _ in range(3):
        try:
            return OpenAI(api_key=pool.current()).responses.create(model="m", input=prompt)
        except RateLimitError:
            pool.rotate()


def shortens(prompt):
    messages = [prompt]
    while True:
        try:
            return client.chat.completions.create(model="m", messages=messages)
        except openai.BadRequestError:
            messages = messages[1:]


def linear(prompt):
    for i in range(5):
        try:
            return client.responses.create(model="m", input=prompt)
        except RateLimitError:
            time.sleep(5 * (i + 1))


def limiter_waits(prompt, limiter):
    while True:
        limiter.wait()
        try:
            return client.responses.create(model="m", input=prompt)
        except RateLimitError:
            continue


def reads_the_error(prompt):
    while True:
        try:
            return client.responses.create(model="m", input=prompt)
        except RateLimitError as e:
            time.sleep(seconds_in(str(e)))


@retry(wait=wait_random_exponential(max=60))
def decorated(prompt):
    return client.responses.create(model="m", input=prompt)


def around_a_retry(prompt):
    for _ in range(3):
        try:
            return decorated(prompt)
        except Exception:
            continue


def worker(queue):
    while True:
        prompt = queue.get()
        try:
            client.responses.create(model="m", input=prompt)
        except Exception:
            continue


def pages(cursor):
    while cursor:
        try:
            page = client.responses.create(model="m", input=cursor)
        except Exception:
            break
        cursor = page.next
        time.sleep(1)


def jitter_only(prompt):
    for _ in range(5):
        try:
            return client.responses.create(model="m", input=prompt)
        except RateLimitError:
            time.sleep(random.uniform(1, 20))
