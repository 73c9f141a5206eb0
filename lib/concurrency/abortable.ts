import { setTimeout as sleep } from 'node:timers/promises'

/** Waits `ms`, or until the signal aborts: it resolves then, too, so that loops look at their own condition. Keeps no process alive. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { ref: false, ...(signal && { signal }) }).catch(() => undefined)

/** Settles like the promise, unless the signal aborts first: then it rejects with the signal's reason and the promise's own end is ignored. */
export function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** Does the work unless the signal has aborted, and waits for its end until then. Rejects with the signal's reason. */
export async function unlessAborted<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
  signal.throwIfAborted()
  return untilAborted(work(), signal)
}
