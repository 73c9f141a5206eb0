process.on('SIGTERM', () => {})
setInterval(() => {}, 1_000)
process.stdout.write(`${JSON.stringify({ event: 'listening', backend: process.env.SERVICE_HOSTNAME, port: 1 })}\n`)
