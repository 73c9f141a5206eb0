import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { bareEnvironment } from '#lib/config/environment.ts'
import { readyLineSchema, type ServiceAnswer, type ServiceCommand } from '#lib/protocol/service-lines.ts'
import { CommandChannel } from '../command-channel.ts'

/** One backend as a child process. */
export type ServiceChild = {
  pid: number | null
  /** Resolves with its port when it listens; rejects with the cause when it ends before (exit code, what it said last) or is late. */
  ready: Promise<number>
  /** Resolves when the process is gone. */
  ended: Promise<void>
  hasEnded(): boolean
  /** See CommandChannel.send. */
  command(command: ServiceCommand): Promise<ServiceAnswer>
  /** Ends it in order, a frozen one too: SIGTERM, `graceMs` to finish, then SIGKILL. Resolves when it is gone. */
  end(graceMs: number): Promise<void>
}

/** How long it may take to finish at SIGTERM, and to get ready. */
export type ServiceTimes = { graceMs: number; readyDeadlineMs: number }

const KEPT_LINES = 5
const KEPT_LINE_LENGTH = 500

const portOf = (line: string, backend: string): number | null => {
  try {
    const ready = readyLineSchema.safeParse(JSON.parse(line))
    return ready.success && ready.data.backend === backend ? ready.data.port : null
  } catch {
    return null
  }
}

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
  child.once('error', (error) => {
    if (child.pid === undefined) finish(`it could not be started: ${error.message}`)
  })
  child.once('exit', (code, signal) => finish(signal ? `ended by ${signal}` : `ended with exit code ${code}`))
  // Its end shows as EPIPE here; the exit event tells it better.
  child.stdin?.on('error', () => {})
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const port = portOf(line, backend)
      if (port !== null) ready.resolve(port)
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
    hasEnded: () => over,
    command: (command) => channel.send(command),
    async end(withinMs) {
      if (over) return
      child.kill('SIGTERM')
      // A frozen one hears of the first only after this one.
      if (process.platform !== 'win32') child.kill('SIGCONT')
      const tooLong = setTimeout(() => child.kill('SIGKILL'), withinMs)
      await ended.promise
      clearTimeout(tooLong)
    },
  }
}
