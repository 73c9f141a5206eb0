import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import type { Profiler } from 'node:inspector'
import { Session } from 'node:inspector/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** How often each function was called, by `file function@offset`, file from the root of the project. */
export type Calls = Map<string, number>

export type Coverage = {
  /** Settings of a process whose functions are watched; its Node children inherit them where they inherit anything. */
  env: Record<string, string>
  /** What was called since the last take, in all watched processes and in this one. */
  take(): Promise<Calls>
  close(): Promise<void>
}

const ROOT = new URL('../..', import.meta.url).href
const PRELOAD = new URL('coverage-preload.ts', import.meta.url).href
const LIMIT_MS = 10_000

/** Watches which functions of the product are called, by V8's precise coverage. */
export async function openCoverage(): Promise<Coverage> {
  const folder = mkdtempSync(join(tmpdir(), 'robinscope-coverage-'))
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  return {
    env: { NODE_OPTIONS: `--import ${PRELOAD}`, VERIFY_COVERAGE_FOLDER: folder },
    async take() {
      const sockets = readdirSync(folder).filter((name) => name.endsWith('.sock'))
      const own = session.post('Profiler.takePreciseCoverage').then(({ result }) => result)
      const all = await Promise.all([own, ...sockets.map((name) => takeFrom(join(folder, name)))])
      const calls: Calls = new Map()
      for (const [name, count] of all.flat().flatMap(callsIn)) calls.set(name, (calls.get(name) ?? 0) + count)
      return calls
    },
    async close() {
      await session.post('Profiler.stopPreciseCoverage')
      session.disconnect()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A process that has ended called nothing. */
async function takeFrom(path: string): Promise<Profiler.ScriptCoverage[]> {
  const socket = connect(path)
  socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error(`${path} does not answer`)))
  try {
    return JSON.parse(await text(socket)) as Profiler.ScriptCoverage[]
  } catch (error) {
    if (['ECONNREFUSED', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}

const callsIn = ({ url, functions }: Profiler.ScriptCoverage): [string, number][] =>
  url.startsWith(ROOT)
    ? functions.flatMap(({ functionName, ranges }): [string, number][] => {
        const [whole] = ranges
        return whole && whole.count > 0
          ? [[`${url.slice(ROOT.length)} ${functionName}@${whole.startOffset}`, whole.count]]
          : []
      })
    : []

/** Files of the product with a function that was called more often than in any of the `idle` stretches. */
export const filesOf = (calls: Calls, idle: Calls[]): string[] => {
  const more = [...calls].filter(([name, count]) => idle.every((stretch) => count > (stretch.get(name) ?? 0)))
  const files = new Set(more.map(([name]) => name.split(' ')[0] ?? ''))
  return [...files].filter((path) => /^(lib|service|components)\//.test(path)).sort()
}
