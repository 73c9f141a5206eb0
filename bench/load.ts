import { fork } from 'node:child_process'
import { once } from 'node:events'

/** What one run of a load generator cost and saw. */
export type Load = { requests: number; cpuUs: number; p50Ms: number }

export type LoadOrder = {
  host: string
  port: number
  concurrency: number
  durationMs: number
  /** Whether the delay of the main thread's loop is wanted. */
  watchesLoop?: boolean
}

/** A process of its own, warm from run to run, that answers every order with one message. */
export type Loader<Result, Order = LoadOrder> = {
  run: (order: Order) => Promise<Result>
  pid: number
  close: () => void
}

export const cpuPerRequest = ({ cpuUs, requests }: Pick<Load, 'cpuUs' | 'requests'>): number => cpuUs / requests

/** `entry`: a file of bench/children; `flags` are Node's. */
export function openLoader<Result, Order extends object = LoadOrder>(
  entry: string,
  flags: string[] = [],
): Loader<Result, Order> {
  const child = fork(new URL(`./children/${entry}`, import.meta.url), {
    execArgv: flags,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  return {
    run: async (order) => {
      const aborted = new AbortController()
      const ended = once(child, 'exit', { signal: aborted.signal }).then(() => {
        throw new Error(`${entry} ended in the middle of a run`)
      })
      const answered = once(child, 'message', { signal: aborted.signal })
      ended.catch(() => {})
      child.send(order)
      try {
        const [result] = await Promise.race([answered, ended])
        return result as Result
      } finally {
        answered.catch(() => {})
        aborted.abort()
      }
    },
    pid: child.pid ?? 0,
    close: () => void child.kill('SIGKILL'),
  }
}
