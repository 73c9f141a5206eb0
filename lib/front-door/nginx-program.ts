import { setTimeout as sleep } from 'node:timers/promises'
import type { Keeper, KeptProgram, Log } from './keeper.ts'
import { complaintOf } from './nginx-folder.ts'
import { killGroup } from './open-keeper.ts'

export type NginxProgramOptions = {
  keeper: Keeper
  path: string
  args: string[]
  log: Log
  /** Whether it answers by the live configuration now. */
  answers: () => Promise<boolean>
  changed: () => void
}

/** One nginx master that is started again when it dies. */
export type NginxProgram = {
  status(): 'starting' | 'up' | 'down'
  pid(): number | null
  /** Resolves when it answers; throws with nginx's own words when it ended or did not come up in time. */
  start(): Promise<void>
  /** Reads its configuration anew; false when there is none to tell. */
  hangUp(): boolean
  /** What it complained of since the last start or hangUp. */
  complaint(): string
  close(): Promise<void>
}

const START_DEADLINE_MS = 5_000
const LOOK_EVERY_MS = 10
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000
const END_DEADLINE_MS = 1_000
const KEPT_LINES = 20

export function nginxProgram(options: NginxProgramOptions): NginxProgram {
  const { keeper, log } = options
  let status: 'starting' | 'up' | 'down' = 'starting'
  let program: KeptProgram | null = null
  let said: string[] = []
  let closed = false
  let pauseMs = FIRST_PAUSE_MS

  const set = (next: typeof status): void => {
    if (status === next) return
    status = next
    options.changed()
  }

  const hear = (line: string): void => {
    said = [...said, line].slice(-KEPT_LINES)
    if (/\[(emerg|alert|crit)\]/.test(line)) log('nginx-complained', { line: complaintOf(line) })
    // It would try for another 2.5 s to take a port that is taken.
    if (/\[emerg\].*bind\(\) to/.test(line) && status !== 'up' && program) killGroup(program.pid)
  }

  async function start(): Promise<void> {
    said = []
    const begun = await keeper.run(options.path, options.args, hear)
    program = begun
    const end = { cause: null as string | null }
    begun.ended.then((cause) => {
      end.cause = cause
      ended(begun, cause)
    })
    const deadline = performance.now() + START_DEADLINE_MS
    while (end.cause === null && performance.now() < deadline) {
      if (await options.answers()) {
        if (closed) return
        pauseMs = FIRST_PAUSE_MS
        return set('up')
      }
      await sleep(LOOK_EVERY_MS)
    }
    killGroup(begun.pid)
    throw new Error(complaintOf(said.join('\n')) || `nginx ${end.cause ?? 'did not answer in time'}`)
  }

  function ended(which: KeptProgram, cause: string): void {
    if (program !== which) return
    program = null
    if (closed || status !== 'up') return
    log('nginx-ended', { cause })
    set('down')
    void comeBack()
  }

  async function comeBack(): Promise<void> {
    while (!closed) {
      await sleep(pauseMs, undefined, { ref: false })
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
      if (closed) return
      try {
        return await start()
      } catch (error) {
        log('nginx-not-started', { cause: error instanceof Error ? error.message : String(error) })
      }
    }
  }

  return {
    status: () => status,
    pid: () => program?.pid ?? null,
    start,
    hangUp() {
      said = []
      if (!program || status !== 'up') return false
      process.kill(program.pid, 'SIGHUP')
      return true
    },
    complaint: () => (said.some((line) => /\[(emerg|alert|crit)\]/.test(line)) ? complaintOf(said.join('\n')) : ''),
    async close() {
      closed = true
      set('down')
      if (!program) return
      const { pid, ended: hasEnded } = program
      const late = setTimeout(() => killGroup(pid), END_DEADLINE_MS)
      try {
        process.kill(pid, 'SIGTERM')
      } catch {
        // It ended just now.
      }
      await hasEnded
      clearTimeout(late)
    },
  }
}
