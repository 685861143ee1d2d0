import OpenAI from "openai";
import { backoff, wait } from "./util";
const client = new OpenAI();
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));
export async function grows(p: string): Promise<any> {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      return await client.responses.create({ model: "m", input: p });
    } catch (e) {
      if (attempt === 4) throw e;
      await sleep(Math.pow(2, attempt) * 1000 + Math.random() * 1000);
    }
  }
}
export async function carriedDelay(p: string): Promise<any> {
  let delay = 1000;
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      return await client.responses.create({ model: "m", input: p });
    } catch (e) {
      await sleep(delay);
      delay *= 2;
    }
  }
}
export async function goesOverItems(ps: string[]) {
  for (const p of ps) {
    try {
      await client.responses.create({ model: "m", input: p });
    } catch (e) {
      continue;
    }
  }
}
export async function recursionGrows(m: any, opts: any): Promise<any> {
  try {
    return await client.responses.create(m);
  } catch (e) {
    await sleep(opts.delayMs);
    return recursionGrows(m, { delayMs: (opts.delayMs || 2000) * 2 });
  }
}
export async function goesOverModels(p: string) {
  for (const model of ["a", "b"]) {
    try {
      return await client.responses.create({ model, input: p });
    } catch {}
  }
}
export async function asksAgainForJson(p: string) {
  for (let i = 0; i < 3; i++) {
    try {
      const r = await client.responses.create({ model: "m", input: p });
      return JSON.parse(r.output_text);
    } catch (e) {
      if (e instanceof SyntaxError) continue;
      throw e;
    }
  }
}
export async function importedBackoff(p: string) {
  for (let i = 0; i < 3; i++) {
    try {
      return await client.responses.create({ model: "m", input: p });
    } catch (e) {
      await backoff(i);
    }
  }
}
export async function polls(id: string) {
  while (true) {
    const r = await client.responses.retrieve(id);
    if (r.status === "completed") return r;
    await sleep(1000);
  }
}
export async function serverSays(p: string) {
  for (let i = 0; i < 3; i++) {
    const res = await fetch("https://api.openai.com/v1/responses", { method: "POST" });
    if (res.status === 429) {
      const after = Number(res.headers.get("retry-after") ?? 5);
      await sleep(after * 1000);
      continue;
    }
    return res.json();
  }
}
export async function agent(messages: any[]) {
  while (true) {
    const r = await client.chat.completions.create({ model: "m", messages });
    messages.push(r.choices[0].message);
    if (!r.choices[0].message.tool_calls) return r;
  }
}
export async function linear<T>(fn: () => Promise<T>, attempts = 4) {
  let last: any;
  for (let i = 0; i < attempts; i++) {
    try { return await fn(); } catch (e) { last = e; await new Promise((r) => setTimeout(r, 600 * (i + 1))); }
  }
  throw last;
}
export const asked = (p: string) => linear(() => client.responses.create({ model: "m", input: p }));
export function headOfRecursion(messages: any, { model = "m", delayMs = 0 } = {}): Promise<any> {
  return new Promise((resolve) => setTimeout(resolve, delayMs)).then(() => once().catch((err: any) => {
    if ([502, 429].includes(err.status)) return headOfRecursion(messages, { model, delayMs: (delayMs || 2000) * 2 });
    console.error(err);
  }));
  function once() {
    return client.chat.completions.create({ model, messages });
  }
}
export async function onceMore(p: string) {
  try {
    return await client.responses.create({ model: "m", input: p });
  } catch {
    return await client.responses.create({ model: "m", input: p });
  }
}
export async function queue(jobs: string[]) {
  let job;
  while ((job = jobs.shift())) {
    try {
      await client.responses.create({ model: "m", input: job });
    } catch (e) {
      console.error(e);
    }
  }
}
