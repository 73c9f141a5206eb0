import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createApi } from '../../api.ts'
import { freePort } from '../../ports.ts'
import { runCommand } from '../../run-command.ts'
import { until } from '../../until.ts'
import { atMost, type Part } from '../rows.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const TOKEN = 'token-of-the-tests-only'

/** A PATH that has Node and npm and nothing else: no docker, no nginx, no browser. The machine's own Node, not the project's. */
function barePath(folder: string): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const outside = (process.env.PATH ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules'))
  for (const name of ['node', 'npm', 'sh', 'env']) {
    const target = outside.map((entry) => join(entry, name)).find((path) => realpathOrNull(path) !== null)
    if (target !== undefined) symlinkSync(realpathSync(target), join(bin, name))
  }
  return bin
}

function realpathOrNull(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}

/** Starts as the README says and ends it again; milliseconds until it is ready. */
async function startMs(cwd: string, path: string): Promise<number> {
  const [port, frontDoorPort] = [await freePort(), await freePort()]
  const env = {
    ...{ PATH: path, HOME: cwd, PORT: String(port), FRONT_DOOR_PORT: String(frontDoorPort), ROBINSCOPE_TOKEN: TOKEN },
    DOCKER_HOST: `unix://${cwd}/no-engine.sock`,
    // Next's types ask for it in every environment; npm start sets it itself.
  } as unknown as NodeJS.ProcessEnv
  const startedAt = performance.now()
  const child = spawn('npm', ['start'], { cwd, env, stdio: 'ignore', detached: true })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const api = createApi(`http://127.0.0.1:${port}`, TOKEN)
  try {
    await until('npm start is ready', () => api.isReady(), 180_000)
    return performance.now() - startedAt
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    await ended
  }
}

export const part: Part = {
  title: 'a machine with Node and npm only: fresh clone, npm ci && npm start',
  measure: async (say) => {
    const folder = mkdtempSync(join(tmpdir(), 'robinscope-fresh-'))
    try {
      const clone = join(folder, 'clone')
      const cloned = await runCommand('git', ['clone', '--quiet', ROOT, clone], { limitMs: 60_000 })
      if (cloned.code !== 0) throw new Error(cloned.output)
      const path = barePath(folder)
      const startedAt = performance.now()
      say('npm ci')
      const npmEnv = { ...process.env, PATH: path }
      const ci = await runCommand('npm', ['ci', '--no-audit', '--no-fund'], {
        cwd: clone,
        env: npmEnv,
        limitMs: 240_000,
      })
      if (ci.code !== 0) throw new Error(`npm ci ended with ${ci.code}:\n${ci.output}`)
      const ciMs = performance.now() - startedAt
      say(`npm ci took ${(ciMs / 1000).toFixed(1)} s; the first start builds`)
      const first = await startMs(clone, path)
      say('second start')
      const second = await startMs(clone, path)
      return [
        atMost(
          'first start, build included, ready after',
          60,
          first / 1000,
          's',
          `npm ci before it: ${(ciMs / 1000).toFixed(1)} s`,
        ),
        atMost('second start, ready after', 5, second / 1000, 's'),
      ]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
