// Gives what call() gives. After a rate limit, an overload or a lost connection it waits,
// longer each time, and calls again.
async function retryWithBackoff<T>(
  call: () => PromiseLike<T>,
  attempts = 5,
  baseMs = 1000,
  capMs = 60000,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error: any) {
      const status = error?.status ?? error?.statusCode ?? error?.response?.status;
      const words = [error?.constructor?.name, error?.name, error?.code, error?.cause?.code, error?.message].join(" ");
      const lost = /connect|timeout|timed out|fetch failed|ECONN|EPIPE|EAI_AGAIN/i.test(words);
      const passes = typeof status === "number" ? [408, 409, 429].includes(status) || status >= 500 : lost;
      const detail = [words, error?.error?.code, error?.response?.data?.error?.code].join(" ");
      if (!passes || detail.includes("insufficient_quota") || attempt >= attempts - 1) throw error;
      const headers = error?.headers ?? error?.responseHeaders ?? error?.response?.headers;
      const after = 1000 * Number(headers?.get?.("retry-after") ?? headers?.["retry-after"]);
      const delay = after > 0 ? after : Math.random() * Math.min(capMs, baseMs * 2 ** attempt);
      if (delay > capMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}
