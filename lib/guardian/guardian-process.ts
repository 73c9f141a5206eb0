import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { GuardianCommand, GuardianReport } from './guardian.ts'
import { killGroup } from './kill-group.ts'

/**
 * The process guardian: outlives the dashboard by a moment and leaves nothing behind. The end of its IPC channel tells it that the
 * dashboard is gone, in whatever way; it is a process of its own because no other process could wait for that.
 */
const guarded = new Set<number>()
const folders = new Set<string>()
const programs = new Map<number, ChildProcess>()

const report = (message: GuardianReport): void => {
  // Without a callback, an end of the channel in mid-write would be thrown.
  if (process.connected) process.send?.(message, () => {})
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended before.
  }
}

function run(id: number, file: string, args: string[]): void {
  // A group of its own: workers outlive a master that is killed, and only the group finds them.
  const program = spawn(file, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  programs.set(id, program)
  if (program.stderr)
    createInterface({ input: program.stderr }).on('line', (line) => report({ event: 'said', id, line }))
  program.once('spawn', () => report({ event: 'started', id, pid: program.pid ?? 0 }))
  program.once('error', (error) => report({ event: 'ended', id, cause: error.message }))
  program.once('exit', (code, signal) => {
    programs.delete(id)
    if (program.pid !== undefined) killGroup(program.pid)
    const cause = signal ? `ended by ${signal}` : `ended with exit code ${code}`
    // What it said last is on its way still: `close` comes after the end of its stderr.
    const tell = (): void => report({ event: 'ended', id, cause })
    if (program.stderr?.readableEnded ?? true) tell()
    else program.once('close', tell)
  })
}

function leaveNothing(): void {
  for (const program of programs.values()) if (program.pid !== undefined) killGroup(program.pid)
  for (const pid of guarded) kill(pid)
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  process.exit(0)
}

process.on('message', (command: GuardianCommand) => {
  if (command.do === 'guard') guarded.add(command.pid)
  else if (command.do === 'release') guarded.delete(command.pid)
  else if (command.do === 'sweep') folders.add(command.folder)
  else run(command.id, command.file, command.args)
})
process.once('disconnect', leaveNothing)
process.once('SIGTERM', leaveNothing)
// A terminal's Ctrl-C is the dashboard's to act on.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
report({ event: 'ready' })
