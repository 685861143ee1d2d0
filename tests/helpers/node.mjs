// Runs the pasted JavaScript helper with a clock that does not wait, and prints what it did in each case.
import { readFileSync } from "node:fs";

class APIError extends Error {
  constructor(status, code, headers = {}) {
    super(`${status} ${code}`);
    Object.assign(this, { status, code, headers: new Headers(headers) });
  }
}
// The SDK's own class leaves `name` at "Error".
class APIConnectionError extends Error {}
class AxiosError extends Error {
  constructor(status, data, headers = {}) {
    super(`Request failed with status code ${status}`);
    Object.assign(this, { response: { status, data, headers } });
  }
}
const after = (value) => new APIError(429, undefined, { "retry-after": value });
const lost = Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } });

const cases = {
  answers: ["ok"],
  "429 twice": [new APIError(429), new APIError(429), "ok"],
  "500 for ever": Array(99).fill(new APIError(500)),
  "retry-after": [after("7"), "ok"],
  "retry-after beyond the cap": [after("3600"), "ok"],
  "negative retry-after": [after("-5"), "ok"],
  "retry-after that is no number": [after("Wed, 21 Oct 2026 07:28:00 GMT"), after("nan"), "ok"],
  "infinite retry-after": [after("Infinity"), "ok"],
  401: [new APIError(401), "ok"],
  400: [new APIError(400), "ok"],
  403: [new APIError(403), "ok"],
  404: [new APIError(404), "ok"],
  422: [new APIError(422), "ok"],
  insufficient_quota: [new APIError(429, "insufficient_quota"), "ok"],
  "status on the response": [new AxiosError(429, {}, { "retry-after": "2" }), new AxiosError(503), "ok"],
  "quota in the body": [new AxiosError(429, { error: { code: "insufficient_quota" } }), "ok"],
  "401 on the response": [new AxiosError(401), "ok"],
  "lost connection": [new APIConnectionError("Connection error."), lost, "ok"],
  "a mistake in the code": [new TypeError("x is not a function"), "ok"],
};

const source = readFileSync(process.argv[2], "utf8");
const waits = [];
const timer = (done, delay) => {
  waits.push(delay / 1000);
  done();
};
const math = Object.assign(Object.create(Math), { random: () => 1, min: Math.min });
const retryWithBackoff = new Function("setTimeout", "Math", `${source}\nreturn retryWithBackoff;`)(timer, math);

async function report(name, answers, ...options) {
  let calls = 0;
  waits.length = 0;
  const call = async () => {
    const answer = answers[calls++];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const result = await retryWithBackoff(call, ...options).catch((error) => {
    if (error !== answers[calls - 1]) throw new Error("the last error is thrown");
    return `raises ${error.constructor.name}`;
  });
  console.log(`${name}: ${calls} calls, waits [${waits.map((it) => it.toFixed(1)).join(", ")}], ${result}`);
}

// Keys that look like numbers come first: the order is that of the Python script.
const order = Object.keys(cases).filter((it) => Number.isNaN(Number(it)));
order.splice(8, 0, "401", "400", "403", "404", "422");
for (const name of order) await report(name, cases[name]);
await report("nine attempts", Array(99).fill(new APIError(500)), 9);
