import { get } from 'node:http'
import { io } from 'socket.io-client'
import { PROTOCOL_VERSION } from '#lib/protocol/limits.ts'

// Another browser, in a process of its own: what it feels is what the server does, not what the attacker's own loop is busy with.
const [port = '', token = ''] = process.argv.slice(2)
const REQUEST_EVERY_MS = 20
const COMMAND_EVERY_MS = 100
const DEADLINE_MS = 20_000

let felt = { requestsMs: [] as number[], commandsMs: [] as number[], failures: [] as string[] }
const url = `http://127.0.0.1:${port}`
const socket = io(url, { transports: ['websocket'], reconnection: false, auth: { token, protocol: PROTOCOL_VERSION } })
socket.once('welcomed', () => process.send?.('ready'))
socket.on('disconnect', (reason) => felt.failures.push(`the socket was cut: ${reason}`))
socket.on('connect_error', (error) => felt.failures.push(`the socket was refused: ${error.message}`))

function ask(): void {
  const startedAt = performance.now()
  const request = get(`${url}/api/health`, { agent: false, timeout: DEADLINE_MS }, (response) => {
    if (response.statusCode !== 200) felt.failures.push(`answered ${response.statusCode}`)
    response.resume()
    response.once('end', () => felt.requestsMs.push(performance.now() - startedAt))
  })
  request.on('timeout', () => request.destroy(new Error('no answer in time')))
  request.on('error', (error) => felt.failures.push(error.message))
}

function command(): void {
  const startedAt = performance.now()
  socket.timeout(DEADLINE_MS).emit('burst:cancel', { id: 'b999999999' }, (error: Error | null) => {
    if (error) felt.failures.push('a command was not answered in time')
    else felt.commandsMs.push(performance.now() - startedAt)
  })
}

setInterval(ask, REQUEST_EVERY_MS)
setInterval(command, COMMAND_EVERY_MS)
process.on('message', () => {
  process.send?.(felt)
  felt = { requestsMs: [], commandsMs: [], failures: [] }
})
process.on('disconnect', () => process.exit(0))
