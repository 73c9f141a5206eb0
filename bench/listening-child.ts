import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

export type ListeningChild = { child: ChildProcess; pid: number; port: number; close: () => void }

/** A file of bench/children that says once at which port of 127.0.0.1 it listens. */
export async function openListening(entry: string, args: string[] = []): Promise<ListeningChild> {
  const child = fork(new URL(`./children/${entry}`, import.meta.url), args)
  const [{ port }] = (await once(child, 'message', { signal: AbortSignal.timeout(15_000) })) as [{ port: number }]
  return { child, pid: child.pid ?? 0, port, close: () => void child.kill('SIGKILL') }
}
