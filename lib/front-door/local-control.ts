import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Listeners } from '#lib/concurrency/listeners.ts'
import type { Log } from '#lib/concurrency/log.ts'
import { bareEnvironment } from '#lib/config/environment.ts'
import type { Guardian } from '#lib/guardian/guardian.ts'
import { notReached } from '#lib/protocol/problem.ts'
import type { FoundNginx } from './find-nginx.ts'
import { localWorkers } from './local-workers.ts'
import type { NginxControl } from './nginx-control.ts'
import { NginxProgram } from './nginx-program.ts'

const HOST = '127.0.0.1'
const CHECK_DEADLINE_MS = 5_000

/** An nginx of this machine in a folder of its own, which is its whole world: its configuration, its pid file, bodies in passing. */
export async function openLocalControl(options: {
  nginx: FoundNginx
  guardian: Guardian
  port: number
  log: Log
}): Promise<NginxControl> {
  const { nginx, guardian, port, log } = options
  const listeners = new Listeners<{ started: () => void; changed: () => void }>()
  const folder = await mkdtemp(join(tmpdir(), 'robinscope-nginx-'))
  guardian.sweep(folder)
  // Started by root, the workers are another user, and a body that is larger than its buffer is written below here.
  await chmod(folder, 0o711)
  const argsFor = (file: string): string[] => ['-p', folder, '-c', file, '-e', 'stderr', '-g', 'daemon off;']
  const program = new NginxProgram({
    ...{ guardian, path: nginx.path, args: argsFor('nginx.conf'), log },
    changed: () => listeners.tell((listener) => listener.changed()),
  })
  const target = { host: HOST, port }

  return {
    version: nginx.version,
    listen: `${HOST}:${port}`,
    runs: () => program.isUp,
    target: () => target,
    publishedPort: () => port,
    start: (answers) => program.start(answers),
    subscribe: listeners.subscribe,
    async put(files) {
      for (const { name, text } of files) {
        await writeFile(join(folder, `${name}.new`), text)
        await rename(join(folder, `${name}.new`), join(folder, name))
      }
    },
    refusal: () =>
      new Promise((resolve) => {
        const check = { timeout: CHECK_DEADLINE_MS, env: bareEnvironment() }
        execFile(nginx.path, ['-t', ...argsFor('candidate.conf')], check, (error, _stdout, stderr) => {
          resolve(error ? stderr || error.message : null)
        })
      }),
    async hangUp() {
      if (!program.hangUp()) throw notReached('reloaded', 'The front door cannot be reloaded', 'it ended just now')
    },
    complaint: () => program.complaint,
    workers: async (among) => (program.pid === null ? [] : localWorkers(program.pid, among)),
    async close() {
      listeners.clear()
      await program.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}
