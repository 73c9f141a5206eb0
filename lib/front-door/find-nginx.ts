import { execFile } from 'node:child_process'
import { isAtLeast, OLDEST_NGINX } from './capabilities.ts'

export type FoundNginx = { path: string; version: string }

const LOOK_DEADLINE_MS = 2_000
/** The PATH first; then where distributions put it although a plain user's PATH lacks that folder. */
const PLACES = ['nginx', '/usr/sbin/nginx', '/usr/local/sbin/nginx']

const run = (file: string, args: string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(file, args, { timeout: LOOK_DEADLINE_MS }, (_error, stdout, stderr) => resolve(stdout + stderr))
  })

/** The shell's own search, so that the process that runs nginx later needs no PATH. */
const locate = async (place: string): Promise<string> =>
  place.includes('/') ? place : (await run('/bin/sh', ['-c', `command -v "$0"`, place])).trim()

/** The version that `<path> -v` prints, or null when nothing there is nginx. */
const askVersion = async (path: string): Promise<string | null> =>
  path.startsWith('/') ? (/nginx version: nginx\/(\d+\.\d+\.\d+)/.exec(await run(path, ['-v']))?.[1] ?? null) : null

/** An nginx that this machine has and that is new enough, or why there is none, in words for a person. */
export async function findNginx(places: string[] = PLACES): Promise<FoundNginx | { missing: string }> {
  // Its Windows build takes no signals, so it could not be reloaded the way that is proven here.
  if (process.platform === 'win32') return { missing: 'nginx on Windows cannot be reloaded by signals' }
  let tooOld: FoundNginx | null = null
  for (const place of places) {
    const path = await locate(place)
    const version = await askVersion(path)
    if (version === null) continue
    if (isAtLeast(version, OLDEST_NGINX)) return { path, version }
    tooOld ??= { path, version }
  }
  return {
    missing: tooOld
      ? `nginx ${tooOld.version} is older than ${OLDEST_NGINX}`
      : 'there is no nginx on the PATH (apt-get install nginx, brew install nginx)',
  }
}
