import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Api, createApi } from './api.ts'
import { freePort } from './ports.ts'
import { until } from './until.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const TOKEN = 'token-of-the-tests-only'
const EXIT_LIMIT_MS = 15_000

export type Product = {
  url: string
  token: string
  port: number
  frontDoorPort: number
  pid: number
  api: Api
  /** All that it printed so far, both streams. */
  output(): string
  /** What it printed to stdout: its log. */
  log(): string
  signal(signal: NodeJS.Signals): void
  /** Resolves with the exit code (null: by a signal). */
  exited: Promise<number | null>
  /** Ends it as a person would, by SIGTERM; by SIGKILL when it does not end. Idempotent. */
  stop(): Promise<void>
}

export type ProductOptions = {
  /** Settings beside the ports and the token. */
  env?: Record<string, string>
  frontDoorPort?: number
  /** From start to ready; a first start builds the page. */
  limitMs?: number
}

/** What `npm start` gives to Node, word for word. */
export const START = startScript().split(' ').slice(1)

/** Starts the dashboard as `npm start` does, on ports that the system gives, and resolves when it is ready. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const port = await freePort()
  const frontDoorPort = options.frontDoorPort ?? (await freePort())
  const child = spawn(process.execPath, START, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PORT: String(port),
      FRONT_DOOR_PORT: String(frontDoorPort),
      ROBINSCOPE_TOKEN: TOKEN,
      ROBINSCOPE_CLUSTER: 'embedded',
      ...options.env,
    },
  })
  let printed = ''
  let logged = ''
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-200_000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  child.stdout.on('data', (chunk: Buffer) => {
    logged = (logged + chunk.toString()).slice(-200_000)
  })
  const exited = exitOf(child)
  const url = `http://127.0.0.1:${port}`
  const api = createApi(url, TOKEN)
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), EXIT_LIMIT_MS)
    await exited
    clearTimeout(force)
  }
  try {
    await until(
      'the dashboard is ready',
      () => {
        if (child.exitCode !== null) throw new Error(`The dashboard ended with ${child.exitCode}`)
        return api.isReady()
      },
      options.limitMs ?? 120_000,
    )
  } catch (error) {
    await stop()
    throw new Error(`${error instanceof Error ? error.message : error}. It printed:\n${printed}`)
  }
  return {
    ...{ url, token: TOKEN, port, frontDoorPort, pid: child.pid ?? 0, api, exited, stop },
    output: () => printed,
    log: () => logged,
    signal: (signal) => void child.kill(signal),
  }
}

function exitOf(child: ChildProcess): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.once('exit', (code) => resolve(code))
  child.once('error', () => resolve(null))
  return promise
}

function startScript(): string {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: { start: string } }
  return scripts.start
}
