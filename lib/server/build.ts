import { spawn } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { environmentWith } from '#lib/config/environment.ts'

export const PROJECT_DIR = fileURLToPath(new URL('../..', import.meta.url))

/** What the page is made from: a build older than any of these is made anew. */
const SOURCES = [
  'app',
  'components',
  'public',
  'lib/algorithm',
  'lib/analysis',
  'lib/client',
  'lib/diagram',
  'lib/protocol',
  'next.config.js',
  'package-lock.json',
  'tsconfig.json',
]

async function newestChangeMs(path: string): Promise<number> {
  const entry = await stat(path)
  if (!entry.isDirectory()) return entry.mtimeMs
  const children = await readdir(path)
  const times = await Promise.all(children.map((child) => newestChangeMs(join(path, child))))
  return Math.max(entry.mtimeMs, ...times)
}

/** Whether the page's build is missing or older than its sources; a sentence when it is, null when it is fresh. */
export async function whyBuild(dir = PROJECT_DIR): Promise<string | null> {
  const built = await stat(join(dir, '.next/BUILD_ID')).catch(() => null)
  if (!built) return 'there is no build yet'
  // An image carries the build without the page's sources: there is nothing to build from, whatever the times of the rest.
  if (!(await stat(join(dir, 'app')).catch(() => null))) return null
  const times = await Promise.all(SOURCES.map((source) => newestChangeMs(join(dir, source)).catch(() => 0)))
  return Math.max(...times) > built.mtimeMs ? 'the sources are newer than the build' : null
}

/** Runs `next build`, showing what it prints. Rejects when it fails. */
export function buildPage(dir = PROJECT_DIR): Promise<void> {
  const nextCli = createRequire(import.meta.url).resolve('next/dist/bin/next')
  const child = spawn(process.execPath, [nextCli, 'build'], {
    cwd: dir,
    // Both to stderr: stdout is the log of the dashboard.
    stdio: ['ignore', process.stderr.fd, 'inherit'],
    env: environmentWith({ NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }),
  })
  const endWithUs = () => child.kill()
  process.once('exit', endWithUs)
  child.once('exit', () => process.off('exit', endWithUs))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`The page could not be built: next build ended with ${code}.`)),
    )
  })
}

if (import.meta.main) await buildPage()
