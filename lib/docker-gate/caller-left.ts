import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** Aborts when the caller's connection is closed before its answer was complete (and after it, which no longer matters). */
export function callerLeft(response: ServerResponse): AbortSignal {
  const left = new AbortController()
  response.once('close', () => left.abort())
  if (response.destroyed) left.abort()
  return left.signal
}

export type UpgradingCaller = {
  /** Aborts when the caller closes its socket, or ends its half of it, before the two-way stream is there. */
  left: AbortSignal
  /** The socket is about to be joined: from now on its end is the joint's business. */
  joined: () => void
}

/** Watches a socket that nobody reads yet: its end is told to readers only. Bytes on it stay to be read. */
export function watchCaller(socket: Duplex): UpgradingCaller {
  const left = new AbortController()
  const leave = (): void => left.abort()
  const look = (): void => {
    if (socket.readableLength === 0) socket.read()
  }
  socket.once('close', leave)
  socket.once('end', leave)
  socket.on('readable', look)
  return {
    left: left.signal,
    joined() {
      socket.off('close', leave)
      socket.off('end', leave)
      socket.off('readable', look)
    },
  }
}
