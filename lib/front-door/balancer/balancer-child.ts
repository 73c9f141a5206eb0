import { DEFAULT_POLICY } from '#lib/protocol/configuration.ts'
import type { BalancerCommand, BalancerReport } from './balancer-commands.ts'
import { createBalancerServer } from './balancer-server.ts'
import { openUpstreamList, type UpstreamList } from './upstream-list.ts'

const LOOK_EVERY_MS = 20

let list = openUpstreamList('none-0', { policy: DEFAULT_POLICY, servers: [] })
let older: UpstreamList[] = []
let looking: NodeJS.Timeout | undefined

const server = createBalancerServer(() => list)

function report(message: BalancerReport): void {
  // Without a way to hear of it, an end of the channel in mid-write would be thrown.
  if (process.connected) process.send?.(message, () => {})
}

const old = (): string[] => older.map(({ generation }) => generation)

function look(): void {
  const before = older.length
  older = older.filter((one) => one.inFlight > 0)
  if (older.length < before) report({ event: 'old', generations: old() })
  if (older.length > 0) return
  clearInterval(looking)
  looking = undefined
}

process.on('message', (command: BalancerCommand) => {
  if (command.do === 'listen') {
    server.listen(command.port, command.host)
    return
  }
  older.push(list)
  list = openUpstreamList(command.generation, command.configuration)
  report({ event: 'applied', generation: command.generation, old: old() })
  looking ??= setInterval(look, LOOK_EVERY_MS)
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
