import { createServer } from 'node:http'

// A backend that only counts: what it answered is compared with what the engine says.
let answered = 0
const name = process.argv[2] ?? ''
const server = createServer({ keepAliveTimeout: 65_000 }, (_, response) => {
  answered++
  response.writeHead(200, ['X-Backend', name, 'Content-Length', String(name.length + 1)])
  response.end(`${name}\n`)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 })
})
process.on('message', () => process.send?.({ answered }))
process.on('disconnect', () => process.exit(0))
