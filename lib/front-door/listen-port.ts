import { createServer } from 'node:net'

/** The front door's port is taken, or not ours to take. The message is for a person, whole. */
export class PortBusyError extends Error {
  readonly port: number
  constructor(port: number, cause: string) {
    super(
      cause === 'EACCES'
        ? `Port ${port} may not be used by this user. Choose one above 1023: FRONT_DOOR_PORT=8081`
        : cause === 'EADDRINUSE'
          ? `Port ${port} is taken by another program. End that one, or choose another port: FRONT_DOOR_PORT=${port === 8081 ? 8082 : 8081}`
          : `Port ${port} cannot be listened on (${cause}). Choose another: FRONT_DOOR_PORT=${port === 8081 ? 8082 : 8081}`,
    )
    this.name = 'PortBusyError'
    this.port = port
  }
}

/** The port that was given, or the code of the refusal. */
const tryListening = (host: string, port: number): Promise<number | string> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })

/**
 * A port of 127.0.0.1 on which the front door may listen: the wanted one, or any free one for 0. Throws PortBusyError.
 * Another program may still come in between; then the start of the front door says so.
 */
export async function claimPort(wanted: number): Promise<number> {
  const got = await tryListening('127.0.0.1', wanted)
  if (typeof got === 'string') throw new PortBusyError(wanted, got)
  // A browser that is told localhost asks ::1 first: whoever answers there would be taken for the front door.
  if (wanted !== 0 && (await tryListening('::1', wanted)) === 'EADDRINUSE')
    throw new PortBusyError(wanted, 'EADDRINUSE')
  return got
}
