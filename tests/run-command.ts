import { spawn } from 'node:child_process'

export type CommandResult = { code: number | null; output: string; timedOut: boolean; ms: number }

/** Commands under way, so that an interrupted run takes them down with it. */
const running = new Set<number>()

const killGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal)
  } catch {
    // The group ended by itself meanwhile.
  }
}

/** For the entry: an interrupted run ends every process group that it started. */
export function endCommandsOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      for (const pid of running) killGroup(pid, 'SIGTERM')
      process.exitCode = 130
      setTimeout(() => {
        for (const pid of running) killGroup(pid, 'SIGKILL')
        process.exit(130)
      }, 3_000).unref()
    })
  }
}

/**
 * Runs a program without a shell, in a process group of its own, and keeps all that it prints (both streams, in order of arrival).
 * Past `limitMs` the whole group is ended. Never throws: a program that cannot start is `code: null` with the reason as output.
 */
export function runCommand(
  file: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; limitMs: number; onOutput?: (text: string) => void },
): Promise<CommandResult> {
  const startedAt = performance.now()
  const { promise, resolve } = Promise.withResolvers<CommandResult>()
  let output = ''
  let timedOut = false
  const take = (chunk: Buffer): void => {
    const text = chunk.toString()
    output += text
    options.onOutput?.(text)
  }
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const pid = child.pid
  if (pid !== undefined) running.add(pid)
  const limit = setTimeout(() => {
    timedOut = true
    if (pid === undefined) return
    killGroup(pid, 'SIGTERM')
    setTimeout(killGroup, 3_000, pid, 'SIGKILL').unref()
  }, options.limitMs)
  const finish = (code: number | null): void => {
    clearTimeout(limit)
    if (pid !== undefined) running.delete(pid)
    resolve({ code, output, timedOut, ms: performance.now() - startedAt })
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  child.once('error', (error) => {
    output += `${error.message}\n`
    finish(null)
  })
  child.once('close', (code) => finish(code))
  return promise
}
