import type { Server } from 'node:http'

/** Takes the port, or rejects with a message that names it and the way out. */
export function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        reject(
          new Error(
            `Port ${port} on ${host} is busy: another program, or another Robinscope, has it. Stop that one, or start this with PORT=${port + 1}.`,
          ),
        )
      } else if (error.code === 'EACCES') {
        reject(new Error(`Port ${port} may not be opened by this user. Start with a PORT above 1023.`))
      } else reject(error)
    }
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      resolve()
    })
  })
}
