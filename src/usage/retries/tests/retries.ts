import OpenAI from "openai";
import { setTimeout as pause } from "timers/promises";
const client = new OpenAI();
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));

export async function boundedContinue(messages: any) {
  for (let i = 0; i < 3; i++) {
    try {
      return await client.chat.completions.create({ model: "m", messages });
    } catch (e) {
      continue;  // -> none
    }
  }
}

export async function unboundedEmptyCatch(messages: any) {
  let r;
  while (true) {
    try {
      r = await client.chat.completions.create({ model: "m", messages });
      break;
    } catch {}  // -> none
  }
  return r;
}

export function promiseRecursion(p: string): Promise<any> {
  return client.responses.create({ model: "m", input: p }).catch(() => promiseRecursion(p));  // -> none
}

export async function timerRecursion(p: string): Promise<any> {
  try {
    return await client.responses.create({ model: "m", input: p });
  } catch (e) {
    setTimeout(() => timerRecursion(p), 1000);  // -> fixed
  }
}

export async function constant(p: string): Promise<any> {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      return await client.responses.create({ model: "m", input: p });
    } catch (e) {
      await sleep(1000);  // -> fixed
    }
  }
}

export async function timerNobodyAwaits(p: string): Promise<any> {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      return await client.responses.create({ model: "m", input: p });
    } catch (e) {
      setTimeout(() => {}, 1000);  // -> none
    }
  }
}

export async function countsDown(p: string): Promise<any> {
  let tries = 5;
  while (tries--) {
    const res = await fetch("https://api.openai.com/v1/responses", { method: "POST" });
    if (!res.ok) continue;  // -> none
    return res.json();
  }
}

export async function statusConstant(p: string): Promise<any> {
  while (true) {
    const res = await fetch("https://api.openai.com/v1/responses", { method: "POST" });
    if (res.status === 429 || res.status >= 500) {
      await new Promise((resolve) => setTimeout(resolve, 2000));  // -> fixed
      continue;
    }
    return res.json();
  }
}

async function withRetry<T>(fn: () => Promise<T>, n = 3): Promise<T> {
  let last;
  for (let i = 0; i < n; i++) {
    try {
      return await fn();
    } catch (e) {  // -> none
      last = e;
    }
  }
  throw last;
}
export const closure = (p: string) => withRetry(() => client.responses.create({ model: "m", input: p }));

export const recursionConstant = async (p: string, retries = 3): Promise<any> => {
  try {
    return await client.responses.create({ model: "m", input: p });
  } catch (err) {
    if (retries > 0) {
      await pause(500);  // -> fixed
      return recursionConstant(p, retries - 1);
    }
    throw err;
  }
};

class Bot {
  private client = new OpenAI();
  async ask(p: string): Promise<any> {
    let done = false;
    let out;
    do {
      try {
        out = await this.client.responses.create({ model: "m", input: p });
        done = true;
      } catch (e) {  // -> none
        console.log(e);
      }
    } while (!done);
    return out;
  }
}

export async function withOptions<T>(fn: () => Promise<T>, { attempts = 5, delayMs = 700 } = {}): Promise<T> {
  let last: unknown;
  for (let i = 0; i < attempts; i++) {
    try {
      return await fn();
    } catch (e) {
      last = e;
      if (i < attempts - 1) await sleep(delayMs);  // -> fixed
    }
  }
  throw last;
}
export const asked = (p: string) => withOptions(() => client.responses.create({ model: "m", input: p }));

export async function catchRecursion(p: string, n = 3): Promise<any> {
  return client.responses.create({ model: "m", input: p }).catch(async (e) => {
    if (n <= 0) throw e;
    await sleep(1000);  // -> fixed
    return catchRecursion(p, n - 1);
  });
}

export async function innerRecursion(p: string): Promise<any> {
  const attempt = async (n: number): Promise<any> => {
    try {
      return await client.responses.create({ model: "m", input: p });
    } catch (e) {
      if (n >= 3) throw e;
      return attempt(n + 1);  // -> none
    }
  };
  return attempt(0);
}

export async function statusInside(p: string): Promise<any> {
  let last;
  for (let i = 1; i <= 3; i++) {
    try {
      const res = await fetch("https://api.anthropic.com/v1/messages", { method: "POST", body: p });
      if (!res.ok) {
        if (res.status === 529 && i < 3) {
          await sleep(2000);  // -> fixed
          continue;
        }
        throw new Error(`HTTP ${res.status}`);
      }
      return await res.json();
    } catch (e) {
      last = e;
    }
  }
  throw last;
}
