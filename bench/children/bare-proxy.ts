import { Agent, request as ask, createServer } from 'node:http'

// What the built-in balancer is compared with: node:http both ways to the one backend at this port, nothing else.
const port = Number(process.argv[2])
const agent = new Agent({ keepAlive: true })
const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  const { method, url: path, headers } = request
  const upstream = ask({ host: '127.0.0.1', port, method, path, headers, agent }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  upstream.on('error', () => response.destroy())
  request.pipe(upstream)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 })
})
process.on('disconnect', () => process.exit(0))
