import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { bareEnvironment } from '#lib/config/environment.ts'
import { readReadyLine, type ServiceAnswer, type ServiceCommand } from '#lib/protocol/service-lines.ts'
import { CommandChannel } from '../command-channel.ts'

/** One backend as a child process. */
export type ServiceChild = {
  pid: number | null
  /** Resolves with its port when it listens; rejects with the cause when it ends before (exit code, last words) or is late. */
  ready: Promise<number>
  /** Resolves when the process is gone. */
  ended: Promise<void>
  /** Whether a signal (SIGSTOP) has stopped it; false where that cannot be known cheaply. proc(5), "state". */
  isFrozen(): Promise<boolean>
  /** See CommandChannel.send. */
  command(command: ServiceCommand): Promise<ServiceAnswer>
  /** Ends the process in order, a frozen one too: SIGTERM, `graceMs` to finish, then SIGKILL. Resolves when it is gone. */
  end(graceMs: number): Promise<void>
}

/** How long it may take to finish at SIGTERM, and to get ready. */
export type ServiceTimes = { graceMs: number; readyDeadlineMs: number }

const KEPT_LINES = 5
const KEPT_LINE_LENGTH = 500

function start(entry: string, backend: string, graceMs: number): ChildProcess {
  return spawn(process.execPath, [entry], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: bareEnvironment({
      SERVICE_HOST: '127.0.0.1',
      SERVICE_PORT: '0',
      SERVICE_HOSTNAME: backend,
      SERVICE_EXIT_WITH_STDIN: '1',
      SERVICE_GRACE_MS: String(graceMs),
    }),
  })
}

async function isFrozen(pid: number | undefined): Promise<boolean> {
  if (pid === undefined || process.platform !== 'linux') return false
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    return stat.charAt(stat.lastIndexOf(')') + 2) === 'T'
  } catch {
    return false
  }
}

/** `entry` is service/server.ts; the protocol on its streams stands in lib/protocol/service-lines.ts. */
export function startServiceChild(entry: string, backend: string, times: ServiceTimes): ServiceChild {
  const { graceMs, readyDeadlineMs } = times
  const child = start(entry, backend, graceMs)
  const ready = Promise.withResolvers<number>()
  const ended = Promise.withResolvers<void>()
  const channel = new CommandChannel(child.stdin)
  let said: string[] = []
  let over = false

  const finish = (cause: string): void => {
    if (over) return
    over = true
    channel.end(cause)
    ready.reject(new Error([cause, ...said].join('; ')))
    ended.resolve()
  }

  const late = setTimeout(() => {
    ready.reject(new Error(`it was not ready within ${readyDeadlineMs / 1000} s`))
  }, readyDeadlineMs)
  const clear = (): void => clearTimeout(late)
  ready.promise.then(clear, clear)
  child.on('error', (error) => {
    if (child.pid === undefined) finish(`it could not be started: ${error.message}`)
  })
  child.once('exit', (code, signal) => finish(signal ? `ended by ${signal}` : `ended with exit code ${code}`))
  // The child's end shows as EPIPE here; the exit event tells it better.
  child.stdin?.on('error', () => {})
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = readReadyLine(line)
      if (said?.backend === backend) ready.resolve(said.port)
      else channel.take(line)
    })
  }
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said = [...said, line.slice(0, KEPT_LINE_LENGTH)].slice(-KEPT_LINES)
    })
  }

  return {
    pid: child.pid ?? null,
    ready: ready.promise,
    ended: ended.promise,
    isFrozen: () => isFrozen(child.pid),
    command: (command) => channel.send(command),
    async end(withinMs) {
      if (over) return
      child.kill('SIGTERM')
      // A frozen process hears of the first signal only after this one.
      if (process.platform !== 'win32') child.kill('SIGCONT')
      const tooLong = setTimeout(() => child.kill('SIGKILL'), withinMs)
      await ended.promise
      clearTimeout(tooLong)
    },
  }
}
