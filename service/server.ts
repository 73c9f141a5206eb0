import { hostname } from 'node:os'
import { createAnswering } from './answer.ts'
import { type Commands, obey, TOO_LONG } from './control-lines.ts'
import { drain, followSockets } from './drain.ts'
import { createFaults } from './faults.ts'
import { createLedgerSwitch } from './ledger-command.ts'
import { readLines } from './line-reader.ts'
import { createVoice } from './voice.ts'

// An import of node:http reads all of its exports, and one of them loads a WebSocket client: 50 ms of every start.
const { createServer } = process.getBuiltinModule('node:http')

const host = process.env.SERVICE_HOST || '0.0.0.0'
const port = Number(process.env.SERVICE_PORT || 8000)
const backend = process.env.SERVICE_HOSTNAME || hostname()
const graceMs = Number(process.env.SERVICE_GRACE_MS || 8000)
const exitsWithStdin = process.env.SERVICE_EXIT_WITH_STDIN === '1'

const answering = createAnswering(backend)
const server = createServer({ keepAliveTimeout: 65_000 }, answering.listener)
const sockets = followSockets(server)
const { say, sayLastingly } = createVoice((text) => process.stdout.write(text))
const ledger = createLedgerSwitch(rearrange, answering.executed)
const faults = createFaults(rearrange)
const commands: Commands = new Map([['ping', () => ({})], ['ledger', ledger.command], ...faults.commands])
let draining = false

/** With nothing switched on the bare listener stands alone: a request pays for nothing that is off. */
function rearrange(): void {
  const layers = [...ledger.layers(), ...faults.layers()]
  server.removeAllListeners('request')
  server.on('request', layers.length === 0 ? answering.listener : answering.through(layers))
}

async function stop(): Promise<void> {
  if (draining) return
  draining = true
  answering.closeFromNowOn()
  say({ event: 'draining', inFlight: answering.inFlight() })
  await drain(server, sockets, answering.inFlight, graceMs)
  process.exit(0)
}

process.stdout.on('error', () => {})
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
readLines(process.stdin, {
  line: (text) => say(obey(text, commands)),
  tooLong: () => say(TOO_LONG),
  end: () => {
    if (exitsWithStdin) process.exit(0)
  },
})

server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
server.listen(port, host, () => {
  const address = server.address()
  sayLastingly({
    event: 'listening',
    backend,
    port: typeof address === 'object' && address !== null ? address.port : port,
  })
})
