// Says that it listens on the port that an earlier one had, as a system may give it again.
process.stdout.write(`{"event":"listening","backend":"${process.env.SERVICE_HOSTNAME}","port":4000}\n`)
process.on('SIGTERM', () => process.exit(0))
setInterval(() => {}, 1_000)
