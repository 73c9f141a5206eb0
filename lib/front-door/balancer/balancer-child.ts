import { DEFAULT_POLICY } from '../front-door.ts'
import type { BalancerCommand, BalancerReport } from './balancer-commands.ts'
import { createBalancerServer } from './balancer-server.ts'
import { openUpstreamList, type UpstreamList } from './upstream-list.ts'

const LOOK_EVERY_MS = 20

let list = openUpstreamList('none-0', [], DEFAULT_POLICY)
let older: UpstreamList[] = []
let looking: NodeJS.Timeout | undefined

const server = createBalancerServer(() => list)

function report(message: BalancerReport): void {
  // Without a way to hear of it, an end of the channel in mid-write would be thrown.
  if (process.connected) process.send?.(message, () => {})
}

function look(): void {
  older = older.filter((one) => one.inFlight > 0)
  if (older.length > 0) return
  clearInterval(looking)
  looking = undefined
  report({ event: 'settled', generation: list.generation })
}

process.on('message', (command: BalancerCommand) => {
  if (command.do === 'listen') {
    server.listen(command.port, command.host)
    return
  }
  older.push(list)
  list = openUpstreamList(command.generation, command.servers, command.policy)
  report({ event: 'applied', generation: command.generation })
  looking ??= setInterval(look, LOOK_EVERY_MS)
  look()
})
server.on('listening', () => {
  const address = server.address()
  report({ event: 'listening', port: typeof address === 'object' && address ? address.port : 0 })
})
server.on('error', (error: NodeJS.ErrnoException) => {
  report({ event: 'not-listening', code: error.code ?? error.message })
})
process.once('disconnect', () => process.exit(0))
// A terminal's Ctrl-C is the dashboard's to act on.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
report({ event: 'started' })
