import { request } from 'node:http'

const socketPath = process.env.GATE_SOCKET || '/run/docker-gate/docker.sock'
const asking = request({ socketPath, path: '/_ping', timeout: 2_000 }, (answer) => {
  process.exit(answer.statusCode === 200 ? 0 : 1)
})
asking.on('timeout', () => process.exit(1))
asking.on('error', () => process.exit(1))
asking.end()
