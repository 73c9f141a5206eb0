import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import type { KeeperCommand, KeeperReport } from './keeper.ts'

/**
 * The keeper: outlives the dashboard by a moment and leaves nothing behind. It knows that the dashboard is gone, in
 * whatever way, by the end of its IPC channel; a process of its own can be waited for by nobody else then.
 */
const guarded = new Set<number>()
const folders = new Set<string>()
const programs = new Map<number, ChildProcess>()

const report = (message: KeeperReport): void => {
  // Without a way to hear of it, an end of the channel in mid-write would be thrown.
  if (process.connected) process.send?.(message, () => {})
}

/** `target` below zero is a process group. Frozen ones end by SIGKILL too. */
const kill = (target: number): void => {
  try {
    process.kill(target, 'SIGKILL')
  } catch {
    // It ended before.
  }
}

function run(id: number, file: string, args: string[]): void {
  // A group of its own: workers outlive a master that is killed, and are found by the group only.
  const program = spawn(file, args, { detached: true, stdio: ['ignore', 'ignore', 'inherit'] })
  programs.set(id, program)
  program.once('spawn', () => report({ event: 'started', id, pid: program.pid ?? 0 }))
  program.once('error', (error) => report({ event: 'ended', id, cause: error.message }))
  program.once('exit', (code, signal) => {
    programs.delete(id)
    if (program.pid !== undefined) kill(-program.pid)
    report({ event: 'ended', id, cause: signal ? `ended by ${signal}` : `ended with exit code ${code}` })
  })
}

function leaveNothing(): void {
  for (const program of programs.values()) if (program.pid !== undefined) kill(-program.pid)
  for (const pid of guarded) kill(pid)
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  process.exit(0)
}

process.on('message', (command: KeeperCommand) => {
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
