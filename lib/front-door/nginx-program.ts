import { pause } from '#lib/concurrency/abortable.ts'
import type { Log } from '#lib/concurrency/log.ts'
import type { GuardedProgram, Guardian } from '#lib/guardian/guardian.ts'
import { killGroup } from '#lib/guardian/kill-group.ts'
import { comeBack } from './come-back.ts'
import { complaintOf, isRefusal } from './complaint.ts'

export type NginxProgramOptions = {
  guardian: Guardian
  path: string
  args: string[]
  log: Log
  /** It died, or runs again. */
  changed: () => void
}

const START_DEADLINE_MS = 5_000
const LOOK_EVERY_MS = 10
const END_DEADLINE_MS = 1_000
const KEPT_LINES = 20

/** One nginx master under the guardian, which is started again when it dies. */
export class NginxProgram {
  readonly #options: NginxProgramOptions
  readonly #closed = new AbortController()
  #program: GuardedProgram | null = null
  #answers: () => Promise<boolean> = async () => true
  #isUp = false
  #said: string[] = []

  constructor(options: NginxProgramOptions) {
    this.#options = options
  }

  get pid(): number | null {
    return this.#program?.pid ?? null
  }

  get isUp(): boolean {
    return this.#isUp
  }

  /** What refuses the configuration, since the last start or hangUp; empty when nothing does. */
  get complaint(): string {
    return this.#said.some(isRefusal) ? complaintOf(this.#said.join('\n')) : ''
  }

  /** Resolves when `answers` says so; throws with nginx's own words when it ended or did not come up in time. */
  async start(answers: () => Promise<boolean>): Promise<void> {
    this.#answers = answers
    await this.#start()
  }

  /** Makes nginx read its configuration; false when there is none that runs. */
  hangUp(): boolean {
    this.#said = []
    if (!this.#program || !this.#isUp) return false
    try {
      return process.kill(this.#program.pid, 'SIGHUP')
    } catch {
      // It ended just now, and that is not told yet.
      return false
    }
  }

  async close(): Promise<void> {
    this.#closed.abort()
    this.#isUp = false
    if (!this.#program) return
    const { pid, ended } = this.#program
    const late = setTimeout(() => killGroup(pid), END_DEADLINE_MS)
    try {
      process.kill(pid, 'SIGTERM')
    } catch {
      // It ended just now.
    }
    await ended
    clearTimeout(late)
  }

  async #start(): Promise<void> {
    const { guardian, path, args } = this.#options
    this.#said = []
    const begun = await guardian.run(path, args, (line) => this.#hear(line))
    this.#program = begun
    if (this.#closed.signal.aborted) killGroup(begun.pid)
    let cause: string | null = null
    void begun.ended.then((words) => {
      cause = words
      this.#ended(begun, words)
    })
    const deadline = performance.now() + START_DEADLINE_MS
    while (cause === null && performance.now() < deadline) {
      if ((await this.#answers()) && cause === null) return this.#came()
      await pause(LOOK_EVERY_MS)
    }
    killGroup(begun.pid)
    await begun.ended
    throw new Error(complaintOf(this.#said.join('\n')) || `nginx ${cause ?? 'did not answer in time'}`)
  }

  #came(): void {
    if (this.#closed.signal.aborted) return
    this.#isUp = true
    this.#options.changed()
  }

  #hear(line: string): void {
    this.#said = [...this.#said, line].slice(-KEPT_LINES)
    if (/\[(emerg|alert|crit)\]/.test(line)) this.#options.log('nginx-complained', { line: complaintOf(line) })
    // It would try for another 2.5 s to take a port that is taken.
    if (/\[emerg\].*bind\(\) to/.test(line) && !this.#isUp && this.#program) killGroup(this.#program.pid)
  }

  #ended(which: GuardedProgram, cause: string): void {
    if (this.#program !== which) return
    this.#program = null
    if (!this.#isUp || this.#closed.signal.aborted) return
    this.#isUp = false
    this.#options.log('nginx-ended', { cause })
    this.#options.changed()
    void comeBack(() => this.#start(), this.#closed.signal, this.#options.log, 'nginx-not-started')
  }
}
