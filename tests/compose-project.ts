import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createApi } from './api.ts'
import { freePort } from './ports.ts'
import { runCommand } from './run-command.ts'
import { until } from './until.ts'

const COMPOSE_FILE = fileURLToPath(new URL('../deploy/compose.yaml', import.meta.url))
const READY_LIMIT_MS = 60_000

export type ComposeProject = {
  name: string
  port: number
  frontDoorPort: number
  token: string
  /** docker compose, on this project; throws with all it printed when it fails. */
  compose(...args: string[]): Promise<string>
  docker(...args: string[]): Promise<string>
  /** Containers, networks, volumes and the images that were built for it gone. Idempotent. */
  down(): Promise<void>
}

/**
 * A Compose project of the test's own: a name and ports that nobody else has. `services` empty: all of them; `overrides`: further
 * Compose files. The caller calls down(), also after a failure.
 */
export async function composeProject(
  services: string[] = ['front-door', 'backend'],
  overrides: string[] = [],
): Promise<ComposeProject> {
  const name = `robinscope-test-${randomBytes(4).toString('hex')}`
  const [port, frontDoorPort] = [await freePort(), await freePort()]
  const token = 'token-of-the-tests-only'
  const env = {
    ...process.env,
    PORT: String(port),
    FRONT_DOOR_PORT: String(frontDoorPort),
    ROBINSCOPE_PROJECT: name,
    ROBINSCOPE_TOKEN: token,
  }
  const docker = async (...args: string[]): Promise<string> => {
    const result = await runCommand('docker', args, { env, limitMs: 240_000 })
    if (result.code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${result.code}:\n${result.output}`)
    return result.output
  }
  const files = [COMPOSE_FILE, ...overrides].flatMap((file) => ['-f', file])
  const compose = (...args: string[]): Promise<string> => docker('compose', ...files, '-p', name, ...args)
  const down = async (): Promise<void> => {
    await compose('down', '--volumes', '--remove-orphans', '--rmi', 'local', '--timeout', '0')
  }
  // Not `up --wait`: the images ask for their health every 10 s, and all of them answer within one.
  const answering = async (): Promise<void> => {
    const backends = (await compose('ps', '-q', 'backend')).split('\n').filter(Boolean).length
    await until(`${backends} backends take turns`, () => takeTurns(frontDoorPort, backends), READY_LIMIT_MS, 100)
    if (services.length > 0 && !services.includes('dashboard')) return
    const { isReady } = createApi(`http://127.0.0.1:${port}`, token)
    await until('the dashboard is ready', isReady, READY_LIMIT_MS, 100)
  }
  try {
    await compose('up', '-d', '--build', '--quiet-pull', ...services)
    await answering()
  } catch (error) {
    await down()
    throw error
  }
  return { ...{ name, port, frontDoorPort, token, compose, docker, down } }
}

/** Whether so many hostnames answer two rounds at the front door, each once in each round. */
async function takeTurns(frontDoorPort: number, backends: number): Promise<boolean> {
  const seen: string[] = []
  for (let sent = 0; sent < 2 * backends; sent++) {
    const answer = await fetch(`http://127.0.0.1:${frontDoorPort}/`, { signal: AbortSignal.timeout(10_000) }).catch(
      () => null,
    )
    if (answer?.status !== 200) return false
    seen.push(await answer.text())
  }
  return new Set(seen).size === backends && seen.every((name, at) => name === seen[at % backends])
}
