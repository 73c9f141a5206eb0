import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { wordsOfProcess } from '#lib/config/command-line.ts'
import { environmentWith } from '#lib/config/environment.ts'
import { readSettings, type Settings } from '#lib/config/settings.ts'

const COMPOSE_FILE = fileURLToPath(new URL('../../deploy/compose.yaml', import.meta.url))
const CHECK_DEADLINE_MS = 10_000
const READY_DEADLINE_MS = 90_000
const WITHOUT_DOCKER = '`npm start` runs the same cluster without Docker.'
/** Rootless Docker: the one place of the socket that is the same for the engine as for its clients. */
const ROOTLESS_SOCKET = /^unix:\/\/(\/run\/user\/[0-9]+\/docker\.sock)$/

const say = (line: string): void => void process.stdout.write(`${line}\n`)

type Ended = { code: number | null; missing: boolean; words: string }

/** Runs docker to its end; `quiet` keeps what it says, else it goes to our own streams. */
function docker(words: string[], env: NodeJS.ProcessEnv, quiet: boolean): Promise<Ended> {
  const out = quiet ? 'pipe' : 'inherit'
  const limit = quiet ? { signal: AbortSignal.timeout(CHECK_DEADLINE_MS) } : {}
  const child = spawn('docker', words, { env, stdio: ['ignore', out, out], ...limit })
  const said: string[] = []
  child.stdout?.setEncoding('utf8').on('data', (text: string) => said.push(text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text))
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ code: null, missing: error.code === 'ENOENT', words: error.message }),
    )
    child.once('close', (code) => resolve({ code, missing: false, words: said.join('').trim() }))
  })
}

/** Why Compose cannot be used here and what to do, or null. */
async function whyNot(env: NodeJS.ProcessEnv): Promise<string | null> {
  const plugin = await docker(['compose', 'version'], env, true)
  if (plugin.missing) return `Docker is not installed: there is no \`docker\` on the PATH. ${WITHOUT_DOCKER}`
  if (plugin.code !== 0)
    return `Docker's Compose plugin is missing: \`docker compose version\` failed. Install docker-compose-plugin (v2). ${WITHOUT_DOCKER}`
  const engine = await docker(['version', '--format', '{{.Server.Version}}'], env, true)
  if (engine.code === 0) return null
  return `No Docker engine answers: start it, or set DOCKER_HOST. ${WITHOUT_DOCKER}\n${engine.words}`
}

async function becomesReady(port: number): Promise<boolean> {
  const deadline = performance.now() + READY_DEADLINE_MS
  while (performance.now() < deadline) {
    const health = await fetch(`http://127.0.0.1:${port}/api/health`, { signal: AbortSignal.timeout(2_000) }).catch(
      () => null,
    )
    await health?.body?.cancel()
    if (health?.ok) return true
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  return false
}

function environmentFor(settings: Settings): NodeJS.ProcessEnv {
  const socket = ROOTLESS_SOCKET.exec(settings.DOCKER_HOST ?? '')?.[1]
  return environmentWith({
    PORT: String(settings.PORT),
    FRONT_DOOR_PORT: String(settings.FRONT_DOOR_PORT),
    ROBINSCOPE_PROJECT: settings.ROBINSCOPE_PROJECT,
    ROBINSCOPE_REPLICAS: String(settings.ROBINSCOPE_REPLICAS),
    ...(settings.DOCKER_HOST ? { DOCKER_HOST: settings.DOCKER_HOST } : {}),
    ...(socket ? { DOCKER_SOCKET: socket } : {}),
  })
}

async function up(settings: Settings, compose: (...words: string[]) => Promise<Ended>): Promise<number> {
  const { code } = await compose('up', '-d', '--build')
  if (code !== 0) return 1
  say('The containers run. Waiting for the dashboard…')
  if (!(await becomesReady(settings.PORT))) {
    say(
      `The dashboard is not ready after ${READY_DEADLINE_MS / 1000} s. Its log: docker logs ${settings.ROBINSCOPE_PROJECT}-dashboard-1`,
    )
    return 1
  }
  say(`Dashboard   http://localhost:${settings.PORT}`)
  say(`Front door  http://localhost:${settings.FRONT_DOOR_PORT}`)
  return 0
}

/** `up` builds, starts and waits; `down` removes all that `up` and the dashboard made. Resolves with the exit code. */
async function run([command, ...flags]: string[]): Promise<number> {
  if (command !== 'up' && command !== 'down') {
    say('npm run up | npm run down')
    return 2
  }
  const settings = readSettings(environmentWith({}), flags)
  const env = environmentFor(settings)
  const why = await whyNot(env)
  if (why) {
    process.stderr.write(`${why}\n`)
    return 1
  }
  const compose = (...words: string[]): Promise<Ended> => docker(['compose', '-f', COMPOSE_FILE, ...words], env, false)
  if (command === 'up') return up(settings, compose)
  return (await compose('down', '--volumes')).code === 0 ? 0 : 1
}

try {
  process.exitCode = await run(wordsOfProcess())
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
