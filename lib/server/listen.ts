import type { Server } from 'node:http'

/** Takes the port, or rejects with a message for people: what is in the way, and the way out. */
export function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(explained(error, port, host))
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      resolve()
    })
  })
}

function explained(error: NodeJS.ErrnoException, port: number, host: string): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new Error(
        `Port ${port} on ${host} is already in use (by another program or another Robinscope). Stop that one, or start this one with PORT=${port < 65535 ? port + 1 : 3000}.`,
      )
    case 'EACCES':
      return new Error(`This user may not open port ${port}. Start with a PORT above 1023.`)
    case 'EADDRNOTAVAIL':
      return new Error(`HOST=${host} is no address of this machine. Set HOST to one that is, or leave it at 127.0.0.1.`)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Error(`HOST=${host} is a name that this machine cannot resolve. Set HOST to one of its addresses.`)
    default:
      return error
  }
}
