import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Aim } from './victim.ts'

/** What another browser felt since it was last asked. */
export type Felt = { requestsMs: number[]; commandsMs: number[]; failures: string[] }
export type Bystander = { take(): Promise<Felt>; close(): void }

const ENTRY = fileURLToPath(new URL('bystander-process.ts', import.meta.url))

/** A browser that does nothing wrong, in a process of its own: it asks and commands all the time, and notes how long that takes. */
export async function openBystander(victim: Aim): Promise<Bystander> {
  const { port, token } = victim.product()
  const child: ChildProcess = fork(ENTRY, [String(port), token])
  await once(child, 'message')
  return {
    async take() {
      const answered = once(child, 'message')
      child.send('take')
      const [felt] = (await answered) as [Felt]
      return felt
    },
    close: () => void child.kill(),
  }
}

export function p95(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.POSITIVE_INFINITY
}
