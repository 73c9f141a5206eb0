import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { freePort } from './ports.ts'
import { runCommand } from './run-command.ts'

const COMPOSE_FILE = fileURLToPath(new URL('../deploy/compose.yaml', import.meta.url))

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
    await compose('down', '--volumes', '--remove-orphans', '--rmi', 'local', '--timeout', '2')
  }
  try {
    await compose('up', '-d', '--build', '--wait', '--quiet-pull', ...services)
  } catch (error) {
    await down()
    throw error
  }
  return { ...{ name, port, frontDoorPort, token, compose, docker, down } }
}
