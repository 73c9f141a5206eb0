import { unlinkSync, writeFileSync } from 'node:fs'
import { createGate } from './gate.ts'

const project = process.env.GATE_PROJECT ?? ''
const enginePath = process.env.GATE_ENGINE || '/var/run/docker.sock'
const socketPath = process.env.GATE_SOCKET || '/run/docker-gate/docker.sock'
/** Owner and group may use the socket, nobody else. */
const UMASK = 0o117
const MAX_LINES_PER_SECOND = 10
/** Written again and again while calls can be answered: the image's health check looks at its age. */
const HEARTBEAT = '/tmp/alive'
const HEARTBEAT_INTERVAL_MS = 5_000

if (!/^[a-z0-9][a-z0-9_-]*$/.test(project)) {
  process.stderr.write('GATE_PROJECT: the name of a Compose project is needed\n')
  process.exit(1)
}

let linesLeft = MAX_LINES_PER_SECOND
setInterval(() => {
  linesLeft = MAX_LINES_PER_SECOND
}, 1_000).unref()

const gate = createGate({
  project,
  enginePath,
  refused(method, url, why) {
    linesLeft -= 1
    if (linesLeft < 0) return
    process.stdout.write(`${JSON.stringify({ refused: `${method} ${url.slice(0, 200)}`, why })}\n`)
  },
})

gate.on('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0))

try {
  unlinkSync(socketPath)
} catch {
  // The usual case: no earlier gate left its socket behind.
}
process.umask(UMASK)
gate.listen(socketPath, () => {
  process.stdout.write(`${JSON.stringify({ event: 'listening', project })}\n`)
  writeFileSync(HEARTBEAT, '')
  setInterval(() => writeFileSync(HEARTBEAT, ''), HEARTBEAT_INTERVAL_MS)
})
