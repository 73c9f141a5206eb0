import { createServer } from 'node:net'

/** The front door's port is taken, or not ours to take. The message is for a person, whole. */
export class PortBusyError extends Error {
  readonly port: number
  constructor(port: number, cause: string) {
    super(
      cause === 'EACCES'
        ? `Port ${port} may not be used by this user. Choose one above 1023: FRONT_DOOR_PORT=8081`
        : `Port ${port} is taken by another program. End that one, or choose another port: FRONT_DOOR_PORT=${port === 8081 ? 8082 : 8081}`,
    )
    this.name = 'PortBusyError'
    this.port = port
  }
}

/**
 * A port on which a program that cannot ask the system for one (nginx) may listen: the wanted one, or any free one for 0.
 * Throws PortBusyError. Another program may still come in between; then the start of nginx says so.
 */
export const claimPort = (host: string, wanted: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? new PortBusyError(wanted, error.code) : error)
    })
    probe.listen({ host, port: wanted, exclusive: true }, () => {
      const address = probe.address()
      const port = typeof address === 'object' && address ? address.port : wanted
      probe.close(() => resolve(port))
    })
  })
