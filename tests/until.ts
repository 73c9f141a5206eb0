import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again and again until the answer is neither null, undefined nor false, and gives it. Throws with `what` after `limitMs`. */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | null | undefined | false> | Value | null | undefined | false,
  limitMs = 30_000,
  everyMs = 20,
): Promise<Value> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false) return answer
    if (performance.now() > deadline) throw new Error(`After ${limitMs} ms still not so: ${what}`)
    await sleep(everyMs)
  }
}
