import { createServer } from 'node:http'

// What the service is compared with: node:http and nothing else, the same bytes on the wire.
const name = '0000000000aa'
const headers = ['Content-Type', 'text/plain', 'Content-Length', '13', 'Cache-Control', 'no-store', 'X-Backend', name]
const server = createServer({ keepAliveTimeout: 65_000 }, (_request, response) => {
  response.writeHead(200, headers)
  response.end(`${name}\n`)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 })
})
process.on('disconnect', () => process.exit(0))
