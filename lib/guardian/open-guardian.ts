import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Log } from '#lib/concurrency/log.ts'
import { bareEnvironment } from '#lib/config/environment.ts'
import type { GuardedProgram, Guardian, GuardianCommand, GuardianReport } from './guardian.ts'
import { killGroup } from './kill-group.ts'

type Program = {
  pid: number | null
  started: (pid: number) => void
  said: (line: string) => void
  ended: (cause: string) => void
}

const ENTRY = fileURLToPath(new URL('guardian-process.ts', import.meta.url))
const RESTART_AFTER_MS = 500
const START_DEADLINE_MS = 5_000
const CLOSE_DEADLINE_MS = 1_500

/**
 * Starts the process guardian (about 45 MB). Should it die, what it ran ends with it, and a new one takes over what it guarded.
 * One guardian serves the whole embedded cluster; who opened it closes it, last.
 */
export async function openGuardian(options: { log: Log }): Promise<Guardian> {
  const guarded = new Set<number>()
  const folders = new Set<string>()
  const programs = new Map<number, Program>()
  let nextId = 1
  let restart: NodeJS.Timeout | undefined
  let closing: Promise<void> | null = null
  let child = begin()

  function send(to: ChildProcess, command: GuardianCommand): boolean {
    if (!to.connected) return false
    to.send(command, () => {})
    return true
  }

  function ended(id: number, cause: string): void {
    const program = programs.get(id)
    programs.delete(id)
    program?.ended(cause)
  }

  function heard(report: GuardianReport): void {
    if (report.event === 'ended') ended(report.id, report.cause)
    if (report.event === 'said') programs.get(report.id)?.said(report.line)
    const program = report.event === 'started' ? programs.get(report.id) : undefined
    if (!program || report.event !== 'started') return
    program.pid = report.pid
    program.started(report.pid)
  }

  function lost(): void {
    for (const [id, { pid }] of programs) {
      if (pid !== null) killGroup(pid)
      ended(id, 'its process guardian ended')
    }
    if (closing) return
    options.log('guardian-lost')
    restart = setTimeout(() => {
      child = begin()
    }, RESTART_AFTER_MS)
  }

  function begin(): ChildProcess {
    const begun = spawn(process.execPath, ['--max-semi-space-size=1', '--max-old-space-size=32', ENTRY], {
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: bareEnvironment(),
    })
    begun.on('message', heard)
    begun.once('error', (error) => options.log('guardian-error', { cause: error.message }))
    begun.once('exit', lost)
    for (const pid of guarded) send(begun, { do: 'guard', pid })
    for (const folder of folders) send(begun, { do: 'sweep', folder })
    return begun
  }

  async function end(): Promise<void> {
    clearTimeout(restart)
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit')
      const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_DEADLINE_MS)
      if (child.connected) child.disconnect()
      await exited
      clearTimeout(late)
    }
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
  }

  await once(child, 'message', { signal: AbortSignal.timeout(START_DEADLINE_MS) })
  return {
    guard(pid) {
      guarded.add(pid)
      send(child, { do: 'guard', pid })
    },
    release(pid) {
      guarded.delete(pid)
      send(child, { do: 'release', pid })
    },
    sweep(folder) {
      folders.add(folder)
      send(child, { do: 'sweep', folder })
    },
    run(file, args, onLine) {
      const id = nextId++
      return new Promise<GuardedProgram>((resolve, reject) => {
        const whenEnded = Promise.withResolvers<string>()
        programs.set(id, {
          pid: null,
          started: (pid) => resolve({ pid, ended: whenEnded.promise }),
          said: onLine,
          ended: (cause) => {
            whenEnded.resolve(cause)
            reject(new Error(`${file}: ${cause}`))
          },
        })
        if (!send(child, { do: 'run', id, file, args })) ended(id, 'its process guardian is being restarted')
      })
    },
    close() {
      closing ??= end()
      return closing
    },
  }
}
