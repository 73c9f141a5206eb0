import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bareEnvironment } from '#lib/config/environment.ts'

const TEST_DEADLINE_MS = 5_000
const LIVE = 'nginx.conf'
const CANDIDATE = 'candidate.conf'

/** What nginx complains of, without time and process numbers: `[emerg] … in …/candidate.conf:12`. */
export const complaintOf = (said: string): string => {
  const lines = said.split('\n').filter((line) => /\[(emerg|alert|crit)\]/.test(line))
  const wanted = lines.length > 0 ? lines : said.split('\n').filter((line) => line.trim() !== '')
  return wanted
    .map((line) => line.replace(/^.*?(\[(?:emerg|alert|crit)\])\s*(?:\d+#\d+:\s*)?/, '$1 '))
    .slice(-3)
    .join('; ')
    .slice(0, 1000)
}

/** The folder that is an embedded nginx's whole world: its configuration, its pid file, bodies in passing. */
export type NginxFolder = {
  path: string
  /** How nginx is to be called to run by it, in the foreground. */
  runArguments: string[]
  /** Tries a configuration; nothing in force is touched. Null when nginx accepts it, else its own words. */
  refusalOf(text: string): Promise<string | null>
  /** Makes the candidate that was tried last the live one, in one step. */
  putLive(): Promise<void>
  write(text: string): Promise<void>
  remove(): Promise<void>
}

export async function makeNginxFolder(nginxPath: string): Promise<NginxFolder> {
  const path = await mkdtemp(join(tmpdir(), 'robinscope-nginx-'))
  // Started by root, the workers are somebody else, and a body that is larger than its buffer is written below here.
  await chmod(path, 0o711)
  const callWith = (file: string): string[] => ['-p', path, '-c', file, '-e', 'stderr', '-g', 'daemon off;']
  return {
    path,
    runArguments: callWith(LIVE),
    async refusalOf(text) {
      await writeFile(join(path, CANDIDATE), text)
      return new Promise((resolve) => {
        execFile(
          nginxPath,
          ['-t', ...callWith(CANDIDATE)],
          { timeout: TEST_DEADLINE_MS, env: bareEnvironment() },
          (error, _stdout, stderr) => {
            resolve(error ? complaintOf(stderr) || error.message : null)
          },
        )
      })
    },
    putLive: () => rename(join(path, CANDIDATE), join(path, LIVE)),
    write: (text) => writeFile(join(path, LIVE), text),
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  }
}
